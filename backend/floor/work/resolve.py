"""Scan anything: every code resolves to all it could be, in one statement."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from backend.access.tables import Person
from backend.floor.catalog import Item, Packaging, Place
from backend.floor.stock import HandlingUnit, Lot, Serial
from backend.floor.work.schemas import Match, Resolved
from backend.floor.work.tables import Task
from backend.kernel.db import Database
from backend.kernel.onetrip import OneTrip
from backend.kernel.problems import BadRequest
from backend.kernel.quantity import tidy

MAX_CODE = 512
_LONGEST_NUMBER = 9


def _row(
    kind: str, id_: Any, code: Any, label: Any, *, item: Any = None, quantity: Any = None, place: Any = None
) -> Any:
    return select(
        literal(kind).label("kind"),
        id_.label("id"),
        code.label("code"),
        label.label("label"),
        (cast(null(), Uuid) if item is None else item).label("item"),
        (cast(null(), Packaging.quantity.type) if quantity is None else quantity).label("quantity"),
        (literal("") if place is None else place).label("place"),
    )


def _resolve_statement() -> Any:
    site: Any = bindparam("p_site_id", type_=Uuid())
    codes: Any = any_(bindparam("p_codes", type_=ARRAY(Text)))
    home = Place.__table__.alias("home")
    unit_place = func.coalesce(home.c.code, "")
    return union_all(
        _row("bin", Place.id, Place.code, Place.kind).where(Place.site_id == site, Place.code == codes),
        _row("item", Item.id, Item.sku, Item.name, item=Item.id).where(Item.sku == codes),
        _row("item", Item.id, Packaging.gtin, Item.name, item=Item.id, quantity=Packaging.quantity)
        .join(Packaging, Packaging.item_id == Item.id)
        .where(Packaging.gtin == codes),
        _row("lot", Lot.id, Lot.code, Item.name, item=Item.id)
        .join(Item, Item.id == Lot.item_id)
        .where(Lot.code == codes),
        _row("serial", Serial.id, Serial.code, Item.name, item=Item.id)
        .join(Item, Item.id == Serial.item_id)
        .where(Serial.code == codes),
        _row("handling_unit", HandlingUnit.id, HandlingUnit.code, HandlingUnit.kind, place=unit_place)
        .join(home, home.c.id == HandlingUnit.place_id, isouter=True)
        .where(HandlingUnit.site_id == site, HandlingUnit.code == codes),
        _row("person", Person.id, Person.badge, Person.name).where(
            Person.site_id == site, Person.badge == codes
        ),
        _row("task", Task.id, cast(Task.number, Text), Task.kind).where(
            Task.site_id == site, Task.number == any_(bindparam("p_numbers", type_=ARRAY(Integer)))
        ),
    )


# Slices above add what their numbers resolve to (orders): statements with the same columns and parameters.
MORE: list[Any] = []


@cache
def _trip(more: int) -> OneTrip:
    return OneTrip(union_all(_resolve_statement(), *MORE[:more]))


async def resolve(
    db: Database, site_id: UUID, scanned: str, codes: Sequence[str], expected: Sequence[str] = ()
) -> Resolved:
    """All things here that bear one of `codes` (the scan itself and what its GS1 elements say), what is expected first.

    Raises:
        BadRequest: a scan longer than any label.
    """
    if not scanned or len(scanned) > MAX_CODE or len(codes) > 32:
        raise BadRequest(f"A scan has 1 to {MAX_CODE} characters; this one has {len(scanned)}.")
    numbers = [
        int(code) for code in codes if code.isascii() and code.isdigit() and len(code) <= _LONGEST_NUMBER
    ]
    values = {"p_site_id": site_id, "p_codes": list(codes), "p_numbers": numbers}
    rows = await db.driver.all(_trip(len(MORE)), values)
    order = {kind: place for place, kind in enumerate(expected)}
    matches = [
        Match(
            kind=row["kind"],
            id=row["id"],
            code=row["code"],
            label=row["label"],
            item=row["item"],
            quantity=None if row["quantity"] is None else tidy(row["quantity"]),
            place=row["place"],
            likely=row["kind"] in order,
        )
        for row in rows
    ]
    return Resolved(
        scanned=scanned,
        matches=sorted(matches, key=lambda match: (order.get(match.kind, 99), match.kind, match.code)),
    )
