"""The code that runs before the loop: the data, their parts, and the start values."""

DATA = (
    "x_train_tensor = torch.as_tensor(x_train).float().to(device)\n"
    "y_train_tensor = torch.as_tensor(y_train).float().to(device)"
)


def parts(batches: int) -> str:
    """Return the code that splits the training set into `batches` equal parts (lesson 3.3.3)."""
    return (
        f"x_parts = x_train_tensor.chunk({batches})\n"
        f"y_parts = y_train_tensor.chunk({batches})\n"
        "part = -1"
    )


def start_from_seed(seed: int) -> str:
    """Return the code that draws b and w, shape (1,), float32, with torch's CPU generator.

    They are drawn on the CPU whatever the device, so that a seed means the same numbers on every
    machine, and marked after the move, so that they are leaves (lesson 3.2).
    """
    return (
        f"torch.manual_seed({seed})\n"
        "b = torch.randn(1, dtype=torch.float).to(device).requires_grad_()\n"
        "w = torch.randn(1, dtype=torch.float).to(device).requires_grad_()"
    )


def start_from_values(b: float, w: float) -> str:
    """Return the code that creates b and w, shape (1,), float32, from two given numbers."""
    return (
        f"b = torch.tensor([{b!r}], requires_grad=True, dtype=torch.float, device=device)\n"
        f"w = torch.tensor([{w!r}], requires_grad=True, dtype=torch.float, device=device)"
    )
