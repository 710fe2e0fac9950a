"""The ground a bench stands on: a PostgreSQL of its own with the demo company, API processes, and a synthetic shift of picks."""

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import psutil

from backend.access.tokens import AccessTokens
from backend.bench.load import cpu_seconds
from backend.bench.process import Service, running
from backend.demo.load import load_masters
from backend.kernel.commands import Who
from backend.kernel.embedded import PostgresServer, Urls, ensure_roles_and_databases, free_port
from backend.kernel.ids import new_id
from backend.kernel.settings import Settings
from backend.migrations import migrate

SECRET = "a-secret-of-the-bench-long-enough-for-a-key"  # noqa: S105  (guards nothing)
LINES = 64
# Durable commits; and checkpoints far enough apart that none falls into a run by chance.
_SETTINGS = {
    "max_connections": "200",
    "synchronous_commit": "on",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
}


@dataclass
class Ground:
    """A running PostgreSQL with the demo company in it."""

    postgres: PostgresServer
    urls: Urls
    folder: Path

    def postgres_cpu(self) -> float:
        """CPU seconds of PostgreSQL so far, with its backends that live and those that ended."""
        pid = self.postgres.pid
        assert pid is not None
        times = psutil.Process(pid).cpu_times()
        return cpu_seconds([pid]) + float(times.children_user + times.children_system)

    def settings(self) -> Settings:
        return Settings(
            database_url=self.urls.app,
            owner_database_url=self.urls.owner,
            portal_database_url=self.urls.portal,
            redis_url=None,
            secret=SECRET,
            link_secret=SECRET,
            state=self.folder,
        )


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """PostgreSQL from its wheel with durable commits (synchronous_commit on), migrated, with the demo's masters."""
    with tempfile.TemporaryDirectory(prefix="gemba-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = PostgresServer(folder, settings=_SETTINGS)
        server.start()
        try:
            urls = await ensure_roles_and_databases(server.url, folder)
            await migrate(urls.owner)
            made = Ground(server, urls, folder)
            await load_masters(made.settings(), tell=lambda _: None)
            yield made
        finally:
            server.stop()


@contextmanager
def apis(base: Ground, count: int) -> Iterator[tuple[list[int], list[int]]]:
    """So many API processes; yields their ports and process ids."""
    environment = {
        **os.environ,
        "DATABASE_URL": base.urls.app,
        "GEMBA_OWNER_DATABASE_URL": base.urls.owner,
        "GEMBA_SECRET": SECRET,
        "GEMBA_LINK_SECRET": SECRET,
        "GEMBA_POOL_SIZE": "16",
    }
    environment.pop("REDIS_URL", None)
    every = [_api(environment, base.folder, free_port()) for _ in range(count)]
    with running(*every):
        yield [one.port for one in every], [one.running.pid for one in every if one.running]


def _api(environment: Mapping[str, str], folder: Path, port: int) -> Service:
    serve = [sys.executable, "-m", "backend.cli", "serve", "floor", "--port", str(port), "--workers", "1"]
    return Service(serve, environment, folder / f"api-{port}.log", port)


@dataclass(frozen=True)
class Shift:
    """Lines that can be picked for ever, each of its own picker, and the pickers' tokens."""

    lines: list[UUID]
    totes: list[UUID]
    tokens: list[str]
    people: list[UUID]


async def synthetic_shift(base: Ground) -> Shift:
    """LINES rounds of one line with a million pieces each."""
    connection = await asyncpg.connect(base.urls.owner)
    try:
        site = await connection.fetchval("select id from site")
        who = [new_id() for _ in range(LINES)]
        rows = await connection.fetch(_SHIFT, site, LINES, who, [new_id() for _ in range(LINES)])
        await connection.execute("analyze")
        await connection.execute("checkpoint") if base.urls.separate is False else None
    finally:
        await connection.close()
    tokens = AccessTokens(SECRET)
    people = [Who(person, None, site, frozenset({"picker"})) for person in who]
    return Shift(
        [row["line"] for row in rows],
        [row["tote"] for row in rows],
        [tokens.issue(person, new_id()) for person in people],
        who,
    )


_SHIFT = """
with item as (select id from item where tracking = 'none' order by sku limit 1),
cart as (select id from place where kind = 'cart' order by code limit 1),
pack as (select id from place where kind = 'pack' order by code limit 1),
customer as (select id from partner where kind = 'customer' order by number limit 1),
n as (select ordinality as n, person, task from unnest($3::uuid[], $4::uuid[]) with ordinality as x(person, task, ordinality)),
bins as (select id, row_number() over (order by code desc) as n from place where kind = 'bin' and site_id = $1 limit $2),
tasks as (insert into task (id, site_id, kind, state, person_id, claimed_at, lease_until)
    select task, $1, 'pick', 'claimed', person, now(), now() + interval '1 day' from n returning id),
rounds as (insert into pick_round (id, site_id, cart_place_id, length_m, bound_m, proved, method, path)
    select task, $1, cart.id, 0, 0, true, 'bench', '{}' from n, cart returning id),
requests as (insert into shipment_request (id, site_id, source, number, version, customer_id, due_at, state)
    select task, $1, 'bench', 'B-' || n, 1, customer.id, now(), 'picking' from n, customer returning id),
lines as (insert into shipment_line (id, request_id, line, item_id, wanted, allocated)
    select task, task, 1, item.id, 1000000, 1000000 from n, item returning id),
units as (insert into handling_unit (id, site_id, code, kind, place_id)
    select task, $1, 'BENCH-' || n, 'tote', cart.id from n, cart returning id),
totes as (insert into round_tote (id, round_id, slot, request_id, handling_unit_id, drop_place_id, state)
    select task, task, 1, task, task, pack.id, 'filling' from n, pack returning id),
quants as (insert into quant (id, site_id, item_id, place_id, handling_unit_id, quantity, reserved)
    select n.task, $1, item.id, bins.id, n.task, 1000000, 1000000 from n join bins using (n), item returning id),
promised as (insert into reservation (id, site_id, quant_id, demand_id, quantity)
    select task, $1, task, task, 1000000 from n returning id),
picks as (insert into pick_line (id, site_id, round_id, shipment_line_id, tote_id, quant_id, reservation_id, sequence, quantity)
    select task, $1, task, task, task, task, task, 10, 1000000 from n returning id, tote_id)
select id as line, tote_id as tote from picks
"""
