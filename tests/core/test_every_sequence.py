from tests.core.bare_torch import BareLoop
from tests.core.runs import ALL
from tests.core.walks import FORWARDS, LOSSES, long_walk, short_walk


def test_that_the_reference_has_a_line_for_every_statement() -> None:
    lines = {name for name in dir(BareLoop) if name.startswith("line_")}
    assert lines == {f"line_{name.replace('-', '_')}" for name in ALL}


def test_that_any_three_statements_end_as_in_bare_pytorch() -> None:
    walk = short_walk()
    assert walk.difference is None, walk.difference
    assert walk.sequences == 25 + 25**2 + 25**3


def test_that_longer_sequences_end_as_in_bare_pytorch() -> None:
    assert FORWARDS == ("forward", "forward-no-grad", "forward-detach")
    assert LOSSES == ("loss", "loss-vector")
    walk = long_walk()
    assert walk.difference is None, walk.difference
    assert walk.sequences == 1875
