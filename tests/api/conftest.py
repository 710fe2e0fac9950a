"""An empty floor of a test's own, for the tests that speak HTTP."""

from collections.abc import AsyncIterator

import pytest

from backend.kernel.embedded import Urls
from backend.migrations import migrate
from tests.support.floor_app import Floor, running_app, settings_for
from tests.support.servers import Servers, cloned_databases, template_databases


@pytest.fixture(scope="session")
async def empty_template(servers: Servers) -> AsyncIterator[Urls]:
    """A database as the migrations make it, with nothing in it."""

    async def prepare(urls: Urls) -> None:
        await migrate(urls.owner)

    async with template_databases(servers, prepare) as urls:
        yield urls


@pytest.fixture(scope="module")
async def floor_urls(servers: Servers, empty_template: Urls) -> AsyncIterator[Urls]:
    """An empty database of the module's own."""
    async with cloned_databases(servers, empty_template) as urls:
        yield urls


@pytest.fixture
async def floor(floor_urls: Urls) -> AsyncIterator[Floor]:
    """A running app and a site of the test's own."""
    async with running_app(settings_for(floor_urls)) as app:
        found = Floor(app, app.state.db)
        yield found
        await found.close()
