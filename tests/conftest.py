"""Servers for the whole session, a migrated database with the demo company to clone, and an app upon a clone."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from backend.demo.load import load_masters
from backend.kernel.embedded import Urls
from backend.migrations import migrate
from tests.support.demo_floor import DemoFloor, running_demo_floor
from tests.support.floor_app import settings_for
from tests.support.servers import Servers, cloned_databases, running_servers, template_databases

# The same examples for everybody, and no clock among them: how busy a machine is proves nothing.
settings.register_profile(
    "gemba", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("gemba")

LONGEST_FIRST = ("chaos", "browser", "flows", "concurrency", "perf", "api", "unit")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest folders begin, so that processes side by side end at about the same time; no page is needed while it is built."""
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}

    def turn(item: pytest.Item) -> float:
        parts = item.path.relative_to(Path(__file__).parent).parts
        # One file builds the Tryton that the others use too: they come late enough not to wait for it.
        is_waiting = "tryton" in parts and parts[-1] != "test_failures.py"
        return order["perf"] - 0.5 if is_waiting else order.get(parts[0], 0)

    items.sort(key=turn)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and Valkey of this session."""
    with running_servers() as running:
        yield running


@pytest.fixture(scope="session")
async def demo_template(servers: Servers) -> AsyncIterator[Urls]:
    """A database as the migrations make it, with the demo company's masters and opening stock."""

    async def prepare(urls: Urls) -> None:
        await migrate(urls.owner)
        await load_masters(settings_for(urls), tell=lambda _: None)

    async with template_databases(servers, prepare) as urls:
        yield urls


@pytest.fixture(scope="module")
async def demo_urls(servers: Servers, demo_template: Urls) -> AsyncIterator[Urls]:
    """A copy of the demo's database for one module."""
    async with cloned_databases(servers, demo_template) as urls:
        yield urls


@pytest.fixture
async def demo(demo_urls: Urls) -> AsyncIterator[DemoFloor]:
    """The demo's floor with its app running in this process. After the test its ledger must be clean."""
    async with running_demo_floor(demo_urls) as floor:
        yield floor
        assert await floor.audit() == []
