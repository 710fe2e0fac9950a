"""Purchasing on the demo's floor."""

import pytest

from tests.support.demo_floor import DemoFloor
from tests.support.supplier import Buying


@pytest.fixture
def buying(demo: DemoFloor) -> Buying:
    """The floor as purchasing uses it."""
    return Buying(demo)
