"""What a person has in hand: a whole handling unit, or a quantity of one thing that lies loose."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    CTE,
    ColumnElement,
    Numeric,
    ScalarSelect,
    Select,
    Text,
    Uuid,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import PHYSICAL_KINDS, Item, Place
from backend.floor.stock import HandlingUnit, Lot, Quant, Serial, StockShort
from backend.floor.wms.putaway.problems import LoadGone
from backend.floor.wms.putaway.rules import Measure, Piece, measure
from backend.floor.wms.putaway.schemas import ContentTold, LoadTold
from backend.kernel.db import Exact
from backend.kernel.quantity import plain


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """One of a load's rows in the stock, as `things` tells it."""

    id: UUID
    place_id: UUID
    owner_id: UUID | None
    item_id: UUID
    lot_id: UUID | None
    serial_id: UUID | None
    handling_unit_id: UUID | None
    status: str
    quantity: Decimal
    reserved: Decimal
    sku: str
    name: str
    item_unit: str
    weight_g: Decimal
    volume_ml: Decimal
    velocity: str
    attributes: dict[str, Any]
    lot_code: str | None
    serial_code: str | None
    unit_code: str | None
    unit_kind: str | None
    place_code: str


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """A load: its rows in the stock, and what they weigh together. `quantity` counts all its pieces."""

    unit: UUID | None
    quant: UUID | None
    code: str
    quantity: Decimal
    place: UUID
    place_code: str
    rows: list[Any]
    measure: Measure

    def told(self) -> LoadTold:
        """As the handheld shows it."""
        return LoadTold(
            handling_unit=self.unit,
            quant=self.quant,
            code=self.code,
            quantity=self.quantity,
            place=self.place,
            place_code=self.place_code,
            contents=[
                ContentTold(
                    item=row.item_id,
                    sku=row.sku,
                    name=row.name,
                    unit=row.item_unit,
                    quantity=self.quantity if self.quant else row.quantity,
                    status=row.status,
                    lot=row.lot_code,
                    serial=row.serial_code,
                )
                for row in self.rows
            ],
        )


async def load_of(
    connection: AsyncConnection,
    site_id: UUID,
    *,
    unit: UUID | None,
    quant: UUID | None,
    quantity: Decimal | None,
) -> Load:
    """The load as the books have it now.

    Raises:
        LoadGone: nothing lies there any more.
        StockShort: less lies loose than that, or some of it is promised to an order.
    """
    if unit is not None:
        rows = (await connection.execute(ON_UNIT, {"p_site": site_id, "p_unit": unit})).all()
        if not rows:
            raise LoadGone("Nothing stands on this unit any more.", handling_unit=str(unit))
        return load_from(rows, None, whole=True)
    rows = (await connection.execute(LOOSE, {"p_site": site_id, "p_quant": quant})).all()
    if not rows:
        raise LoadGone("Nothing lies there any more.", quant=str(quant))
    if rows[0].handling_unit_id is not None:
        return await load_of(connection, site_id, unit=rows[0].handling_unit_id, quant=None, quantity=None)
    return load_from(rows, quantity, whole=False)


def load_from(rows: Sequence[Any], quantity: Decimal | None, *, whole: bool) -> Load:
    """What the rows are together: a whole unit, or so much (None: all) of what lies loose. Raises StockShort."""
    first = rows[0]
    total = sum((row.quantity for row in rows), start=Decimal(0)) if quantity is None else quantity
    _enough(rows, total, whole=whole)
    pieces = [
        Piece(
            item=row.item_id,
            lot=row.lot_id,
            quantity=row.quantity if whole else total,
            weight_g=row.weight_g,
            volume_ml=row.volume_ml,
            velocity=row.velocity,
            attributes=row.attributes,
        )
        for row in rows
    ]
    return Load(
        unit=first.handling_unit_id if whole else None,
        quant=None if whole else first.id,
        code=first.unit_code or first.sku,
        quantity=total,
        place=first.place_id,
        place_code=first.place_code,
        rows=list(rows),
        measure=measure(pieces, kind=first.unit_kind),
    )


def _enough(rows: Any, total: Decimal, *, whole: bool) -> None:
    if whole and any(row.reserved > 0 for row in rows):
        raise StockShort("Something on this unit is promised to an order; pick or release it first.")
    free = sum((row.quantity - row.reserved for row in rows), start=Decimal(0))
    if total > free:
        raise StockShort(
            f"{plain(free)} are free there, {plain(total)} asked.", free=plain(free), wanted=plain(total)
        )


def _rows(one: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            *Quant.__table__.columns,
            Item.sku,
            Item.name,
            Item.unit.label("item_unit"),
            Item.weight_g,
            Item.volume_ml,
            Item.velocity,
            Item.attributes,
            Lot.code.label("lot_code"),
            Serial.code.label("serial_code"),
            HandlingUnit.code.label("unit_code"),
            HandlingUnit.kind.label("unit_kind"),
            Place.code.label("place_code"),
        )
        .join(Item, Item.id == Quant.item_id)
        .join(Place, Place.id == Quant.place_id)
        .join(Lot, Lot.id == Quant.lot_id, isouter=True)
        .join(Serial, Serial.id == Quant.serial_id, isouter=True)
        .join(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id, isouter=True)
        .where(
            Quant.site_id == bindparam("p_site", type_=Uuid()),
            Quant.quantity > 0,
            one,
            or_(*(Place.kind == kind for kind in PHYSICAL_KINDS)),
        )
        .order_by(Quant.id)
    )


ON_UNIT = _rows(Quant.handling_unit_id == bindparam("p_unit", type_=Uuid()))
LOOSE = _rows(Quant.id == bindparam("p_quant", type_=Uuid()))


def things(rows: CTE) -> ScalarSelect[Any]:
    """Such rows as one value of JSON, each a `Thing`, by id; null for none."""
    columns = [rows.c[name] for name in Thing.__struct_fields__]
    told = [
        func.trim_scale(one).cast(Text) if isinstance(one.type, Numeric | Exact) else one for one in columns
    ]
    pairs = [part for name, one in zip(Thing.__struct_fields__, told, strict=True) for part in (name, one)]
    return select(
        func.jsonb_agg(aggregate_order_by(func.jsonb_build_object(*pairs), rows.c.id), type_=JSONB())
    ).scalar_subquery()
