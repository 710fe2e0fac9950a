"""`gemba bench trace`: the family of a shipped serial and of a supplier's lot, over many edges of genealogy.

The edges are made in the database as a plant makes them: every bicycle has its own serial, which holds a frame of its own, two
wheels of a wheel lot and a share of component lots; every wheel lot holds a hub lot and a spoke lot, each of a supplier.
"""

# ruff: noqa: S608  (every statement is made of constants of this file and numbers)

import asyncio
import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import uvloop

from backend.bench.ground import ground
from backend.floor.trace import DOWN, MOST, UP, family
from backend.kernel.db import Database

LOT_SIZE = 100  # bicycles that share a wheel lot
PARTS = 8  # edges from each bicycle to component lots
EACH = PARTS + 2  # and to its frame and its wheel lot
COMMON = 100_000  # bicycles in which one and the same lot of bolts lies
REPEATS = 30
LIMIT_MS = 1000.0

# Ids are counted, so that rows of one kind can be found again: md5 of the kind and a number.
NOBODY = "00000000-0000-0000-0000-000000000000"  # which production and consumption an edge came from, no trace asks
ID = "md5('{kind}' || ({number})::text)::uuid"


def _id(kind: str, number: str) -> str:
    return ID.format(kind=kind, number=number)


def _fill(bikes: int) -> list[str]:
    lots = max(bikes // LOT_SIZE, 1)
    parts = max(bikes // 1000, 1)
    edge = "insert into genealogy (id, parent_id, child_id, production_id, consumption_id, quantity)"
    own = "uuidv7(), {parent}, {child}, '" + NOBODY + "', '" + NOBODY + "', 1"
    bike = _id("bike", "n")
    rows = [
        f"{edge} select {own.format(parent=bike, child=_id('frame', 'n'))} from generate_series(1, {bikes}) n",
        (
            f"{edge} select {own.format(parent=bike, child=_id('wheel', f'n / {LOT_SIZE} % {lots}'))}"
            f" from generate_series(1, {bikes}) n"
        ),
        (
            f"{edge} select {own.format(parent=bike, child=_id('part', f'k * 100000 + (n / 1000) % {parts}'))}"
            f" from generate_series(1, {bikes}) n, generate_series(1, {PARTS}) k"
        ),
        (
            f"{edge} select {own.format(parent=_id('wheel', 'n'), child=_id('hub', 'n / 10'))}"
            f" from generate_series(0, {lots - 1}) n"
        ),
        (
            f"{edge} select {own.format(parent=bike, child=_id('bolt', '1'))}"
            f" from generate_series(1, {min(COMMON, bikes)}) n"
        ),
    ]
    sku = "(select id from item where tracking = '{tracking}' order by sku limit 1)"
    lot = sku.format(tracking="lot")
    serial = sku.format(tracking="serial")
    return [
        "alter table genealogy drop constraint ck_genealogy_circle",
        "drop index ix_genealogy_parent_id",
        "drop index ix_genealogy_child_id",
        *rows,
        "create index ix_genealogy_parent_id on genealogy (parent_id) include (child_id)",
        "create index ix_genealogy_child_id on genealogy (child_id) include (parent_id)",
        f"insert into serial (id, item_id, code) select {bike}, {serial}, 'BENCH-' || n from generate_series(1, {bikes}) n",
        f"insert into lot (id, item_id, code) select {_id('wheel', 'n')}, {lot}, 'BENCH-W' || n from generate_series(0, {lots - 1}) n",
        f"insert into lot (id, item_id, code) select {_id('hub', 'n')}, {lot}, 'BENCH-H' || n from generate_series(0, {lots // 10}) n",
        f"insert into lot (id, item_id, code) select {_id('bolt', '1')}, {lot}, 'BENCH-B'",
        "vacuum analyze genealogy",
        "analyze serial",
        "analyze lot",
    ]


def main(*, edges: int, tell: Callable[[str], None]) -> bool:
    """Runs the bench and prints its table; whether every trace stayed under a second."""
    return uvloop.run(_bench(edges, tell))


async def _bench(edges: int, tell: Callable[[str], None]) -> bool:
    bikes = max(edges // EACH, LOT_SIZE * 10)
    async with ground() as base:
        owner = await asyncpg.connect(base.urls.owner, command_timeout=3600)
        try:
            started = time.perf_counter()
            for statement in _fill(bikes):
                await owner.execute(statement)
            count = await owner.fetchval("select count(*) from genealogy")
            size = await owner.fetchval("select pg_size_pretty(pg_total_relation_size('genealogy'))")
            tell(f"{count:,} edges, {size}, made in {time.perf_counter() - started:.0f} s")
            site = await owner.fetchval("select id from site limit 1")
            picks = {
                "a shipped serial, down to suppliers": (await _some(owner, "bike", bikes), DOWN),
                "a supplier's lot, up to customers": (
                    await _some(owner, "hub", max(bikes // LOT_SIZE // 10, 1)),
                    UP,
                ),
                f"a lot in {min(COMMON, bikes):,} serials": (await _some(owner, "bolt", 2), UP),
            }
        finally:
            await owner.close()
        db = Database(base.urls.app, pool_size=2)
        try:
            return await _measure(db, site, picks, tell)
        finally:
            await db.close()


async def _some(owner: Any, kind: str, count: int) -> list[UUID]:
    rows = await owner.fetch(
        f"select {_id(kind, 'n')} as id from generate_series(1, $1, greatest($1 / {REPEATS}, 1)) n",
        max(count - 1, 1),
    )
    return [row["id"] for row in rows][:REPEATS]


async def _measure(
    db: Database, site: UUID, picks: dict[str, tuple[list[UUID], Any]], tell: Callable[[str], None]
) -> bool:
    tell(f"{'':38}{'kin':>8}{'walk p50 ms':>13}{'call p50 ms':>13}{'call max ms':>13}")
    within = True
    for name, (ids, statement) in picks.items():
        walks, calls, kin = [], [], []
        for of in ids:
            async with db.transaction() as connection:
                started = time.perf_counter()
                found = (await connection.execute(statement, {"p_of": of})).all()
                walks.append((time.perf_counter() - started) * 1000)
                started = time.perf_counter()
                await family(connection, site, of)
                calls.append((time.perf_counter() - started) * 1000)
            kin.append(len(found))
            await asyncio.sleep(0)
        most = f">{MOST}" if max(kin) > MOST else str(round(statistics.median(kin)))
        tell(
            f"{name:38}{most:>8}{statistics.median(walks):13.1f}{statistics.median(calls):13.1f}{max(calls):13.1f}"
        )
        within = within and max(calls) < LIMIT_MS
    return within
