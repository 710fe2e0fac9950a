"""A day in the life: what one system tells the next, from a purchase order on a phone to the invoice of what was made of it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bootstrap.build import ensure_pwa
from tests.support.day import Day
from tests.support.office import at_the_desk
from tests.support.town import Town, running_town

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
async def town() -> AsyncIterator[Town]:
    """The demo company on its first morning."""
    with tempfile.TemporaryDirectory(prefix="gemba-day-", ignore_cleanup_errors=True) as folder:
        async with running_town(Path(folder)) as running:
            yield running


async def test_a_day_in_the_life(town: Town) -> None:
    """Every system hears from the one before it, nothing is typed twice, and at the end all books agree."""
    day = Day(town)
    await day.confirmed()
    await day.advised()
    await day.received()
    await day.inspected()
    await day.put_away()
    await day.made()
    await day.released()
    await day.sold()
    await day.settled()
    await day.traced()
    assert set(day.serials) <= set(day.shipped)
    assert await town.audit() == []


@pytest.mark.browser
async def test_the_office_at_a_desk(town: Town) -> None:
    """Whether an order can be accepted, a purchase's next version and its answer, the books in balance, the link: as a planner sees it."""
    await asyncio.to_thread(ensure_pwa)
    await at_the_desk(town)
