"""The bins as the router judges them: what is left of each, what lies in it or is on its way there."""

import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Numeric,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
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


def _content_statement() -> Select[Any]:
    """What lies in each bin or is on its way there, in one snapshot."""
    site = bindparam("p_site", type_=Uuid())
    unit, quant, person = (bindparam(name, type_=Uuid()) for name in ("p_unit", "p_quant", "p_person"))
    only = bindparam("p_place", type_=Uuid())
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
        .where(Quant.site_id == site, Quant.quantity > 0, or_(only.is_(None), Quant.place_id == only))
    )
    mine = or_(
        PutawayHold.handling_unit_id == unit,
        and_(PutawayHold.quant_id == quant, PutawayHold.person_id == person),
    )
    coming = select(
        PutawayHold.place_id,
        PutawayHold.item_id,
        PutawayHold.lot_id,
        PutawayHold.grams,
        PutawayHold.millilitres,
        PutawayHold.hazard,
    ).where(
        PutawayHold.site_id == site,
        or_(only.is_(None), PutawayHold.place_id == only),
        PutawayHold.expires_at > bindparam("p_now", type_=DateTime(timezone=True)),
        func.coalesce(~mine, literal(value=True)),
    )
    there = union_all(lying, coming).subquery()
    return select(
        there.c.place_id,
        func.sum(cast(there.c.grams, Numeric)).label("grams"),
        func.sum(cast(there.c.millilitres, Numeric)).label("millilitres"),
        func.array_agg(there.c.item_id.distinct()).label("things"),
        func.array_agg(there.c.lot_id.distinct()).label("lots"),
        func.max(there.c.hazard).label("hazard"),
    ).group_by(there.c.place_id)


_CONTENT = _content_statement()
_BINS = select(
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
).where(Place.site_id == bindparam("p_site", type_=Uuid()), Place.kind == "bin")


# The racks hardly change, and thousands of rows cost more than all the rest: they are kept so long. What is decided by them is
# looked at again under the bin's lock.
_KEPT_SECONDS = 60.0
_kept: dict[UUID, tuple[float, list[Any]]] = {}


async def _racks(connection: AsyncConnection, site_id: UUID, *, fresh: bool) -> list[Any]:
    until, places = _kept.get(site_id, (0.0, []))
    if fresh or until < time.monotonic():
        places = list((await connection.execute(_BINS.order_by(Place.code), {"p_site": site_id})).all())
        _kept[site_id] = (time.monotonic() + _KEPT_SECONDS, places)
    return places


async def bins(
    connection: AsyncConnection,
    site_id: UUID,
    load: Load,
    person: UUID,
    *,
    only: UUID | None = None,
    fresh: bool = True,
) -> list[Bin]:
    """The site's bins (or one), each with its content; room that is kept for this very load does not count.

    Unless `fresh`, the bins' own facts may be a minute old; their content never is.
    """
    if only is None:
        places = await _racks(connection, site_id, fresh=fresh)
    else:
        one = _BINS.where(Place.id == only)
        places = list((await connection.execute(one, {"p_site": site_id})).all())
    facts = {
        "p_site": site_id,
        "p_unit": load.unit,
        "p_quant": load.quant,
        "p_person": person,
        "p_place": only,
        "p_now": clock.now(),
    }
    inside = {row.place_id: row for row in await connection.execute(_CONTENT, facts)}
    return [Bin(place, inside.get(place.id)) for place in places]


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
        item=[_only(row.inside and row.inside.things) for row in rows],
        lot=[_only(row.inside and row.inside.lots) for row in rows],
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


def _only(names: list[UUID | None] | None) -> str:
    """What lies in a bin: nothing "", one thing its id, several things a word that no load has."""
    if not names:
        return ""
    return "several" if len(names) > 1 else str(names[0] or "none")
