"""The ledger audit: every sum that must hold, each as one query that finds what is wrong. `gemba audit`, and after every trial."""

from typing import Final

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import PHYSICAL_KINDS
from backend.kernel.db import Database


class Finding(msgspec.Struct, frozen=True):
    """A check that failed: how often, and one example."""

    check: str
    count: int
    example: str


_MOVED = """
    select site_id, owner_id, item_id, lot_id, serial_id, place_id, handling_unit_id, status, sum(q) as quantity from (
        select site_id, owner_id, item_id, lot_id, serial_id, to_place_id as place_id,
               to_handling_unit_id as handling_unit_id, to_status as status, quantity as q from stock_move
        union all
        select site_id, owner_id, item_id, lot_id, serial_id, from_place_id, from_handling_unit_id, from_status,
               -quantity from stock_move
    ) as sides group by 1, 2, 3, 4, 5, 6, 7, 8
"""

CHECKS: Final[dict[str, str]] = {
    "quant is the sum of its moves": f"""
        with moved as ({_MOVED}), physical as (
            select moved.* from moved join place on place.id = moved.place_id
            where place.kind in {PHYSICAL_KINDS} and moved.quantity <> 0
        ), kept as (select * from quant where quantity <> 0)
        select coalesce(kept.id::text, 'no quant for ' || physical.item_id || ' in ' || physical.place_id) as example
        from kept full join physical
          on kept.site_id = physical.site_id and kept.item_id = physical.item_id and kept.place_id = physical.place_id
         and kept.lot_id is not distinct from physical.lot_id
         and kept.serial_id is not distinct from physical.serial_id
         and kept.owner_id is not distinct from physical.owner_id
         and kept.handling_unit_id is not distinct from physical.handling_unit_id and kept.status = physical.status
        where kept.quantity is distinct from physical.quantity
    """,  # noqa: S608  (constants of this file)
    "nothing physical is below zero": f"""
        select moved.item_id || ' in ' || place.code as example
        from ({_MOVED}) as moved join place on place.id = moved.place_id
        where place.kind in {PHYSICAL_KINDS} and moved.quantity < 0
    """,  # noqa: S608
    "reserved is the sum of its reservations": """
        select quant.id::text as example from quant
        left join (select quant_id, sum(quantity) as promised from reservation group by 1) as r on r.quant_id = quant.id
        where quant.reserved <> coalesce(r.promised, 0)
    """,
    "allocated is the sum of the line's reservations": """
        select line.id::text as example from shipment_line as line
        left join (select demand_id, sum(quantity) as promised from reservation group by 1) as r on r.demand_id = line.id
        where line.allocated <> coalesce(r.promised, 0)
    """,
    "picked of an order line is the sum of its pick lines": """
        select line.id::text as example from shipment_line as line
        join (select shipment_line_id, sum(picked) as picked from pick_line group by 1) as p
          on p.shipment_line_id = line.id
        where line.picked <> p.picked
    """,
    "picked of an order is the sum of its moves": """
        select request.number as example from shipment_request as request
        join (select request_id, sum(picked) as picked from shipment_line group by 1) as l on l.request_id = request.id
        left join (
            select move.document_id, sum(case when undone.id is null then move.quantity else 0 end) as picked
            from stock_move as move left join stock_move as undone on undone.undoes_id = move.id
            where move.kind = 'pick' group by 1
        ) as m on m.document_id = request.id
        where l.picked <> coalesce(m.picked, 0)
    """,
    "what is on a unit lies where the unit stands": """
        select unit.code as example from quant join handling_unit as unit on unit.id = quant.handling_unit_id
        where quant.quantity > 0 and unit.place_id is distinct from quant.place_id
    """,
    "a serial is in one place at most": """
        select serial_id::text as example from quant where serial_id is not null and quantity > 0
        group by serial_id having count(*) > 1
    """,
    "each pick told the ERP once": """
        select move.id::text as example from stock_move as move
        join shipment_request as request on request.id = move.document_id
        where move.kind = 'pick' and not exists (
            select from outbox where outbox.document = 'shipment/' || request.number
            and outbox.type = 'gemba.shipment.line_picked.v1')
    """,
    "as many messages as picks": """
        select request.number as example from shipment_request as request
        join (select document_id, count(*) as n from stock_move where kind = 'pick' group by 1) as m
          on m.document_id = request.id
        left join (select document, count(*) as n from outbox where type = 'gemba.shipment.line_picked.v1' group by 1) as o
          on o.document = 'shipment/' || request.number
        where m.n <> coalesce(o.n, 0)
    """,
    "received of an expected line is the sum of its receipts": """
        with whole as (select * from receipt where undone_by is null)
        select line.id::text as example from expected_line as line
        left join (select line_id, sum(quantity) as q from whole group by 1) as own on own.line_id = line.id
        left join (select l.purchase_line_id as id, sum(whole.quantity) as q from whole
                   join expected_line as l on l.id = whole.line_id group by 1) as advised on advised.id = line.id
        where line.received <> coalesce(own.q, 0) + coalesce(advised.q, 0)
    """,
    "every receipt is in the ledger": """
        select receipt.id::text as example from receipt
        left join (select command_id, sum(quantity) as q from stock_move where kind = 'receive' group by 1) as m
          on m.command_id = receipt.id
        where receipt.quantity <> coalesce(m.q, 0)
    """,
    "each receipt told the ERP once": """
        select receipt.id::text as example from receipt
        left join (select data->>'receipt' as receipt, sum((data->>'quantity')::numeric) as q from outbox
                   where type = 'gemba.goods.received.v1' group by 1) as o on o.receipt = receipt.id::text
        where receipt.quantity <> coalesce(o.q, 0)
    """,
    "an operation is the sum of its log": """
        select operation.id::text as example from operation
        left join (
            select event.operation_id, sum(event.good) as good, sum(event.scrap) as scrap,
                   sum(event.rework) - sum(event.mended) as rework
            from op_event as event
            where event.kind <> 'undo' and not exists (select from op_event as undo where undo.undoes_id = event.id)
            group by 1
        ) as log on log.operation_id = operation.id
        where (operation.good, operation.scrap, operation.rework)
          <> (coalesce(log.good, 0), coalesce(log.scrap, 0), coalesce(log.rework, 0))
    """,
    "what came in is what the step before handed on": """
        select later.id::text as example from operation as later join operation as earlier on earlier.next_id = later.id
        where later.came_in is distinct from earlier.good
    """,
    "what went in is the sum of its family": """
        select consumption.id::text as example from consumption
        left join (select consumption_id, sum(quantity) as used from genealogy group by 1) as family
          on family.consumption_id = consumption.id
        where consumption.used <> coalesce(family.used, 0)
    """,
    "what went in is the sum of its moves": """
        select work_order.number as example from work_order
        left join (select work_order_id, sum(quantity) as quantity from consumption where not withdrawn group by 1) as went
          on went.work_order_id = work_order.id
        left join (
            select move.document_id, sum(case when undone.id is null then move.quantity else 0 end) as quantity
            from stock_move as move left join stock_move as undone on undone.undoes_id = move.id
            where move.kind = 'consume' group by 1
        ) as moved on moved.document_id = work_order.id
        where coalesce(went.quantity, 0) <> coalesce(moved.quantity, 0)
    """,
    "every move has its command": """
        select move.id::text as example from stock_move as move
        left join command on command.id = move.command_id
        where command.id is null and move.kind <> 'opening'
    """,
    "no command without an outcome": """
        select id::text as example from command where outcome = 'taken' and booked_at < clock_timestamp() - interval '1 minute'
    """,
}


async def audit(connection: AsyncConnection) -> list[Finding]:
    """Runs every check on one snapshot. An empty list is a clean ledger."""
    await connection.execute(text("set transaction isolation level repeatable read, read only"))
    await connection.execute(text("set local statement_timeout = 0"))
    findings = []
    for check, query in CHECKS.items():
        wrong = list((await connection.execute(text(query))).scalars())
        if wrong:
            findings.append(Finding(check, len(wrong), str(wrong[0])))
    return findings


async def audit_url(url: str) -> list[Finding]:
    """The same for a database that is not open yet. Years of moves take minutes, and nobody waits for them at a screen."""
    db = Database(url, pool_size=1, patience=None)
    try:
        async with db.transaction() as connection:
            return await audit(connection)
    finally:
        await db.close()
