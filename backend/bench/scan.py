"""`gemba bench scan`: what a scan resolves to, over HTTP: statements, CPU, growth with the ledger."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle

import asyncpg
import uvloop

from backend.bench import load
from backend.bench.ground import Ground, apis, ground, synthetic_shift
from backend.bench.history import lived
from backend.floor.stock.audit import audit_url
from backend.floor.work.codes import codes_in
from backend.floor.work.resolve import resolve
from backend.kernel.db import Database


def main(*, seconds: float, histories: tuple[int, ...], tell: Callable[[str], None]) -> None:
    """Runs the bench and prints its table."""
    uvloop.run(_bench(seconds, histories, tell))


async def _bench(seconds: float, histories: tuple[int, ...], tell: Callable[[str], None]) -> None:
    cpu_at: dict[int, float] = {}
    tell(load.yardstick())
    tell(f"{'moves':>10}{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'app CPU ms':>12}{'statements':>12}")
    for moves in histories:
        async with ground() as base:
            await lived(base, moves=moves)
            if wrong := await audit_url(base.urls.app):
                raise RuntimeError(f"the history made here is not sound: {wrong[0]}")
            shift = await synthetic_shift(base)
            codes = await _codes(base)

            request = partial(_request, shift.tokens, cycle(codes))

            with apis(base, 1) as (ports, pids):
                await load.run(ports, request, clients=8, seconds=2, pids=pids)
                got = await load.run(ports, request, clients=8, seconds=seconds, pids=pids)
            cpu_at[moves] = got.cpu_ms
            statements = await _statements(base, codes)
            tell(
                f"{moves:10,}{got.per_second:8.0f}{got.median_ms:8.1f}{got.p99_ms:8.1f}{got.cpu_ms:12.2f}{statements:12.1f}"
                + (f"  ({got.errors} errors)" if got.errors else "")
            )
    if len(histories) > 1:
        few, many = min(histories), max(histories)
        tell(f"Growth of app CPU from {few:,} to {many:,} moves: {cpu_at[many] / cpu_at[few]:.2f}×")


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
