"""Labels asked for over HTTP come out of a printer that listens, and nothing is printed that nobody knows of."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import scanning
from backend.demo.printer import HOST, StandIn
from backend.floor.printing.jobs import Sender
from backend.kernel.embedded import free_port
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor, Worker

HERE = (ip_network("127.0.0.0/8"),)
ELSEWHERE = (ip_network("10.0.0.0/8"),)


@dataclass
class Shop:
    """A site with a printer of its own that somebody set up over HTTP."""

    demo: DemoFloor
    boss: Worker
    printer: str
    port: int
    stand_in: StandIn
    folder: Path
    networks: Any = HERE
    running: list[asyncio.Server] = field(default_factory=list)

    async def switch_on(self) -> None:
        """From now on it listens."""
        self.running.append(await self.stand_in.serve(self.port))

    async def ask(self, kind: str = "place", *codes: str, **more: Any) -> dict[str, Any]:
        """A job, queued."""
        body = {"printer": self.printer, "kind": kind, "codes": list(codes or ["C-07-3-B"]), **more}
        return await self.boss.done("/printing/jobs", body)

    async def send(self) -> None:
        """The worker's turn, with no wait between two tries."""
        await self.books("update print_job set due_at = now() where state = 'waiting'")
        await Sender(self.demo.db, self.demo.app.state.live, self.networks).send_due()

    async def state(self, job: dict[str, Any]) -> tuple[str, str]:
        """State and fault of a job."""
        told = await self.boss.get(f"/printing/jobs/{job['id']}")
        return told["state"], told["fault"]

    async def fault(self) -> str:
        """What is wrong with the printer, as every device is told."""
        [mine] = [one for one in await self.boss.get("/printing/printers") if one["id"] == self.printer]
        return str(mine["fault"])

    def read(self) -> list[str]:
        """What the labels say that came out, in their order."""
        texts = []
        for path in sorted(self.folder.glob("*.png")):
            symbols = scanning.read(path.read_bytes(), budget_ms=5000).confirmed
            texts.append(" ".join(sorted({symbol.text for symbol in symbols})))
        return texts

    async def books(self, statement: str) -> None:
        """A statement in the test's own database."""
        async with self.demo.db.transaction() as connection:
            await connection.exec_driver_sql(statement)


@pytest.fixture
async def shop(demo: DemoFloor, tmp_path: Path) -> AsyncIterator[Shop]:
    """A printer that is switched off as yet."""
    boss = await demo.worker("supervisor")
    code, port = f"T-{new_id().hex[-8:].upper()}", free_port()
    added = await boss.done(
        "/printing/printers", {"code": code, "name": "Test bench", "host": HOST, "port": port}
    )
    found = Shop(demo, boss, added["printer"], port, StandIn(code, tmp_path), tmp_path)
    yield found
    for server in found.running:
        server.close()
        await server.wait_closed()
    await found.books(f"delete from print_job where printer_id = '{found.printer}'")
    await boss.post("/printing/printers/remove", {"printer": found.printer})


async def test_labels_come_out_in_the_order_they_were_asked_for(shop: Shop) -> None:
    """A bin's label twice and an item's once, read back from what the printer drew; the printer's own label last."""
    await shop.switch_on()
    first = await shop.ask(copies=2)
    sku = await shop.demo.scalar("select sku from item order by sku limit 1")
    gtin = await shop.demo.scalar(
        "select gtin from packaging join item on item.id = item_id where sku = :sku and gtin like '0%' limit 1",
        sku=sku,
    )
    second = await shop.ask("item", str(sku))
    own = await shop.boss.done("/printing/printers/test", {"printer": shop.printer})
    await shop.send()
    assert [await shop.state(job) for job in (first, second, own)] == [("sent", "")] * 3
    assert shop.read() == ["C-07-3-B", "C-07-3-B", str(gtin)[1:], own["printerCode"]]


@pytest.mark.parametrize("fault", ["paper_out", "paused", "head_open", "ribbon_out"])
async def test_a_printer_that_cannot_print_keeps_its_jobs_and_says_why(shop: Shop, fault: str) -> None:
    """Not a byte is sent; when it is mended the label comes by itself, once."""
    await shop.switch_on()
    setattr(shop.stand_in, fault, True)
    job = await shop.ask()
    await shop.send()
    assert (await shop.state(job), await shop.fault(), shop.read()) == (("waiting", fault), fault, [])
    setattr(shop.stand_in, fault, False)
    await shop.send()
    assert (await shop.state(job), await shop.fault()) == (("sent", ""), "")
    assert shop.read() == ["C-07-3-B"]


async def test_a_printer_that_is_switched_off_is_told_as_such(shop: Shop) -> None:
    """Jobs wait in their order; switched on, it prints them in it."""
    first, second = await shop.ask(), await shop.ask("place", "DOCK-IN-1")
    await shop.send()
    assert (await shop.state(first), await shop.state(second)) == (
        ("waiting", "unreachable"),
        ("waiting", ""),
    )
    await shop.switch_on()
    await shop.send()
    assert shop.read() == ["C-07-3-B", "DOCK-IN-1"]


async def test_a_line_that_breaks_in_the_middle_leaves_a_doubt_and_no_second_label(shop: Shop) -> None:
    """Nobody knows what came out, so nothing is sent again until a person says so."""

    async def breaks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"~HS\r\n")
        writer.write(b"\x02030,0,0\x03\x02000,0,0,0\x03\x021234,0\x03")
        await reader.read(100)
        writer.transport.abort()

    async with await asyncio.start_server(breaks, HOST, shop.port):
        job = await shop.ask()
        await shop.send()
    assert await shop.state(job) == ("unsure", "broken")
    await shop.switch_on()
    await shop.send()
    assert shop.read() == []
    await shop.boss.done("/printing/jobs/again", {"job": job["id"]})
    await shop.send()
    assert (await shop.state(job), shop.read()) == (("sent", ""), ["C-07-3-B"])


async def test_a_job_whose_worker_died_is_in_doubt_too(shop: Shop) -> None:
    """It was taken and never ended; after its lease a person is asked."""
    await shop.switch_on()
    job = await shop.ask()
    await shop.books(
        f"update print_job set state = 'sending', taken_at = now() - interval '3 minutes' where id = '{job['id']}'"
    )
    await shop.send()
    assert (await shop.state(job), shop.read()) == (("unsure", "broken"), [])


async def test_a_printer_that_never_answers_is_believed(shop: Shop) -> None:
    """A print server that only takes: the labels go out when it has not complained."""
    taken = io.BytesIO()

    async def takes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65536):
            taken.write(part)
        writer.close()

    async with await asyncio.start_server(takes, HOST, shop.port):
        job = await shop.ask()
        await shop.send()
    assert await shop.state(job) == ("sent", "")
    assert taken.getvalue().count(b"^XZ") == 1


async def test_two_workers_and_a_command_sent_twice_make_one_label(shop: Shop) -> None:
    """The key makes one job of two requests, the row's state one label of two senders."""
    await shop.switch_on()
    key, body = new_id(), {"printer": shop.printer, "kind": "place", "codes": ["C-07-3-B"]}
    told = [await shop.boss.done("/printing/jobs", body, key=key) for _ in range(2)]
    assert told[0]["id"] == told[1]["id"]
    await asyncio.gather(shop.send(), shop.send())
    assert shop.read() == ["C-07-3-B"]


async def test_what_nobody_allowed_is_not_connected_to(shop: Shop) -> None:
    """An address outside the networks of printers is told as such, and nothing is sent there."""
    await shop.switch_on()
    shop.networks = ELSEWHERE
    job = await shop.ask()
    await shop.send()
    assert (await shop.state(job), shop.read()) == (("waiting", "not_allowed"), [])


async def test_jobs_are_cancelled_and_a_removed_printer_keeps_nothing_waiting(shop: Shop) -> None:
    """What is cancelled does not come; a job that has gone cannot be cancelled; a printer out of use takes nothing more."""
    await shop.switch_on()
    job, other = await shop.ask(), await shop.ask()
    assert (await shop.boss.done("/printing/jobs/cancel", {"job": job["id"]}))["state"] == "cancelled"
    await shop.send()
    assert len(shop.read()) == 1
    late = await shop.boss.refused("/printing/jobs/cancel", {"job": other["id"]})
    assert (late["type"], late["facts"]) == ("/problems/print-job-moved", {"state": "sent"})
    waits = await shop.ask()
    await shop.boss.done("/printing/printers/remove", {"printer": shop.printer})
    assert (await shop.state(waits))[0] == "cancelled"
    gone = await shop.boss.refused(
        "/printing/jobs", {"printer": shop.printer, "kind": "place", "codes": ["C-07-3-B"]}
    )
    assert gone["type"] == "/problems/no-such-printer"


async def test_what_cannot_be_asked_for_is_refused_at_once(shop: Shop) -> None:
    """Unknown numbers, badges by a picker, a second printer of one code, an address that is none, another site's printer."""
    picker = await shop.demo.worker("picker")
    body = {"printer": shop.printer, "kind": "place", "codes": ["NO-SUCH"]}
    assert (await picker.refused("/printing/jobs", body))["status"] == 404
    assert (await picker.refused("/printing/jobs", body | {"kind": "badge", "codes": ["B-1"]}))[
        "status"
    ] == 403
    assert (await picker.refused("/printing/printers/remove", {"printer": shop.printer}))["status"] == 403
    [mine] = [one for one in await picker.get("/printing/printers") if one["id"] == shop.printer]
    twin = {"code": mine["code"], "name": "Twin", "host": HOST}
    assert (await shop.boss.refused("/printing/printers", twin))["type"] == "/problems/printer-code-taken"
    odd = {"code": "T-ODD", "name": "Odd", "host": "http://x"}
    assert (await shop.boss.refused("/printing/printers", odd))["type"] == "/problems/not-a-printers-address"
    stranger = body | {"printer": str(UUID(int=7)), "codes": ["C-07-3-B"]}
    assert (await picker.refused("/printing/jobs", stranger))["type"] == "/problems/no-such-printer"
