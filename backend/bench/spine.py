"""`gemba bench spine`: what a command of each slice costs, in statements sent to PostgreSQL and in CPU of the app.

A case is one function: it prepares what it needs and returns the requests to measure, which are sent one after another, in this
process and without a network: the CPU told is the app's and that of the client that asks it. What the client and the way through
the app cost by themselves is the first line, a request that does nothing.
Each statement is a round trip, BEGIN and COMMIT among them: those come from the driver, as do those of `db.driver`; the others come
from SQLAlchemy.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx
import uvloop
from litestar import Litestar
from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

from backend.access.tokens import AccessTokens
from backend.app import create_floor_app
from backend.bench.ground import SECRET, Ground, ground
from backend.bench.load import yardstick
from backend.bench.spine_quality import decide, read
from backend.bench.spine_stage import Request, Stage
from backend.bench.spine_supplier import answer, answer_for
from backend.floor.catalog import sscc_of
from backend.kernel.commands import Who
from backend.kernel.ids import new_id

ROLES: Final = frozenset({"receiver", "supervisor", "inspector", "operator", "picker"})
Case = Callable[[Stage], Awaitable[list[Request]]]


async def receive(stage: Stage) -> list[Request]:
    """One pack of an announced order after another."""
    line, item = new_id(), await _item(stage)
    delivery = new_id()
    await stage.books.execute(
        "insert into expected_delivery (id, site_id, kind, number, purchase_order, supplier)"
        " values ($1, $2, 'purchase', 'BENCH', 'BENCH', 'S2001')",
        delivery,
        stage.site,
    )
    await stage.books.execute(
        "insert into expected_line (id, site_id, delivery_id, line, sku, item_id, unit, quantity)"
        " values ($1, $2, $3, 1, 'BENCH', $4, 'pc', 1000000)",
        line,
        stage.site,
        delivery,
        item,
    )
    body = {"delivery": str(delivery), "line": str(line), **await _goods(stage, item)}
    return [("/receiving/goods", body | {"handlingUnitCode": _sscc(number)}) for number in range(stage.count)]


async def propose(stage: Stage) -> list[Request]:
    """Three bins of the whole site for a box at the dock, and room kept in the best."""
    return [("/putaway/propose", {"handlingUnit": box}) for box in await _boxes(stage, 10_000)]


async def putaway(stage: Stage) -> list[Request]:
    """The box is in the bin that was kept for it."""
    requests = []
    for box in await _boxes(stage, 20_000):
        told = await stage.post("/putaway/propose", {"handlingUnit": box})
        body = {"fromPlace": told["load"]["place"], "toPlace": told["held"], "hold": told["hold"]}
        requests.append(("/putaway/confirm", {"handlingUnit": box, **body}))
    return requests


async def report(stage: Stage) -> list[Request]:
    """One good piece after another at the first of two steps: the hot way."""
    operation = await _job(stage)
    await stage.post("/mes/jobs/start", {"operation": str(operation)})
    return [("/mes/jobs/report", {"operation": str(operation), "good": "1"})] * stage.count


async def report_scrap(stage: Stage) -> list[Request]:
    """The same with a piece of scrap on the sheet: the careful way."""
    operation = await _job(stage)
    await stage.post("/mes/jobs/start", {"operation": str(operation)})
    scrap = [{"quantity": "1", "reason": "damaged"}]
    return [("/mes/jobs/report", {"operation": str(operation), "good": "1", "scrap": scrap})] * stage.count


CASES: Final[dict[str, Case]] = {
    "receive": receive,
    "propose": propose,
    "putaway": putaway,
    "report": report,
    "report_scrap": report_scrap,
    "answer": answer,
    "answer_for": answer_for,
    "read": read,
    "decide": decide,
}


def main(*, count: int, only: tuple[str, ...], tell: Callable[[str], None]) -> None:
    """Runs the cases and prints one line each."""
    uvloop.run(_bench(count, only, tell))


async def _bench(count: int, only: tuple[str, ...], tell: Callable[[str], None]) -> None:
    statements: list[str] = []

    @event.listens_for(Pool, "connect")
    def _listen(connection: Any, _: Any) -> None:
        connection.driver_connection.add_query_logger(lambda logged: statements.append(logged.query))

    @event.listens_for(Engine, "before_cursor_execute")
    def _count(*what: Any) -> None:
        statements.append(what[2])

    async with ground() as base:
        app = create_floor_app(base.settings())
        async with app.lifespan():
            stage = await _stage(base, app, count, statements)
            tell(yardstick())
            tell(f"{'':14}{'statements':>12}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}")
            tell(await _nothing(stage))
            for name, case in CASES.items():
                if only and name not in only:
                    continue
                tell(await _measure(name, await case(stage), stage))
            await stage.books.close()
            await stage.client.aclose()


async def _stage(base: Ground, app: Litestar, count: int, statements: list[str]) -> Stage:
    books = await asyncpg.connect(base.urls.owner)
    site, person = (
        await books.fetchval("select id from site"),
        await books.fetchval("select id from person limit 1"),
    )
    await books.execute("analyze")
    token = AccessTokens(SECRET).issue(Who(person, None, site, ROLES), new_id())
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),  # type: ignore[arg-type]  # Litestar is an ASGI app by another type
        base_url="http://localhost:8000",
        headers={"authorization": f"Bearer {token}", "origin": "http://localhost:8000"},
    )
    return Stage(client, books, site, count, app.state.db, statements)


async def _nothing(stage: Stage) -> str:
    """The cost of asking: the client, the middleware, no statement."""
    for _ in range(10):
        await stage.client.get("/health/live")
    times, cpu = [], time.process_time()
    for _ in range(stage.count):
        began = time.perf_counter()
        await stage.client.get("/health/live")
        times.append((time.perf_counter() - began) * 1000)
    return _line("nothing", times, (time.process_time() - cpu) * 1000 / stage.count, 0)


async def _measure(name: str, requests: list[Request], stage: Stage) -> str:
    """One line of the table. The first tenth warms up and is not counted."""
    warm = max(3, len(requests) // 10)
    for path, body in requests[:warm]:
        await stage.post(path, body)
    times = []
    stage.sent.clear()
    by_driver = stage.db.driver.sent
    cpu = time.process_time()
    for path, body in requests[warm:]:
        began = time.perf_counter()
        await stage.post(path, body)
        times.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / len(times)
    sent = len(stage.sent) + stage.db.driver.sent - by_driver
    return _line(name, times, cpu, sent / len(times))


def _line(name: str, times: list[float], cpu: float, statements: float) -> str:
    times.sort()
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    return f"{name:14}{statements:12.1f}{p50:9.1f}{p95:9.1f}{cpu:9.2f}"


async def _item(stage: Stage) -> UUID:
    """A small untracked item that comes in wholes."""
    found = await stage.books.fetchval(
        "select id from item where tracking = 'none' and whole and inspection_plan is null order by volume_ml limit 1"
    )
    return UUID(str(found))


async def _goods(stage: Stage, item: UUID) -> dict[str, Any]:
    dock = await stage.books.fetchval("select id from place where kind = 'dock' order by code limit 1")
    return {"item": str(item), "quantity": "5", "place": str(dock), "handlingUnitKind": "box"}


async def _boxes(stage: Stage, first: int) -> list[str]:
    """Boxes at the dock that nobody had announced."""
    goods = await _goods(stage, await _item(stage))
    told = [
        await stage.post("/receiving/goods", goods | {"handlingUnitCode": _sscc(first + number)})
        for number in range(stage.count)
    ]
    return [str(one["handlingUnit"]) for one in told]


def _sscc(number: int) -> str:
    return sscc_of("9521234", number, 7)


async def _job(stage: Stage) -> UUID:
    """The first step of an order of two steps for a million pieces."""
    order, first, second = new_id(), new_id(), new_id()
    await stage.books.execute(
        "insert into work_order (id, site_id, source, number, version, item_id, item_revision, bom_revision, quantity, due_at)"
        " values ($1::uuid, $2, 'bench', 'BENCH-' || ($1::uuid)::text, 1, $3, '1', '1', 1000000, now())",
        order,
        stage.site,
        await _item(stage),
    )
    for number, step, following in ((20, second, None), (10, first, second)):
        await stage.books.execute(
            "insert into operation (id, site_id, work_order_id, work_centre_id, operation, name, last, next_id, target, came_in)"
            " select $1, $2, $3, id, $4, 'Bench', $5, $6, 1000000, $7 from work_centre where code = 'ASSY-1'",
            step,
            stage.site,
            order,
            number,
            following is None,
            following,
            0 if following is None else None,
        )
    return first
