"""The family of a lot or serial: what it was made of down to each supplier's lot, and what it went into up to each customer.

`kin` walks it whole and sums its ends; names, edges, receipts and shipments are looked up here for the nodes that are drawn.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, cast, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Partner
from backend.floor.expected import ExpectedDelivery
from backend.floor.mes import Genealogy
from backend.floor.stock import Lot, Serial, StockMove
from backend.floor.trace.family_schemas import Family, FamilyEdge, FamilyNode, Origin, Sold
from backend.floor.trace.kin import DRAWN, moved_thing, parts, wholes
from backend.floor.wms.receiving import Receipt
from backend.floor.wms.shipping import ShipmentRequest
from backend.kernel.problems import NotFound


def _any(ids: Sequence[UUID]) -> Any:
    """One array for all of them, and that through a sub-select: the planner would weigh each of its ids."""
    return any_(cast(select(cast(list(ids), ARRAY(Uuid))).scalar_subquery(), ARRAY(Uuid)))


async def family(connection: AsyncConnection, site: UUID, of: UUID) -> Family:
    """The family of a lot or serial, both ways: the nearest to be drawn, and of all of it where it came from and whom it reached.

    Raises:
        NotFound: no lot or serial has this id.
    """
    below, near_below, sources = await parts(connection, site, of)
    above, near_above, buyers = await wholes(connection, site, of)
    shown = [of, *near_below, *near_above]
    nodes = await _nodes(connection, shown)
    if of not in nodes:
        raise NotFound("No such lot or serial.", id=str(of))
    edges = await _edges(connection, of, near_below, near_above)
    origins, sold = await _origins(connection, site, shown), await _sold(connection, site, shown)
    levels = _levels(of, edges)
    drawn = [
        FamilyNode(
            id=one, level=levels.get(one, 0), origins=origins.get(one, []), sold=sold.get(one, []), **facts
        )
        for one, facts in nodes.items()
    ]
    return Family(of=of, nodes=drawn, edges=edges, parts=below, wholes=above, sources=sources, buyers=buyers)


def _levels(of: UUID, edges: Sequence[FamilyEdge]) -> dict[UUID, int]:
    """How far each is from the subject: parts below zero, wholes above; the longest way, so that arrows never go sideways."""
    levels = {of: 0}
    for down in (True, False):
        front, depth = {of}, 0
        while front and depth < 50:
            depth += 1
            front = {
                (edge.child if down else edge.parent)
                for edge in edges
                if (edge.parent if down else edge.child) in front
            }
            levels |= dict.fromkeys(front, -depth if down else depth)
    return levels


async def _nodes(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    def of(table: Any, kind: str) -> Any:
        return (
            select(table.id, literal(kind).label("kind"), table.code, Item.sku, Item.name)
            .join(Item, Item.id == table.item_id)
            .where(table.id == _any(ids))
        )

    rows = await connection.execute(union_all(of(Lot, "lot"), of(Serial, "serial")))
    return {
        row["id"]: {name: row[name] for name in ("kind", "code", "sku", "name")} for row in rows.mappings()
    }


async def _edges(
    connection: AsyncConnection, of: UUID, below: Sequence[UUID], above: Sequence[UUID]
) -> list[FamilyEdge]:
    """The edges between those shown, found from their parents: few parts go into one whole, but one lot of bolts into many."""
    rows = await connection.execute(
        union_all(_between([of, *below], below), _between(above, [of, *above])).limit(DRAWN * 8)
    )
    return [FamilyEdge(**row) for row in rows.mappings()]


def _between(parents: Sequence[UUID], children: Sequence[UUID]) -> Any:
    found = (
        select(Genealogy.parent_id, Genealogy.child_id, Genealogy.quantity)
        .where(Genealogy.parent_id == _any(parents))
        .cte()
        .prefix_with("materialized")
    )
    child = func.unnest(cast(list(children), ARRAY(Uuid))).column_valued()
    return (
        select(
            found.c.parent_id.label("parent"),
            found.c.child_id.label("child"),
            func.sum(found.c.quantity).label("quantity"),
        )
        .where(found.c.child_id.in_(select(child)))
        .group_by(found.c.parent_id, found.c.child_id)
    )


async def _origins(connection: AsyncConnection, site: UUID, ids: Sequence[UUID]) -> dict[UUID, list[Origin]]:
    rows = await connection.execute(
        select(
            moved_thing.label("node"),
            func.coalesce(ExpectedDelivery.supplier_name, "").label("supplier"),
            ExpectedDelivery.purchase_order,
            func.min(StockMove.captured_at).label("at"),
            func.sum(StockMove.quantity).label("quantity"),
        )
        .outerjoin(Receipt, Receipt.id == StockMove.command_id)
        .outerjoin(ExpectedDelivery, ExpectedDelivery.id == Receipt.delivery_id)
        .where(
            StockMove.site_id == site,
            StockMove.kind == "receive",
            or_(StockMove.lot_id == _any(ids), StockMove.serial_id == _any(ids)),
            Receipt.undone_by.is_(None),
        )
        .group_by(moved_thing, ExpectedDelivery.supplier_name, ExpectedDelivery.purchase_order)
    )
    found: dict[UUID, list[Origin]] = {}
    for row in rows.mappings():
        facts = dict(row)
        found.setdefault(facts.pop("node"), []).append(Origin(**facts))
    return found


async def _sold(connection: AsyncConnection, site: UUID, ids: Sequence[UUID]) -> dict[UUID, list[Sold]]:
    rows = await connection.execute(
        select(
            moved_thing.label("node"),
            Partner.name.label("customer"),
            ShipmentRequest.number.label("order"),
            ShipmentRequest.id.label("order_id"),
            func.min(StockMove.captured_at).label("at"),
            func.sum(StockMove.quantity).label("quantity"),
        )
        .join(ShipmentRequest, ShipmentRequest.id == StockMove.document_id)
        .join(Partner, Partner.id == ShipmentRequest.customer_id)
        .where(
            StockMove.site_id == site,
            StockMove.kind == "ship",
            moved_thing == _any(ids),
        )
        .group_by(moved_thing, Partner.name, ShipmentRequest.number, ShipmentRequest.id)
    )
    found: dict[UUID, list[Sold]] = {}
    for row in rows.mappings():
        facts = dict(row)
        found.setdefault(facts.pop("node"), []).append(Sold(**facts))
    return found
