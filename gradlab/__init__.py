"""gradlab steps a real PyTorch training loop and shows what autograd does."""

__version__ = "0.1.0"
