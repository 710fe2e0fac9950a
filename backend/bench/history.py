"""Years of work, made in the database: orders that came in, were picked and left, as the floor's own commands would have left them.

A line of history is six moves (received, put away, replenished, picked, dropped, shipped) with their commands, its order, round,
tote, reservation and messages. Lines are counted from now back into the past at the pace of a busy site, so that a long
history differs from a short one in its years, not in what happened today. The first lines are still to be picked.
"""

# ruff: noqa: S608  (every statement is made of constants of this file)

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg

from backend.bench.ground import Ground
from backend.kernel.embedded.roles import with_login

MOVES_A_LINE: Final = 6
ROUND: Final = 16  # lines: four orders of four
OPEN_LINES: Final = 60 * ROUND
PACE: Final = timedelta(days=1) / 700  # between two lines: 4,200 moves a day

_TABLES: Final = (
    "stock_move", "command", "outbox", "inbox", "quant", "reservation", "lot", "handling_unit", "shipment_request",
    "shipment_line", "task", "pick_round", "round_tote", "pick_line", "exception",
)  # fmt: skip

# An id like the floor's own: its first 48 bits are the time, so rows of one time lie together; `kind` and `n` make it unique.
_ID: Final = """
create function bench_id(kind int, n bigint, at timestamptz) returns uuid language sql immutable parallel safe as $$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
            || '8' || lpad(to_hex(n), 15, '0'))::uuid $$;
"""

_LINES: Final = """
create unlogged table bench_history as
with bins as (select row_number() over (order by code) - 1 as i, id, count(*) over () as many from place where kind = 'bin'),
items as (select row_number() over (order by sku) - 1 as i, id, sku, unit, tracking, count(*) over () as many
          from item where tracking <> 'serial'),
who as (select row_number() over (order by name) - 1 as i, id, count(*) over () as many from person),
carts as (select row_number() over (order by code) - 1 as i, id, count(*) over () as many from place where kind = 'cart'),
packs as (select row_number() over (order by code) - 1 as i, id, count(*) over () as many from place where kind = 'pack'),
customers as (select row_number() over (order by number) - 1 as i, id, count(*) over () as many
              from partner where kind = 'customer'),
count as (select (select max(many) from bins) as bins, (select max(many) from items) as items,
    (select max(many) from who) as who, (select max(many) from carts) as carts, (select max(many) from packs) as packs,
    (select max(many) from customers) as customers),
n as (select n, n / 4 as o, n / 16 as r, n < {open} as open, 1 + n % 5 as q, (n * 31) % items as item,
        (n * 7919) % bins as a, (((n * 7919) % bins) + 1 + n % (bins - 1)) % bins as b,
        (n * 31) % items + items * (n / (items * 20)) as lot, n % who as putter, (n / 16) % who as picker,
        (n / 16) % carts as cart, (n / 4) % packs as pack, (n / 4 * 17) % customers as customer, (n / 4) % 400 as tote,
        $1::timestamptz - n * $2::interval as at, $1::timestamptz - n / 4 * 4 * $2::interval as order_at,
        $1::timestamptz - n / 16 * 16 * $2::interval as round_at
      from generate_series($3::bigint, $4 - 1) as n, count)
select n.n, n.o, n.open, n.q::numeric as q, n.at, n.order_at, n.round_at, bench_id(31, n.o, n.order_at) as order_id,
    bench_id(32, n.r, n.round_at) as task_id, bench_id(33, n.o, n.order_at) as slot_id, bench_id(34, n.n, n.at) as line_id,
    bench_id(35, n.n, n.at) as reservation_id, site.id as site_id, item.id as item_id, item.sku, item.unit, n.lot as lot_n,
    case when item.tracking = 'lot' then bench_id(1, n.lot, '2020-01-01') end as lot_id,
    a.id as a_id, b.id as b_id, dock.id as dock_id, cart.id as cart_id, pack.id as pack_id,
    supplier.id as supplier_id, customer.id as customer_id, client.id as client_id,
    putter.id as putter_id, picker.id as picker_id, bench_id(2, n.tote, '2020-01-01') as tote_id, n.tote
from n join items as item on item.i = n.item join bins as a on a.i = n.a join bins as b on b.i = n.b
join who as putter on putter.i = n.putter join who as picker on picker.i = n.picker
join carts as cart on cart.i = n.cart join packs as pack on pack.i = n.pack join customers as client on client.i = n.customer,
(select id from site limit 1) as site,
(select id from place where kind = 'dock' order by code limit 1) as dock,
(select id from place where kind = 'supplier' limit 1) as supplier,
(select id from place where kind = 'customer' limit 1) as customer
order by n.n desc
"""

_COMMANDS: Final = {
    "receive": ("stock.receive", 11, "h.putter_id", "interval '-50 minutes'", "true"),
    "putaway": ("putaway.confirm", 12, "h.putter_id", "interval '-40 minutes'", "true"),
    "move": ("stock.move", 13, "h.putter_id", "interval '-30 minutes'", "true"),
    "pick": ("pick.confirm", 14, "h.picker_id", "interval '0'", "not h.open"),
}
_MOVES: Final = {
    # kind: (number, from, from unit, to, to unit)
    "receive": (21, "h.supplier_id", "null", "h.dock_id", "null"),
    "putaway": (22, "h.dock_id", "null", "h.a_id", "null"),
    "move": (23, "h.a_id", "null", "h.b_id", "null"),
    "pick": (24, "h.b_id", "null", "h.cart_id", "h.tote_id"),
    "drop": (25, "h.cart_id", "h.tote_id", "h.pack_id", "h.tote_id"),
    "ship": (26, "h.pack_id", "h.tote_id", "h.customer_id", "null"),
}
_OF_ORDERS: Final = {
    # Commands that book a whole order's lines: (name, number, after the order's time)
    "drop": ("pick.drop", 15, "interval '20 minutes'"),
    "ship": ("ship.confirm", 16, "interval '40 minutes'"),
}


def _log_columns() -> str:
    return "insert into command (id, site_id, type, digest, person_id, captured_at, booked_at)"


def _commands() -> list[str]:
    """One command a move until the pick; one an order for the drop and for leaving the house."""
    own = [
        f"""{_log_columns()} select bench_id({number}, h.n, h.at), h.site_id, '{name}', md5(h.n::text), {who}, h.at + {after},
            h.at + {after} from bench_history as h where {wanted}"""
        for name, number, who, after, wanted in _COMMANDS.values()
    ]
    whole = [
        f"""{_log_columns()} select bench_id({number}, h.o, h.order_at), h.site_id, '{name}', md5(h.n::text), h.picker_id,
            h.order_at + {after}, h.order_at + {after} from bench_history as h where h.n % 4 = 0 and not h.open"""
        for name, number, after in _OF_ORDERS.values()
    ]
    return [*own, *whole]


def _moves() -> list[str]:
    statements = []
    for kind, (number, source, source_unit, target, target_unit) in _MOVES.items():
        if kind in _COMMANDS:
            _, command, who, after, wanted = _COMMANDS[kind]
            key, line, at = f"bench_id({command}, h.n, h.at)", "0", f"h.at + {after}"
        else:
            _, command, after = _OF_ORDERS[kind]
            key, line, at = f"bench_id({command}, h.o, h.order_at)", "h.n % 4", f"h.order_at + {after}"
            who, wanted = "h.picker_id", "not h.open"
        out = kind in {"pick", "drop", "ship"}
        document = "h.order_id" if out else "null"
        task = "h.task_id" if kind == "pick" else "null"
        statements.append(
            f"""insert into stock_move (id, site_id, command_id, line, kind, item_id, lot_id, quantity, from_place_id,
                from_handling_unit_id, to_place_id, to_handling_unit_id, document_id, task_id, person_id, captured_at, booked_at)
            select bench_id({number}, h.n, h.at), h.site_id, {key}, {line}, '{kind}', h.item_id, h.lot_id, h.q, {source},
                {source_unit}, {target}, {target_unit}, {document}, {task}, {who}, {at}, {at}
            from bench_history as h where {wanted}"""
        )
    return statements


def _quants() -> list[str]:
    """What lies in the bins for the open lines, and the empty rows that everything else left behind."""
    insert = "insert into quant (id, site_id, item_id, lot_id, place_id, handling_unit_id, quantity, reserved, since)"
    left = "case when h.open then h.q else 0 end"
    own = f"{insert} select bench_id(41, h.n, h.at), h.site_id, h.item_id, h.lot_id, h.b_id, null, {left}, {left}, h.at"
    kept = "on conflict on constraint uq_quant_key do nothing"
    return [
        f"{own} from bench_history as h where h.open {kept}",
        f"{own} from bench_history as h where not h.open {kept}",
        f"""{insert} select bench_id(42, h.n, h.at), h.site_id, h.item_id, h.lot_id, h.cart_id, h.tote_id, 0, 0, h.at
            from bench_history as h where not h.open {kept}""",
    ]


def _orders() -> list[str]:
    order, task, slot = "h.order_id", "h.task_id", "h.slot_id"
    quant = """(select q.id from quant as q where q.site_id = h.site_id and q.item_id = h.item_id and q.place_id = h.b_id
        and q.lot_id is not distinct from h.lot_id and q.handling_unit_id is null and q.serial_id is null
        and q.owner_id is null and q.status = 'free')"""
    return [
        """insert into lot (id, item_id, code, expires_on) select distinct on (h.lot_n) h.lot_id, h.item_id,
            'H' || h.lot_n, (h.at + interval '3 years')::date from bench_history as h where h.lot_id is not null
            on conflict do nothing""",
        """insert into handling_unit (id, site_id, code, kind) select distinct on (h.tote) h.tote_id, h.site_id,
            'HIST-' || h.tote, 'tote' from bench_history as h on conflict do nothing""",
        f"""insert into shipment_request (id, site_id, source, number, version, customer_id, due_at, state, created_at, shipped_at)
            select {order}, h.site_id, 'history', 'H-' || h.o, 1, h.client_id, h.order_at + interval '4 hours',
                case when h.open then 'released' else 'shipped' end, h.order_at - interval '4 hours',
                case when not h.open then h.order_at + interval '40 minutes' end
            from bench_history as h where h.n % 4 = 0""",
        f"""insert into shipment_line (id, request_id, line, item_id, wanted, allocated, picked, shipped)
            select h.line_id, {order}, 1 + h.n % 4, h.item_id, h.q, case when h.open then h.q else 0 end,
                case when h.open then 0 else h.q end, case when h.open then 0 else h.q end
            from bench_history as h""",
        f"""insert into reservation (id, site_id, quant_id, demand_id, quantity)
            select h.reservation_id, h.site_id, {quant}, h.line_id, case when h.open then h.q else 0 end
            from bench_history as h""",
        f"""insert into task (id, site_id, kind, state, due_at, person_id, claimed_at, done_at, created_at)
            select {task}, h.site_id, 'pick', case when h.open then 'released' else 'done' end, h.round_at + interval '4 hours',
                case when not h.open then h.picker_id end, case when not h.open then h.round_at - interval '20 minutes' end,
                case when not h.open then h.round_at + interval '20 minutes' end, h.round_at - interval '1 hour'
            from bench_history as h where h.n % 16 = 0""",
        f"""insert into pick_round (id, site_id, cart_place_id, length_m, bound_m, proved, method, path)
            select {task}, h.site_id, case when not h.open then h.cart_id end, 240, 240, true, 'exact', '{{"legs": []}}'
            from bench_history as h where h.n % 16 = 0""",
        f"""insert into round_tote (id, round_id, slot, request_id, handling_unit_id, drop_place_id, state)
            select {slot}, {task}, 1 + h.o % 4, {order}, case when not h.open then h.tote_id end, h.pack_id,
                case when h.open then 'empty' else 'dropped' end
            from bench_history as h where h.n % 4 = 0""",
        f"""insert into pick_line (id, site_id, round_id, shipment_line_id, tote_id, quant_id, reservation_id, sequence, quantity,
                picked, state)
            select bench_id(36, h.n, h.at), h.site_id, {task}, h.line_id, {slot}, {quant},
                h.reservation_id, 10 * (1 + h.n % 16), h.q, case when h.open then 0 else h.q end,
                case when h.open then 'open' else 'picked' end
            from bench_history as h""",
    ]


def _messages() -> list[str]:
    sent = "insert into outbox (id, type, document, data, created_at, state, sent_at)"
    document = "'shipment/H-' || h.o"
    whole = [
        f"""{sent} select bench_id({number}, h.o, h.order_at), '{kind}', {document}, jsonb_build_object('number', 'H-' || h.o),
            h.order_at, 'sent', h.order_at from bench_history as h where h.n % 4 = 0 and not h.open"""
        for number, kind in ((52, "gemba.shipment.picked.v1"), (53, "gemba.shipment.shipped.v1"))
    ]
    return [
        f"""{sent} select bench_id(51, h.n, h.at), 'gemba.shipment.line_picked.v1', {document},
            jsonb_build_object('number', 'H-' || h.o, 'line', 1 + h.n % 4, 'sku', h.sku, 'quantity', h.q::text), h.at, 'sent', h.at
            from bench_history as h where not h.open""",
        *whole,
        f"""insert into inbox (source, id, type, document, body, received_at, state, done_at)
            select 'history', 'H-' || h.o, 'gemba.shipment.requested.v1', {document}, '{{}}', h.order_at - interval '4 hours',
                'done', h.order_at - interval '4 hours' from bench_history as h where h.n % 4 = 0""",
        """insert into exception (id, site_id, kind, severity, state, item_id, lot_id, place_id, document_id, raised_by, raised_at,
                details, resolved_by, resolved_at, resolution)
            select bench_id(54, h.n, h.at), h.site_id, 'found_more', 'low', 'resolved', h.item_id, h.lot_id, h.b_id,
                h.order_id, h.picker_id, h.at, '{}', h.putter_id, h.at + interval '1 hour', 'seen'
            from bench_history as h where h.n % 50 = 49 and not h.open""",
    ]


async def lived(base: Ground, *, moves: int) -> None:
    """Fills the floor with about so many moves of work that is over, and OPEN_LINES lines that wait.

    Plain indexes are left out while rows come in and made again by their own definitions after that; foreign keys and
    triggers are not fired. The ledger's audit finds nothing wrong in what this leaves; `gemba bench scan` runs it first.
    """
    connection = await asyncpg.connect(with_login(base.postgres.url, "floor"), command_timeout=3600)
    try:
        await connection.execute(
            "set session_replication_role = replica; set synchronize_seqscans = off; set maintenance_work_mem = '1GB'; set work_mem = '256MB'"
        )
        indexes = await _drop_indexes(connection)
        done = -(-moves // MOVES_A_LINE // ROUND) * ROUND
        await connection.execute(_ID)
        # The planner takes a series for a thousand rows, and nested loops would be for ever.
        await connection.execute("set enable_nestloop = off")
        await connection.execute(
            _LINES.format(open=OPEN_LINES),
            datetime.now(UTC).replace(microsecond=0),
            PACE,
            0,
            OPEN_LINES + done,
        )
        await connection.execute("set enable_nestloop = on; analyze bench_history")
        for statement in (*_commands(), *_moves(), *_quants(), *_orders(), *_messages()):
            await connection.execute(statement)
        for definition in indexes:
            await connection.execute(definition)
        await connection.execute("drop table bench_history")
        await connection.execute("drop function bench_id")
        await connection.execute("vacuum (analyze)")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


async def _drop_indexes(connection: Any) -> list[str]:
    """Drops the tables' indexes that no constraint needs; returns how to make them again."""
    rows = await connection.fetch(
        """select i.indexname, i.indexdef from pg_indexes as i
           where i.schemaname = 'public' and i.tablename = any($1) and i.indexdef not like 'CREATE UNIQUE%'""",
        list(_TABLES),
    )
    for row in rows:
        await connection.execute(f'drop index "{row["indexname"]}"')
    return [row["indexdef"] for row in rows]
