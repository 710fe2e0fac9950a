"""A real API process and worker that serve the built PWA on a copy of the demo's database, and handhelds before it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

from backend.access import add_person
from backend.bench.process import running
from backend.demo.people import enrolment_code
from backend.floor.stock import handling_unit
from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from bootstrap.build import ensure_pwa
from tests.support.demo_floor import DemoFloor, running_demo_floor
from tests.support.floor_app import SECRET
from tests.support.handheld import Handheld, chromium
from tests.support.picking_person import Labels
from tests.support.processes import api_process, worker_process
from tests.support.servers import Servers, cloned_databases

PIN = "2468"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder drives Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(
                    pytest.mark.timeout(300)
                )  # the first test waits for servers, demo and processes


@dataclass
class House:
    """The running Gemba: its address, its code for new devices, and a way into its books."""

    url: str
    floor: DemoFloor
    code: str = enrolment_code(SECRET)

    async def badge(self, *roles: str, name: str = "Bo", language: str = "en") -> str:
        """The badge of someone new, whose PIN is `PIN`."""
        badge = f"B-{new_id().hex[-8:]}"
        async with self.floor.db.transaction() as connection:
            await add_person(
                connection,
                self.floor.app.state.gate.pins,
                site_id=self.floor.site,
                badge=badge,
                name=name,
                pin=PIN,
                roles=roles or ("picker",),
                language=language,
            )
        return badge

    async def round(self, lines: list[tuple[str, str]]) -> Labels:
        """A round of one order, ready to be taken, with what its labels say."""
        number = await self.floor.order(lines)
        order = await self.floor.scalar("select id from shipment_request where number = :n", n=number)
        planner = await self.floor.worker("planner")
        for _ in range(600):
            # The worker's rule may be at this order just now; then it is passed over here, and in its round soon.
            answer = await planner.post("/picking/release-orders", {"orders": [str(order)]})
            made = await self.floor.scalar(
                "select max(round_id::text) from round_tote where request_id = :order", order=order
            )
            if made:
                break
            await asyncio.sleep(0.2)
        assert made, answer.text
        labels = Labels(await planner.get(f"/picking/rounds/{made}"))
        async with self.floor.db.transaction() as connection:
            for tote in labels.document["totes"]:  # boxes the site knows: a new one would be asked for twice
                code, place = labels.tote(tote["slot"]), UUID(tote["dropPlace"])
                await handling_unit(connection, self.floor.site, code=code, kind="tote", place=place)
        return labels

    async def picked(self, round_: str) -> list[tuple[UUID, str]]:
        """What the books say was picked of each line: (line, quantity), in walking order."""
        async with self.floor.db.transaction() as connection:
            rows = await connection.exec_driver_sql(
                "select id, picked::text from pick_line where round_id = $1 order by sequence",
                (UUID(round_),),
            )
            return [(row.id, row.picked) for row in rows]

    async def commands(self, round_: str) -> list[tuple[str, UUID]]:
        """The commands of whoever has the round, in the order booked: (type, key). Keys of one device sort as they were made."""
        async with self.floor.db.transaction() as connection:
            rows = await connection.exec_driver_sql(
                """select type, id from command where type like 'pick.%%'
                   and person_id = (select person_id from task where id = $1) order by booked_at""",
                (UUID(round_),),
            )
            return [(row.type, row.id) for row in rows]

    async def moves(self, round_: str) -> int:
        """How many stock moves were booked for a round."""
        return int(
            await self.floor.scalar("select count(*) from stock_move where task_id = :t", t=UUID(round_))
        )


@pytest.fixture(scope="session")
async def house(
    servers: Servers, demo_template: Urls, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """One API process and one worker for all browser tests. At the end the ledger must be clean."""
    await asyncio.to_thread(ensure_pwa)  # `./dev test` builds it meanwhile
    folder = tmp_path_factory.mktemp("browser")
    async with cloned_databases(servers, demo_template) as urls:
        api = api_process(urls, servers.redis_url, folder, GEMBA_DEMO="1")
        # A service worker needs a secure context, and localhost is one.
        url = f"http://localhost:{api.port}"
        api.environment = {**api.environment, "GEMBA_PUBLIC_URL": url}
        worker = worker_process(urls, servers.redis_url, folder, GEMBA_PORT=str(api.port))
        async with running_demo_floor(urls) as floor:
            with running(api, worker):
                yield House(url, floor)
            assert await floor.audit() == []


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as started:
        yield started


@pytest.fixture(scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """One Chromium for all tests but those with a film."""
    started = await chromium(playwright)
    yield started
    await started.close()


NewHandheld = Callable[..., Awaitable[Handheld]]


@pytest.fixture
async def new_handheld(house: House, browser: Browser) -> AsyncIterator[NewHandheld]:
    """Makes enrolled handhelds with someone signed in. At the end none of them may have said an error."""
    made: list[Handheld] = []

    async def make(*, signed_in: bool = True, enrolled: bool = True, **more: Any) -> Handheld:
        device = await Handheld.switched_on(browser, house.url, **more)
        made.append(device)
        if enrolled:
            await device.enrol(house.code)
        if signed_in:
            await device.sign_in(await house.badge(), PIN)
        return device

    yield make
    for device in made:
        await device.close()
    assert [trouble for device in made for trouble in device.troubles] == []
