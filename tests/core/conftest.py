from collections.abc import Iterator

import pytest
import torch

from gradlab.core.interpreter import Interpreter
from gradlab.core.outcome import Outcome
from gradlab.core.statements import Statement


@pytest.fixture(autouse=True)
def anomaly_mode_ends_with_the_test() -> Iterator[None]:
    """Anomaly detection is global: no test finds it on because of another."""
    yield
    torch.autograd.set_detect_anomaly(False)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of the statements that any interpreter has run since."""
    ids: list[str] = []
    run = Interpreter.run

    def counted(self: Interpreter, statement: Statement) -> Outcome:
        ids.append(statement.id)
        return run(self, statement)

    monkeypatch.setattr(Interpreter, "run", counted)
    return ids
