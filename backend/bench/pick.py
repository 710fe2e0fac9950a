"""`gemba bench pick`: confirm-pick over HTTP against the same work as plain statements in pgbench, on one PostgreSQL."""

import asyncio
import re
import subprocess
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import uvloop

from backend.bench import load
from backend.bench.ground import Ground, Shift, apis, ground, synthetic_shift
from backend.bench.growth import Lived, tell_growth
from backend.bench.history import lived
from backend.kernel.embedded.binaries import client_program
from backend.kernel.ids import new_id

Plain = dict[int, tuple[float, float]]
"""Of pgbench, by clients: transactions a second, PostgreSQL CPU ms each."""

CLIENTS = (1, 8, 32)
PATH = "/api/floor/picking/confirm"

# What a confirm writes, one plain statement after another, as a stored script would: `:line` is one of the shift's lines.
SCRIPT = """
\\set n random(1, {lines})
begin;
select tote_id from bench_line where n = :n \\gset
insert into command (id, site_id, type, digest, person_id, captured_at, answer)
  select gen_random_uuid(), site_id, 'pick.confirm', 'x', person_id, now(), '{{"line": ""}}' from bench_line where n = :n;
update pick_line set picked = picked + 1, version = version + 1 where id = :tote_id and state = 'open';
update reservation set quantity = quantity - 1 where id = :tote_id;
update quant set quantity = quantity - 1, reserved = reserved - 1 where id = :tote_id;
insert into quant (id, site_id, item_id, place_id, handling_unit_id, quantity, reserved)
  select gen_random_uuid(), site_id, item_id, cart_id, tote_id, 1, 0 from bench_line where n = :n
  on conflict on constraint uq_quant_key do update set quantity = quant.quantity + 1;
update shipment_line set allocated = allocated - 1, picked = picked + 1 where id = :tote_id;
insert into stock_move (id, site_id, command_id, kind, item_id, quantity, from_place_id, from_handling_unit_id, to_place_id,
  to_handling_unit_id, document_id, task_id, person_id, captured_at)
  select gen_random_uuid(), site_id, gen_random_uuid(), 'pick', item_id, 1, bin_id, tote_id, cart_id, tote_id, tote_id,
  tote_id, person_id, now() from bench_line where n = :n;
insert into outbox (id, type, document, data)
  select gen_random_uuid(), 'gemba.shipment.line_picked.v1', 'shipment/B', '{{"number": "B"}}' from bench_line where n = :n;
commit;
"""

_LINES = """
create table bench_line as
select row_number() over () as n, l.tote_id, l.site_id, k.person_id, q.item_id, q.place_id as bin_id, r.cart_place_id as cart_id
from pick_line l join task k on k.id = l.round_id join quant q on q.id = l.quant_id join pick_round r on r.id = l.round_id
where l.quantity = 1000000;
create unique index on bench_line (n);
grant select on bench_line to public;
"""


def main(*, seconds: float, histories: tuple[int, ...], tell: Callable[[str], None]) -> None:
    """Runs the bench and prints its tables."""
    uvloop.run(_bench(seconds, histories, tell))


async def _bench(seconds: float, histories: tuple[int, ...], tell: Callable[[str], None]) -> None:
    every: list[Lived] = []
    async with AsyncExitStack() as stack:
        for moves in histories:
            base = await stack.enter_async_context(ground())
            await lived(base, moves=moves)
            shift = await synthetic_shift(base)
            tell(f"\n{moves:,} moves in the ledger; {load.yardstick()}")
            plain = await _pgbench(base, seconds)
            tell(
                f"{'':26}{'req/s':>8}{'ratio':>7}{'p50 ms':>8}{'p99 ms':>8}{'app CPU ms':>12}{'least':>7}{'PG CPU ms':>11}"
            )
            for clients, (rate, postgres) in plain.items():
                tell(f"{f'pgbench, {clients} clients':26}{rate:8.0f}{1:7.2f}{'':35}{postgres:11.2f}")
            here = Lived(moves, base, partial(_request, shift))
            for processes in (1, 2):
                await _http(here, processes, seconds=seconds, plain=plain, tell=tell)
            every.append(here)
        if len(every) > 1:
            await tell_growth(every, tell)


async def _pgbench(base: Ground, seconds: float) -> Plain:
    connection_url = base.urls.owner
    script = Path(base.folder) / "pick.sql"
    script.write_text(SCRIPT.format(lines=64))
    import asyncpg

    connection = await asyncpg.connect(connection_url)
    await connection.execute(_LINES)
    await connection.close()
    found: Plain = {}
    for clients in CLIENTS:
        command = [client_program("pgbench"), "-n", "-M", "prepared", "-f", str(script), "-c", str(clients)]
        command += ["-j", "2", "-T", str(int(seconds)), connection_url]
        before = base.postgres_cpu()
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        await asyncio.sleep(
            1
        )  # its backends end a moment after it; until PostgreSQL has seen that, their time is nowhere
        count = int(re.search(r"actually processed: (\d+)", done.stdout)[1])  # type: ignore[index]
        rate = float(re.search(r"tps = ([\d.]+)", done.stdout)[1])  # type: ignore[index]
        found[clients] = (rate, (base.postgres_cpu() - before) * 1000 / count)
    return found


async def _http(
    here: Lived, processes: int, *, seconds: float, plain: Plain, tell: Callable[[str], None]
) -> None:
    with apis(here.base, processes) as (ports, pids):
        await load.run(ports, here.request, clients=8, seconds=2, pids=pids)
        for clients in CLIENTS:
            before = here.base.postgres_cpu()
            got = await load.run(ports, here.request, clients=clients, seconds=seconds, pids=pids)
            postgres = (here.base.postgres_cpu() - before) * 1000 / got.requests
            name = f"{processes} API, {clients} clients" + (f" ({got.errors} errors)" if got.errors else "")
            tell(
                f"{name:26}{got.per_second:8.0f}{got.per_second / plain[clients][0]:7.2f}{got.median_ms:8.1f}"
                f"{got.p99_ms:8.1f}{got.cpu_ms:12.2f}{got.least_cpu_ms:7.2f}{postgres:11.2f}"
            )


def _request(shift: Shift, number: int) -> bytes:
    line = number % len(shift.lines)
    body = {"line": str(shift.lines[line]), "quantity": "1", "tote": str(shift.totes[line])}
    return load.post(PATH, body, token=shift.tokens[line], key=str(new_id()))
