from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(autouse=True)
def anomaly_mode_ends_with_the_test() -> Iterator[None]:
    """Anomaly detection is global: no test finds it on because of another."""
    yield
    torch.autograd.set_detect_anomaly(False)
