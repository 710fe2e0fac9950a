"""`gemba bench trace`: the family of a shipped serial and of a supplier's lot, over many edges of genealogy.

The edges are made in the database as a plant makes them: every bicycle has its own serial, which holds a frame of its own, two
wheels of a wheel lot and a share of component lots; every wheel lot holds a hub lot and a spoke lot, each of a supplier. One lot of
bolts lies in a hundred thousand bicycles, all of them shipped: whoever calls it back must hear of every order. Ids are scattered at
random, which is harder on the indexes than ids that grow with time.
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
from backend.floor.trace import family
from backend.kernel.db import Database

LOT_SIZE = 100  # bicycles that share a wheel lot
PARTS = 8  # edges from each bicycle to component lots
EACH = PARTS + 2  # and to its frame and its wheel lot
COMMON = 100_000  # bicycles in which one and the same lot of bolts lies, and which were shipped
AN_ORDER = 50  # bicycles of one order
REPEATS = 30
LIMIT_MS = 1000.0

# Ids are counted, so that rows of one kind can be found again: md5 of the kind and a number.
NOBODY = "00000000-0000-0000-0000-000000000000"  # which production and consumption an edge came from, no trace asks
ID = "md5('{kind}' || ({number})::text)::uuid"


def _id(kind: str, number: str) -> str:
    return ID.format(kind=kind, number=number)


def _fill(bikes: int) -> list[str]:
    return [
        "alter table genealogy drop constraint ck_genealogy_circle",
        "drop index ix_genealogy_parent_id",
        "drop index ix_genealogy_child_id",
        *_edges(bikes),
        "create index ix_genealogy_parent_id on genealogy (parent_id) include (child_id)",
        "create index ix_genealogy_child_id on genealogy (child_id) include (parent_id)",
        *_things(bikes),
        *_shipments(min(COMMON, bikes)),
        "vacuum analyze genealogy",
        "vacuum analyze stock_move",
        "analyze serial",
        "analyze lot",
        "analyze shipment_request",
    ]


def _edges(bikes: int) -> list[str]:
    """What went into each bicycle, into each wheel lot, and the bolts that lie in a hundred thousand."""
    lots = max(bikes // LOT_SIZE, 1)
    parts = max(bikes // 1000, 1)
    edge = "insert into genealogy (id, parent_id, child_id, production_id, consumption_id, quantity)"
    own = "uuidv7(), {parent}, {child}, '" + NOBODY + "', '" + NOBODY + "', 1"
    bike = _id("bike", "n")
    return [
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


def _one(tracking: str) -> str:
    return f"(select id from item where tracking = '{tracking}' order by sku limit 1)"


def _things(bikes: int) -> list[str]:
    """The lots and serials that are asked about, by name."""
    lots = max(bikes // LOT_SIZE, 1)
    bike, lot, serial = _id("bike", "n"), _one("lot"), _one("serial")
    return [
        f"insert into serial (id, item_id, code) select {bike}, {serial}, 'BENCH-' || n from generate_series(1, {bikes}) n",
        f"insert into lot (id, item_id, code) select {_id('wheel', 'n')}, {lot}, 'BENCH-W' || n from generate_series(0, {lots - 1}) n",
        f"insert into lot (id, item_id, code) select {_id('hub', 'n')}, {lot}, 'BENCH-H' || n from generate_series(0, {lots // 10}) n",
        f"insert into lot (id, item_id, code) select {_id('bolt', '1')}, {lot}, 'BENCH-B'",
    ]


def _shipments(shipped: int) -> list[str]:
    """Bicycles that were picked, dropped and shipped, so many an order, to every customer in turn."""
    bike, serial, order = _id("bike", "n"), _one("serial"), _id("order", f"n / {AN_ORDER}")
    return [
        f"""
        insert into shipment_request (id, site_id, source, number, version, customer_id, due_at, state)
        select {_id("order", "n")}, (select id from site limit 1), 'bench', 'BENCH-' || n, 1, c.ids[1 + n % cardinality(c.ids)],
               now(), 'shipped'
        from generate_series(0, {shipped // AN_ORDER}) n,
             (select array_agg(id order by number) as ids from partner where kind = 'customer') c
        """,
        f"""
        insert into stock_move (id, site_id, command_id, kind, item_id, serial_id, quantity, from_place_id, to_place_id,
                                document_id, captured_at)
        select uuidv7(), s.id, uuidv7(), kind, i.id, {bike}, 1, a.id, b.id, {order}, now()
        from generate_series(1, {shipped}) n, unnest(array['pick', 'drop', 'ship']) kind,
             (select id from site limit 1) s, (select {serial} as id) i,
             (select id from place where kind = 'pack' limit 1) a, (select id from place where kind = 'customer' limit 1) b
        """,
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
                "a shipped serial, down to suppliers": await _some(owner, "bike", bikes),
                "a supplier's lot, up to customers": await _some(
                    owner, "hub", max(bikes // LOT_SIZE // 10, 1)
                ),
                f"a lot in {min(COMMON, bikes):,} serials": await _some(owner, "bolt", 2) * REPEATS,
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
    db: Database, site: UUID, picks: dict[str, list[UUID]], tell: Callable[[str], None]
) -> bool:
    tell(f"{'':38}{'kin':>9}{'orders':>8}{'call p50 ms':>13}{'call max ms':>13}")
    within = True
    for name, ids in picks.items():
        calls, kin, orders = [], [], []
        for of in ids:
            async with db.transaction() as connection:
                started = time.perf_counter()
                told = await family(connection, site, of)
                calls.append((time.perf_counter() - started) * 1000)
            kin.append(told.parts + told.wholes)
            orders.append(sum(buyer.orders for buyer in told.buyers))
            await asyncio.sleep(0)
        tell(
            f"{name:38}{statistics.median(kin):9,.0f}{statistics.median(orders):8,.0f}"
            f"{statistics.median(calls):13.1f}{max(calls):13.1f}"
        )
        within = within and max(calls) < LIMIT_MS
    return within
