"""Deliveries that are to come, announced to the demo's floor as the supplier's side would, and receipts against them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select

from backend.floor import expected
from backend.floor.catalog import Item, Packaging, Place, sscc_of
from backend.floor.expected import Announced, Line, Pack, Part
from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor

SUPPLIER = ("S2001", "Bandenfabriek Twente")


def sscc() -> str:
    """An SSCC that nobody else has."""
    return sscc_of("8712345", int(new_id()) % 10**9)


async def purchase(demo: DemoFloor, lines: list[tuple[str, str]], **more: Any) -> tuple[Any, str]:
    """A purchase order of (sku, quantity) lines, due today. Returns the delivery's id and the order's number."""
    number = more.pop("number", f"PO-{new_id().hex[-8:]}")
    announced = Announced(
        kind="purchase",
        number=number,
        version=more.pop("version", 1),
        supplier=SUPPLIER[0],
        supplier_name=SUPPLIER[1],
        lines=tuple(
            Line(
                line=10 * place,
                sku=sku,
                quantity=Decimal(quantity),
                unit="pc",
                schedule=(Part(quantity=Decimal(quantity), on=clock.now().date()),),
            )
            for place, (sku, quantity) in enumerate(lines, start=1)
        ),
        **more,
    )
    return await _announce(demo, announced), number


async def advice(demo: DemoFloor, order: str, lines: list[Line], **more: Any) -> tuple[UUID, str]:
    """A dispatch advice for an order. Returns the delivery's id and the advice's number."""
    number = f"DA-{new_id().hex[-8:]}"
    announced = Announced(
        kind="advice",
        number=number,
        version=1,
        supplier=SUPPLIER[0],
        supplier_name=SUPPLIER[1],
        purchase_order=order,
        due_on=clock.now().date(),
        lines=tuple(lines),
        **more,
    )
    return await _announce(demo, announced), number


async def _announce(demo: DemoFloor, announced: Announced) -> UUID:
    async with demo.db.transaction() as connection:
        delivery = await expected.announce(connection, demo.site, announced)
    return cast("UUID", delivery)


def advised(
    line: int,
    order_line: int,
    sku: str,
    quantity: str,
    *,
    lot: str | None = None,
    packs: list[str] | None = None,
) -> Line:
    """A line of an advice, in equal packs; a lot lasts another year."""
    on = clock.now().date() + timedelta(days=365) if lot else None
    each = Decimal(quantity) / max(1, len(packs or []))
    return Line(
        line=line,
        sku=sku,
        quantity=Decimal(quantity),
        unit="pc",
        purchase_line=order_line,
        lot=lot,
        expires_on=on,
        packs=tuple(Pack(sscc=code, quantity=each) for code in packs or []),
    )


async def items(
    demo: DemoFloor, tracking: str = "none", *, expires: bool = False, limit: int = 2
) -> list[Any]:
    """Items of a kind: id, sku and the GTIN of their smallest packaging."""
    async with demo.db.transaction() as connection:
        rows = await connection.execute(
            select(Item.id, Item.sku, Packaging.gtin)
            .join(Packaging, Packaging.item_id == Item.id)
            .where(
                Item.tracking == tracking,
                Item.expires == expires,
                Item.whole,
                Packaging.kind == "each",
                Item.inspection_plan.is_(None),
            )
            .order_by(Item.sku)
            .limit(limit)
        )
        return list(rows.all())


async def dock(demo: DemoFloor) -> UUID:
    """Somewhere to receive."""
    async with demo.db.transaction() as connection:
        found = await connection.execute(
            select(Place.id)
            .where(Place.site_id == demo.site, Place.kind == "dock")
            .order_by(Place.code)
            .limit(1)
        )
        return UUID(str(found.scalar_one()))
