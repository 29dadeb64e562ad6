import re

import pytest
import torch

from gradlab.core.explain import EXPLANATIONS, Explanation, explain
from tests.core.runs import cpu
from tests.core.walks import long_walk, short_walk

EACH = pytest.mark.parametrize("explanation", EXPLANATIONS, ids=[e.words for e in EXPLANATIONS])
ANOMALY = ("detect-anomaly", "forward", "loss", "error-inplace", "backward")


def told() -> frozenset[str]:
    """Return every error and warning that PyTorch gave in any of the sequences."""
    short, long = short_walk(), long_walk()
    diverged = cpu(lr=1e12)
    diverged.run(["forward", "loss", "backward", "update"], repeat=12)
    outcomes = [cpu().run(ANOMALY).outcome, diverged.run(ANOMALY[:3] + ANOMALY[4:]).outcome]
    with pytest.raises(TypeError) as elsewhere:  # as a tensor on a GPU refuses
        torch.zeros(1, device="meta").numpy()
    said = {words for outcome in outcomes for words in (outcome.error, outcome.warning) if words}
    said.add(str(elsewhere.value))
    return frozenset(short.errors | short.warnings | long.errors | long.warnings | said)


def test_that_whatever_pytorch_refuses_or_warns_of_is_explained() -> None:
    assert [said for said in told() if explain(said) is None] == []


@EACH
def test_that_pytorch_still_says_what_is_explained(explanation: Explanation) -> None:
    assert [said for said in told() if re.search(explanation.words, said)]


@EACH
def test_that_a_message_has_one_explanation(explanation: Explanation) -> None:
    for said in told():
        if explain(said) is explanation:
            assert [e for e in EXPLANATIONS if re.search(e.words, said)] == [explanation]


@EACH
def test_that_cause_and_cure_are_sentences(explanation: Explanation) -> None:
    for sentence in (explanation.cause, explanation.cure):
        assert sentence[0].isupper() or sentence.startswith(("backward()", "yhat"))
        assert sentence.endswith(".")
    assert explanation.cause != explanation.cure


@pytest.mark.parametrize("said", ["", "RuntimeError: no such thing"], ids=["nothing", "unknown"])
def test_that_other_words_have_no_explanation(said: str) -> None:
    assert explain(said) is None


def test_that_a_nan_found_by_anomaly_detection_is_explained() -> None:
    controller = cpu(lr=1e12)
    controller.run(["forward", "loss", "backward", "update"], repeat=12)
    outcome = controller.run(["detect-anomaly", "forward", "loss", "backward"]).outcome
    assert str(outcome.error).startswith("RuntimeError: Function '")
    assert "returned nan values" in str(outcome.error)
    assert explain(str(outcome.error)) is not None
