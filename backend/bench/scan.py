"""`gemba bench scan`: what a scan resolves to, over HTTP: statements, CPU, growth with the ledger."""

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial
from itertools import cycle

import asyncpg
import uvloop

from backend.bench import load
from backend.bench.ground import Ground, apis, ground, synthetic_shift
from backend.bench.growth import Lived, tell_growth
from backend.bench.history import lived
from backend.floor.stock.audit import audit_url
from backend.floor.work.codes import codes_in
from backend.floor.work.resolve import resolve
from backend.kernel.db import Database


def main(*, seconds: float, histories: tuple[int, ...], tell: Callable[[str], None]) -> None:
    """Runs the bench and prints its table."""
    uvloop.run(_bench(seconds, histories, tell))


async def _bench(seconds: float, histories: tuple[int, ...], tell: Callable[[str], None]) -> None:
    every: list[Lived] = []
    tell(
        f"{'moves':>10}{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'app CPU ms':>12}{'least':>7}{'statements':>12}"
    )
    async with AsyncExitStack() as stack:
        for moves in histories:
            base = await stack.enter_async_context(ground())
            await lived(base, moves=moves)
            if wrong := await audit_url(base.urls.app):
                raise RuntimeError(f"the history made here is not sound: {wrong[0]}")
            shift = await synthetic_shift(base)
            codes = await _codes(base)
            here = Lived(moves, base, partial(_request, shift.tokens, cycle(codes)))
            with apis(base, 1) as (ports, pids):
                await load.run(ports, here.request, clients=8, seconds=2, pids=pids)
                got = await load.run(ports, here.request, clients=8, seconds=seconds, pids=pids)
            statements = await _statements(base, codes)
            tell(
                f"{moves:10,}{got.per_second:8.0f}{got.median_ms:8.1f}{got.p99_ms:8.1f}{got.cpu_ms:12.2f}{got.least_cpu_ms:7.2f}{statements:12.1f}"
                + (f"  ({got.errors} errors)" if got.errors else "")
            )
            every.append(here)
        if len(every) > 1:
            await tell_growth(every, tell)


def _request(tokens: list[str], codes: Iterator[str], number: int) -> bytes:
    return load.get(f"/api/floor/work/resolve?code={next(codes)}", token=tokens[number % len(tokens)])


async def _codes(base: Ground) -> list[str]:
    connection = await asyncpg.connect(base.urls.app)
    try:
        rows = await connection.fetch(
            """(select code from place where kind = 'bin' order by code limit 100) union all
               (select gtin from packaging order by gtin limit 100) union all
               (select code from handling_unit order by code limit 100)"""
        )
    finally:
        await connection.close()
    return [row["code"] for row in rows]


async def _statements(base: Ground, codes: list[str]) -> float:
    """Statements sent for one scan, counted at the driver."""
    db = Database(base.urls.app, pool_size=1)
    async with db.transaction() as connection:
        site = (await connection.exec_driver_sql("select id from site")).scalar_one()
    for code in codes:
        await resolve(db, site, code, codes_in(code))
    await db.close()
    return db.driver.sent / len(codes)
