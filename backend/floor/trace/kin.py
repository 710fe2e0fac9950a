"""How far a lot or serial reaches: all its parts and wholes, counted, and everybody who sold it to us or bought it from us.

A recall must not miss a customer because a family is too large to be drawn: the sums here are made of every kin. The walk itself is
the database's function `kin` (revision 0012), a level at a time over the two covering indexes of `genealogy`.
"""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    distinct,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Partner
from backend.floor.expected import ExpectedDelivery
from backend.floor.stock import Lot, Serial, StockMove
from backend.floor.trace.family_schemas import Buyer, Reached, ReachedOrder, Source
from backend.floor.wms.receiving import Receipt
from backend.floor.wms.shipping import ShipmentRequest

DRAWN = 500  # so many parts, and so many wholes, are drawn at most: the nearest
CODES = 50  # lots and serials told by name of one order
_OF: Any = bindparam("p_of", type_=Uuid())
_SITE: Any = bindparam("p_site", type_=Uuid())
_IDS = ARRAY(Uuid)
moved_thing = func.coalesce(StockMove.serial_id, StockMove.lot_id)


def _kin(*, down: bool) -> CTE:
    """The subject and then all its kin one way, the nearest first, as one array."""
    ids = func.kin(_OF, cast(down, Boolean), type_=_IDS).label("ids")
    return select(ids).cte("kin").prefix_with("materialized")


def _among(kin: CTE) -> Any:
    """Through a sub-select, so that the planner takes the array as it comes and does not weigh each of its ids."""
    return any_(cast(select(kin.c.ids).scalar_subquery(), _IDS))


def _sold(kin: CTE, *more: Any) -> Any:
    """Orders by which kin left the house."""
    return (
        select(
            StockMove.document_id,
            *more,
            func.sum(StockMove.quantity).label("quantity"),
            func.min(StockMove.captured_at).label("first_at"),
            func.max(StockMove.captured_at).label("last_at"),
        )
        .where(StockMove.kind == "ship", StockMove.site_id == _SITE, moved_thing == _among(kin))
        .group_by(StockMove.document_id)
    )


def _rows(query: Any) -> Any:
    whole_row = query.subquery("told").table_valued()
    return select(func.coalesce(func.jsonb_agg(whole_row), func.jsonb_build_array())).scalar_subquery()


def _plain(value: Any) -> ColumnElement[str]:
    return cast(func.trim_scale(value), Text)


def _buyers() -> Select[Any]:
    kin = _kin(down=False)
    sold = _sold(kin).cte("sold").prefix_with("materialized")
    by_customer = (
        select(
            Partner.id,
            Partner.name.label("customer"),
            func.count().label("orders"),
            _plain(func.sum(sold.c.quantity)).label("quantity"),
            func.min(sold.c.first_at).label("firstAt"),
            func.max(sold.c.last_at).label("lastAt"),
        )
        .join(ShipmentRequest, ShipmentRequest.id == sold.c.document_id)
        .join(Partner, Partner.id == ShipmentRequest.customer_id)
        .group_by(Partner.id, Partner.name)
        .order_by(Partner.name, Partner.id)
    )
    return _told(kin, _rows(by_customer))


def _sources() -> Select[Any]:
    kin = _kin(down=True)
    supplier = func.coalesce(ExpectedDelivery.supplier_name, "")
    received = (
        select(
            supplier.label("supplier"),
            ExpectedDelivery.purchase_order.label("purchaseOrder"),
            _plain(func.sum(StockMove.quantity)).label("quantity"),
            func.count(distinct(moved_thing)).label("things"),
            func.array_agg(distinct(func.coalesce(Serial.code, Lot.code))).label("codes"),
            func.min(StockMove.captured_at).label("firstAt"),
        )
        .outerjoin(Receipt, Receipt.id == StockMove.command_id)
        .outerjoin(ExpectedDelivery, ExpectedDelivery.id == Receipt.delivery_id)
        .outerjoin(Serial, Serial.id == StockMove.serial_id)
        .outerjoin(Lot, Lot.id == StockMove.lot_id)
        .where(
            StockMove.kind == "receive",
            StockMove.site_id == _SITE,
            or_(StockMove.lot_id == _among(kin), StockMove.serial_id == _among(kin)),
            Receipt.undone_by.is_(None),
        )
        .group_by(supplier, ExpectedDelivery.purchase_order)
        .order_by(supplier, ExpectedDelivery.purchase_order)
    )
    return _told(kin, _rows(received))


def _told(kin: CTE, ends: Any) -> Select[Any]:
    return select(
        (func.cardinality(kin.c.ids) - 1).label("count_"),
        kin.c.ids[2 : DRAWN + 1].label("nearest"),
        ends.label("ends"),
    ).select_from(kin)


DOWN, UP = _sources(), _buyers()


async def parts(connection: AsyncConnection, site: UUID, of: UUID) -> tuple[int, list[UUID], list[Source]]:
    """What went into it: how many, the nearest `DRAWN`, and where any of them was bought."""
    row = (await connection.execute(DOWN, {"p_of": of, "p_site": site})).one()
    return row.count_, list(row.nearest), msgspec.convert(row.ends, list[Source], strict=False)


async def wholes(connection: AsyncConnection, site: UUID, of: UUID) -> tuple[int, list[UUID], list[Buyer]]:
    """What it went into: how many, the nearest `DRAWN`, and every customer whom any of them reached."""
    row = (await connection.execute(UP, {"p_of": of, "p_site": site})).one()
    return row.count_, list(row.nearest), msgspec.convert(row.ends, list[Buyer], strict=False)


def _orders() -> Select[Any]:
    """A customer's orders that a subject reached, by number, each with the codes of what it holds of the family."""
    kin = _kin(down=False)
    things = func.array_agg(distinct(moved_thing), type_=_IDS).label("things")
    sold = _sold(kin, things).cte("sold").prefix_with("materialized")
    page = (
        select(ShipmentRequest.id, ShipmentRequest.number, sold)
        .join(ShipmentRequest, ShipmentRequest.id == sold.c.document_id)
        .where(
            ShipmentRequest.customer_id == bindparam("p_customer", type_=Uuid()),
            ShipmentRequest.number > bindparam("p_after", type_=Text()),
        )
        .order_by(ShipmentRequest.number)
        .limit(bindparam("p_limit", type_=Integer()))
        .subquery("page")
    )
    named = union_all(
        *(select(one.code).where(one.id == any_(page.c.things)).correlate(page) for one in (Serial, Lot))
    ).subquery("named")
    codes = select(func.array_agg(aggregate_order_by(named.c.code, named.c.code)))
    return select(
        page.c.id.label("order"),
        page.c.number,
        page.c.first_at.label("at"),
        page.c.quantity,
        func.cardinality(page.c.things).label("things"),
        codes.scalar_subquery().label("codes"),
    ).order_by(page.c.number)


_ORDERS = _orders()


async def orders(
    connection: AsyncConnection, site: UUID, of: UUID, customer: UUID, *, after: str, limit: int
) -> Reached:
    """A page of the orders by which a customer has some of the family; the next begins after the last number told."""
    values = {"p_of": of, "p_site": site, "p_customer": customer, "p_after": after, "p_limit": limit + 1}
    rows = (await connection.execute(_ORDERS, values)).mappings().all()
    told = [ReachedOrder(**{**row, "codes": row["codes"][:CODES]}) for row in rows[:limit]]
    return Reached(orders=told, next=told[-1].number if len(rows) > limit else None)
