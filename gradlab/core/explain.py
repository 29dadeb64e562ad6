"""Why PyTorch refused or warned, and what helps: a sentence each, keyed by its words."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """Our two sentences beside PyTorch's words.

    Attributes:
        words: A pattern found in what PyTorch says.
        cause: Why it says so.
        cure: What to do instead.
    """

    words: str
    cause: str
    cure: str


EXPLANATIONS = (
    Explanation(
        r"backward through the graph a second time",
        "The first backward() freed what this graph had saved.",
        "Run forward and loss again, or keep the graph with retain_graph=True.",
    ),
    Explanation(
        r"does not require grad and does not have a grad_fn",
        "The loss has no graph behind it: the forward pass was not recorded.",
        "Run forward without no_grad; loss.requires_grad = True would only hide this.",
    ),
    Explanation(
        r"leaf Variable that requires grad is being used in an in-place operation",
        "Changing a leaf in place while autograd records would overwrite the start of its graph.",
        "Put the update under torch.no_grad().",
    ),
    Explanation(
        r"'NoneType' object has no attribute 'zero_'",
        "This grad is None: never filled, dropped, or that of a tensor that is no leaf any more.",
        "Run backward() first; after an update by assignment, go back or restart.",
    ),
    Explanation(
        r"unsupported operand type\(s\).*'NoneType'",
        "There is nothing to multiply by: this grad is None, as it is for whatever is no leaf.",
        "Run backward() first; after an update by assignment, go back or restart.",
    ),
    Explanation(
        r"can be implicitly created only for scalar outputs",
        "backward() starts from one number, and this loss holds one for each point.",
        "Take the mean of the squared errors.",
    ),
    Explanation(
        r"modified by an inplace operation",
        "The graph had saved this tensor, and its version has been counted up since.",
        "Make a new tensor instead (error * 2), or run forward and loss again.",
    ),
    Explanation(
        r"Can't call numpy\(\) on Tensor that requires grad",
        "A NumPy array shares the tensor's memory, and autograd cannot watch NumPy.",
        "Use b.detach().numpy().",
    ),
    Explanation(
        r"can't convert .* device type tensor to numpy",
        "NumPy cannot read a GPU's memory.",
        "Call cpu() first, and detach() before it where a gradient is asked for.",
    ),
    Explanation(
        r"name '\w+' is not defined",
        "Nothing has made this name yet.",
        "Run the steps before it first: forward makes yhat, loss makes error and loss.",
    ),
    Explanation(
        r"can only change requires_grad flags of leaf variables",
        "This loss has a graph already, and only leaves may be switched.",
        "A loss that has a graph needs no switch.",
    ),
    Explanation(
        r"can't retain_grad on Tensor that has requires_grad=False",
        "yhat was made without recording, so it will never have a gradient.",
        "Run forward without no_grad.",
    ),
    Explanation(
        r"\.grad attribute of a Tensor that is not a leaf",
        "Autograd fills grad only for leaves, which were made by hand.",
        "Ask for it with retain_grad() before backward(), or read the grad of a leaf.",
    ),
    Explanation(
        r"returned nan values",
        "Anomaly detection found the operation whose backward gave nan.",
        "The numbers have diverged: go back, or restart with a smaller learning rate.",
    ),
    Explanation(
        r"Error detected in \w+",
        "Anomaly detection names the recorded operation whose backward failed.",
        "Look for that operation's name in the graph.",
    ),
)


def explain(said: str) -> Explanation | None:
    """Return the explanation of what PyTorch said, or None where there is none."""
    return next((e for e in EXPLANATIONS if re.search(e.words, said)), None)
