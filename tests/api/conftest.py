"""Servers and an app for the tests that speak HTTP."""

from collections.abc import AsyncIterator, Iterator

import pytest

from backend.kernel.embedded import Urls
from tests.support.floor_app import Floor, create_tables, running_app, settings_for
from tests.support.servers import Servers, cloned_databases, running_servers, template_databases


@pytest.fixture(scope="session")
def api_servers() -> Iterator[Servers]:
    """PostgreSQL and Valkey of this session."""
    with running_servers() as servers:
        yield servers


@pytest.fixture(scope="session")
async def api_template(api_servers: Servers) -> AsyncIterator[Urls]:
    """A database with all tables of the floor, to clone."""
    async with template_databases(api_servers, create_tables) as urls:
        yield urls


@pytest.fixture(scope="module")
async def floor_urls(api_servers: Servers, api_template: Urls) -> AsyncIterator[Urls]:
    """A database of the module's own."""
    async with cloned_databases(api_servers, api_template) as urls:
        yield urls


@pytest.fixture
async def floor(floor_urls: Urls) -> AsyncIterator[Floor]:
    """A running app and a site of the test's own."""
    async with running_app(settings_for(floor_urls)) as app:
        found = Floor(app, app.state.db)
        yield found
        await found.close()
