"""The demo's shop floor for one test. After it the ledger is clean and every stored state is what its log folds to."""

from collections.abc import AsyncIterator

import pytest

from backend.floor.mes.audit import rebuilt
from tests.support.demo_floor import DemoFloor
from tests.support.shop_floor import ShopFloor


@pytest.fixture
async def shop(demo: DemoFloor) -> AsyncIterator[ShopFloor]:
    """The shop floor."""
    yield ShopFloor(demo)
    async with demo.db.transaction() as connection:
        assert await rebuilt(connection) == []
