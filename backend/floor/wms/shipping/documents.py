"""Orders as screens see them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, cast, func, literal, null, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Packaging, Partner, Place, address_lines
from backend.floor.stock import StockMove
from backend.floor.wms.shipping.schemas import OrderDocument, OrderLine, OrderSummary, OrderTote
from backend.floor.wms.shipping.ship import packed_contents
from backend.floor.wms.shipping.tables import ShipmentLine, ShipmentRequest
from backend.floor.work.resolve import MORE
from backend.kernel.problems import NotFound

# An order's number is scanned like any other code.
_CODES: Any = bindparam("p_codes", type_=ARRAY(Text))
MORE.append(
    select(
        literal("order").label("kind"),
        ShipmentRequest.id,
        ShipmentRequest.number.label("code"),
        Partner.name.label("label"),
        cast(null(), Uuid).label("item"),
        cast(null(), Packaging.quantity.type).label("quantity"),
        literal("").label("place"),
    )
    .join(Partner, Partner.id == ShipmentRequest.customer_id)
    .where(
        ShipmentRequest.site_id == bindparam("p_site_id", type_=Uuid()),
        ShipmentRequest.number == any_(_CODES),
    )
)


async def order_document(connection: AsyncConnection, site_id: UUID, order: UUID) -> OrderDocument:
    """One order, whole.

    Raises:
        NotFound: there is no such order at this site.
    """
    head = await _head(connection, site_id, order)
    totes = {
        row.handling_unit_id: OrderTote(code=row.unit, handling_unit=row.handling_unit_id, place=row.place)
        for row in await packed_contents(connection, order)
    }
    return OrderDocument(
        id=order,
        number=head.number,
        customer=head.customer,
        address=address_lines(head.street, head.postal_code, head.city, head.country),
        state=head.state,
        due_at=head.due_at,
        carrier=head.carrier,
        pack_place=head.pack_place or "",
        lines=await _lines(connection, order),
        totes=sorted(totes.values(), key=lambda tote: tote.code),
    )


async def _head(connection: AsyncConnection, site_id: UUID, order: UUID) -> Any:
    found = await connection.execute(
        select(
            ShipmentRequest.number,
            ShipmentRequest.state,
            ShipmentRequest.due_at,
            ShipmentRequest.carrier,
            Partner.name.label("customer"),
            Partner.street,
            Partner.postal_code,
            Partner.city,
            Partner.country,
            Place.code.label("pack_place"),
        )
        .join(Partner, Partner.id == ShipmentRequest.customer_id)
        .join(Place, Place.id == ShipmentRequest.pack_place_id, isouter=True)
        .where(ShipmentRequest.id == order, ShipmentRequest.site_id == site_id)
    )
    head = found.first()
    if head is None:
        raise NotFound("No such order.")
    return head


async def _lines(connection: AsyncConnection, order: UUID) -> list[OrderLine]:
    line = ShipmentLine
    rows = await connection.execute(
        select(
            line.id, line.line, line.item_id.label("item"), Item.sku, Item.name, Item.unit,
            line.wanted, line.allocated, line.picked, line.shorted, line.shipped, line.why_not,
        )
        .join(Item, Item.id == line.item_id)
        .where(line.request_id == order)
        .order_by(line.line)
    )  # fmt: skip
    return [OrderLine(**row) for row in rows.mappings()]


_FOUND_BY: Any = (ShipmentRequest.number, Partner.name, ShipmentRequest.carrier)


_URGENT: Any = (ShipmentRequest.priority.desc(), ShipmentRequest.due_at, ShipmentRequest.number)


def _page(site_id: UUID, states: tuple[str, ...], find: str, unit: UUID | None) -> Any:
    """Orders without their lines, the most urgent first."""
    into = select(StockMove.document_id).where(
        StockMove.to_handling_unit_id == unit, StockMove.kind == "pick"
    )
    return (
        select(
            ShipmentRequest.id,
            ShipmentRequest.number,
            Partner.name.label("customer"),
            ShipmentRequest.state,
            ShipmentRequest.due_at,
            ShipmentRequest.priority,
            ShipmentRequest.carrier,
        )
        .join(Partner, Partner.id == ShipmentRequest.customer_id)
        .where(
            ShipmentRequest.site_id == site_id,
            ShipmentRequest.state.in_(states),
            or_(*(name.icontains(find, autoescape=True) for name in _FOUND_BY)) if find else true(),
            ShipmentRequest.id.in_(into) if unit else true(),
        )
        .order_by(*_URGENT)
    )


async def order_summaries(
    connection: AsyncConnection,
    site_id: UUID,
    *,
    states: tuple[str, ...],
    find: str = "",
    unit: UUID | None = None,
    limit: int = 200,
) -> list[OrderSummary]:
    """Orders in some states, the most urgent first; `fillable` counts the lines that have all their stock.

    With `find`, only those in whose number, customer or carrier it stands, whatever its case; with `unit`, those picked into it.
    """
    page = _page(site_id, states, find.strip(), unit).limit(limit).subquery()
    missing = ShipmentLine.wanted - ShipmentLine.allocated - ShipmentLine.picked - ShipmentLine.shorted
    # Only the lines of the page are counted, however many orders wait behind it.
    lines = (
        select(func.count().label("lines"), func.count().filter(missing == 0).label("fillable"))
        .where(ShipmentLine.request_id == page.c.id)
        .lateral("lines")
    )
    rows = await connection.execute(
        select(page, lines)
        .join(lines, lines.c.lines > 0)
        .order_by(page.c.priority.desc(), page.c.due_at, page.c.number)
    )
    return [OrderSummary(**row) for row in rows.mappings()]
