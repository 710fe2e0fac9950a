"""The bins as the router judges them: what is left of each, what lies in it or is on its way there."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    DateTime,
    Function,
    Numeric,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item, Place
from backend.floor.routing import BinRules, BinTable
from backend.floor.routing import Load as RouterLoad
from backend.floor.stock import Quant
from backend.floor.wms.picking.floor import Floor
from backend.floor.wms.putaway.loads import Load
from backend.floor.wms.putaway.rules import APART, PROPOSED
from backend.floor.wms.putaway.tables import PutawayHold
from backend.kernel import clock

RULES = BinRules(apart=APART, best=PROPOSED)
_ENDLESS = 2**40
_TALL = 100_000


class Bin(NamedTuple):
    """A bin's row, and what lies in it or is on its way there; None for an empty one."""

    place: Any
    inside: Any


_SITE = bindparam("p_site", type_=Uuid())
_MINE = func.coalesce(
    or_(
        PutawayHold.handling_unit_id == bindparam("p_unit", type_=Uuid()),
        and_(
            PutawayHold.quant_id == bindparam("p_quant", type_=Uuid()),
            PutawayHold.person_id == bindparam("p_person", type_=Uuid()),
        ),
    ),
    literal(value=False),
)
_LYING = (Quant.site_id == _SITE, Quant.quantity > 0)
_COMING = (
    PutawayHold.site_id == _SITE,
    PutawayHold.expires_at > bindparam("p_now", type_=DateTime(timezone=True)),
    ~_MINE,
)


def occupied() -> CompoundSelect[Any]:
    """What lies in each place or is on its way there, by item: (place_id, item_id). Room kept for this very load does not count."""
    return union_all(
        select(Quant.place_id, Quant.item_id).where(*_LYING),
        select(PutawayHold.place_id, PutawayHold.item_id).where(*_COMING),
    )


def contents(places: Select[Any] | None = None) -> Select[Any]:
    """What lies in each of some places (or all) or is on its way there, in one snapshot."""
    lying = (
        select(
            Quant.place_id,
            Quant.item_id,
            Quant.lot_id,
            (Quant.quantity * Item.weight_g).label("grams"),
            (Quant.quantity * Item.volume_ml).label("millilitres"),
            func.coalesce(Item.attributes["hazard"].astext, "").label("hazard"),
        )
        .join(Item, Item.id == Quant.item_id)
        .where(*_LYING)
    )
    coming = select(
        PutawayHold.place_id,
        PutawayHold.item_id,
        PutawayHold.lot_id,
        PutawayHold.grams,
        PutawayHold.millilitres,
        PutawayHold.hazard,
    ).where(*_COMING)
    if places is not None:
        lying = lying.where(Quant.place_id.in_(places))
        coming = coming.where(PutawayHold.place_id.in_(places))
    there = union_all(lying, coming).subquery()
    return select(
        there.c.place_id,
        func.sum(cast(there.c.grams, Numeric)).label("grams"),
        func.sum(cast(there.c.millilitres, Numeric)).label("millilitres"),
        func.array_agg(there.c.item_id.distinct()).label("things"),
        func.array_agg(there.c.lot_id.distinct()).label("lots"),
        func.max(there.c.hazard).label("hazard"),
    ).group_by(there.c.place_id)


def look_of(seen: Any) -> Function[str]:
    """What lies in a bin as one word, to tell whether it is still the same; "" for an empty one is the caller's to know."""
    return func.concat_ws(" ", seen.grams, seen.millilitres, seen.things, seen.lots, seen.hazard)


def facts_of(site_id: UUID, load: Load, person: UUID) -> dict[str, Any]:
    """The parameters of the statements above."""
    return {
        "p_site": site_id,
        "p_unit": load.unit,
        "p_quant": load.quant,
        "p_person": person,
        "p_now": clock.now(),
    }


_CONTENT = contents()
CONTENT_OF_ONE = contents(select(bindparam("p_place", type_=Uuid())))
THIS_TRANSACTION = literal_column("pg_current_xact_id()::text::bigint", BigInteger)
_COLUMNS = (
    Place.id,
    Place.code,
    Place.check_digits,
    Place.zone,
    Place.aisle,
    Place.block,
    Place.offset_m,
    Place.x,
    Place.max_weight_g,
    Place.max_volume_ml,
    Place.max_height_mm,
    Place.rules,
    Place.blocked,
)
_A_BIN = (Place.site_id == _SITE, Place.kind == "bin")
BINS = select(*_COLUMNS).where(*_A_BIN)
_LOCKED = (
    update(Place)
    .where(Place.id == bindparam("p_place", type_=Uuid()), *_A_BIN)
    .values(filled_by=THIS_TRANSACTION)
    .returning(*_COLUMNS)
)


async def bins(connection: AsyncConnection, site_id: UUID, load: Load, person: UUID) -> list[Bin]:
    """All the site's bins, each with its content."""
    facts = facts_of(site_id, load, person)
    places = await connection.execute(BINS.order_by(Place.code), facts)
    inside = {row.place_id: row for row in await connection.execute(_CONTENT, facts)}
    return [Bin(place, inside.get(place.id)) for place in places]


async def locked_bin(
    connection: AsyncConnection, site_id: UUID, load: Load, person: UUID, place: UUID
) -> Bin | None:
    """One bin with its content; its row is locked first, so that what is looked at after it stays true. None: no bin of the site.

    The row says from now on whose look at it was the last (`hot.py` asks).
    """
    facts = facts_of(site_id, load, person)
    found = await connection.execute(_LOCKED, facts | {"p_place": place})
    row = found.first()
    if row is None:
        return None
    inside = await connection.execute(CONTENT_OF_ONE, facts | {"p_place": place})
    return Bin(row, inside.first())


def table(floor: Floor, rows: Sequence[Bin]) -> BinTable:
    """The router's table of these bins."""
    places = [row.place for row in rows]
    return BinTable(
        floor.layout,
        [place.code for place in places],
        [floor.stand(place) for place in places],
        free_grams=[_left(row.place.max_weight_g, row.inside and row.inside.grams) for row in rows],
        free_millilitres=[
            _left(row.place.max_volume_ml, row.inside and row.inside.millilitres) for row in rows
        ],
        height=[place.max_height_mm or _TALL for place in places],
        temperature=[str(place.rules.get("temperature", "ambient")) for place in places],
        item=[only(row.inside and row.inside.things) for row in rows],
        lot=[only(row.inside and row.inside.lots) for row in rows],
        hazard=[(row.inside and row.inside.hazard) or "" for row in rows],
        open_bins=[place.blocked is None for place in places],
        built_for=[frozenset(place.rules.get("hazards", ())) for place in places],
    )


def router_load(load: Load, face: Any = None) -> RouterLoad:
    """The load in the router's words."""
    what = load.measure
    return RouterLoad(
        name=load.code,
        item=what.item,
        lot=what.lot,
        grams=what.grams,
        millilitres=what.millilitres,
        height=what.height,
        temperature=what.temperature,
        hazard=what.hazard,
        velocity=what.velocity,
        pick_face=face,
    )


def _left(most: int | None, used: Decimal | None) -> int:
    return _ENDLESS if most is None else most - int(used or 0)


def only(names: Sequence[Any] | None) -> str:
    """What lies in a bin: nothing "", one thing its id, several things a word that no load has."""
    if not names:
        return ""
    return "several" if len(names) > 1 else str(names[0] or "none")
