"""Fixtures that every room's tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time, however slow the machine.
settings.register_profile("samb", derandomize=True, deadline=None)
settings.load_profile("samb")

SAMPLES = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.fixture
def samples() -> Path:
    """The sample data beside the project."""
    if not SAMPLES.is_dir():
        pytest.skip("the sample data (../shared/data) is not beside this checkout")
    return SAMPLES
