"""A live Tryton with a company in it, and the demo's floor linked to it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.demo_floor import DemoFloor
from tests.support.tryton.linked import Linked, tryton_erp
from tests.support.tryton.office import ADMIN_PASSWORD, Office
from tests.support.tryton.server import DATABASE, NoTryton, TrytonServer, tryton_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrytonServer]:
    """Tryton on a database of the module's own."""
    folder: Path = tmp_path_factory.mktemp("tryton")
    try:
        with tryton_server(folder) as running:
            yield running
    except NoTryton as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
async def office(server: TrytonServer) -> AsyncIterator[Office]:
    """The company, founded."""
    from backend.floor.link.erps.tryton import Tryton

    tryton = Tryton(server.url, DATABASE, "admin", ADMIN_PASSWORD)
    found = Office(tryton)
    await found.found_company()
    yield found
    await tryton.close()


@pytest.fixture
async def linked(demo: DemoFloor, office: Office, server: TrytonServer) -> AsyncIterator[Linked]:
    """Floor and ERP, linked. What a test left in the outbox is gone before the next."""
    erp = tryton_erp(server.url)
    found = Linked(demo, office, erp, server.url)
    yield found
    await erp.close()
