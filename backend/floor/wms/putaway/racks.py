"""The whole site's bins for a proposal, at little cost: racks kept in arrays with their distances, and what lies in them now.

Nearly all bins hold something that the load may not join, and of those nothing more needs to be known: their ids come as one string of
bytes. Only of bins with the load's own item is the content looked at. `bins.py` does the same for every bin in words, and is
asked where no bin takes the load, to say why; a test compares the two.
"""

import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import LargeBinary, Select, Text, Uuid, bindparam, cast, func, select, true, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.floor.catalog import Place, Site
from backend.floor.routing import BinTable, Inside
from backend.floor.stock import Quant
from backend.floor.wms.picking.floor import Floor, Spot, floor_of_plan
from backend.floor.wms.putaway.bins import BINS, Bin, contents, facts_of, look_of, occupied, only, table
from backend.floor.wms.putaway.loads import Load

KEPT_SECONDS = 60.0
"""Racks hardly change, and thousands of rows cost more than all the rest. What is decided by them is looked at again under the bin's
lock."""


class Racks(msgspec.Struct, frozen=True):
    """A site's bins, empty, by number; and where each bin's id is found among them."""

    plan: str
    floor: Floor
    until: float
    rows: list[Any]
    table: BinTable
    ids: NDArray[np.bytes_]
    order: NDArray[np.intp]

    def numbers(self, packed: bytes) -> NDArray[np.intp]:
        """The numbers of the bins among places whose ids stand one after another, sixteen bytes each."""
        wanted = np.frombuffer(packed, dtype="S16")
        found = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        numbers: NDArray[np.intp] = self.order[found[self.ids[found] == wanted]]
        return numbers


class Ground(msgspec.Struct, frozen=True):
    """The bins as they are for one load, where it stands, and where its item is picked from.

    `looks` tells of the bins with its item, by number, what was seen in them (`look_of`); in any other that takes the load is nothing.
    """

    floor: Floor
    rows: list[Any]
    table: BinTable
    here: Spot
    face: Spot | None
    looks: dict[int, str]


_SPOT = ("aisle", "block", "offset_m", "x")
_kept: dict[UUID, Racks] = {}


def ground_statement(*, item: Any, face_of: Any, place: Any) -> Select[Any]:
    """One row: the plan, the load's place, its item's pick face, the ids of all that is not empty, the content of its item's bins.

    `item` is what all of the load is, or null; `face_of` the item whose pick face counts, `place` where the load is: expressions.
    """
    site = bindparam("p_site", type_=Uuid())
    here = aliased(Place)
    face = (
        select(Place.aisle, Place.block, Place.offset_m, Place.x, Place.id)
        .join(Quant, Quant.place_id == Place.id)
        .where(
            Quant.item_id == face_of,
            Quant.site_id == site,
            Quant.handling_unit_id.is_(None),
            Quant.status == "free",
            Quant.quantity > 0,
            Place.kind == "bin",
        )
        .order_by(Quant.quantity.desc())
        .limit(1)
        .lateral("face")
    )
    taken = select(occupied().subquery().c.place_id).distinct().subquery()
    packed = func.string_agg(func.uuid_send(taken.c.place_id), type_coerce(b"", LargeBinary()))
    with_item = occupied().subquery("with_item")
    own = contents(select(with_item.c.place_id).where(with_item.c.item_id == item)).subquery("own")
    row = func.jsonb_build_array(
        own.c.place_id, own.c.grams, own.c.millilitres, own.c.things, own.c.lots, own.c.hazard, look_of(own.c)
    )
    return (
        select(
            cast(Site.plan, Text).label("plan"),
            *(getattr(here, name).label(f"here_{name}") for name in _SPOT),
            *(face.c[name].label(f"face_{name}") for name in (*_SPOT, "id")),
            select(packed).scalar_subquery().label("taken"),
            select(func.jsonb_agg(row, type_=JSONB())).scalar_subquery().label("own"),
        )
        .select_from(Site)
        .join(here, here.id == place)
        .outerjoin(face, true())
        .where(Site.id == site)
    )


_GROUND = ground_statement(
    item=bindparam("p_item", type_=Uuid()),
    face_of=bindparam("p_face", type_=Uuid()),
    place=bindparam("p_here", type_=Uuid()),
)


async def ground(connection: AsyncConnection, site_id: UUID, load: Load, person: UUID) -> Ground:
    """How the bins stand for this load: its site's racks, at most a minute old, with what lies in them now."""
    item = load.rows[0].item_id if load.measure.item != "mixed" else None
    facts = facts_of(site_id, load, person) | {
        "p_item": item,
        "p_face": load.rows[0].item_id,
        "p_here": load.place,
    }
    row = (await connection.execute(_GROUND, facts)).mappings().one()
    return ground_from(await racks_of(connection, site_id, row["plan"]), row)


def ground_from(racks: Racks, row: Mapping[str, Any]) -> Ground:
    """The ground of a row of `ground_statement`."""
    own: dict[int, Inside] = {}
    looks: dict[int, str] = {}
    for place, *what, look in row["own"] or ():
        for number in racks.numbers(UUID(place).bytes):
            own[int(number)], looks[int(number)] = _inside(*what), look
    return Ground(
        floor=racks.floor,
        rows=racks.rows,
        table=racks.table.holding(racks.numbers(row["taken"] or b""), own),
        here=_spot(row, "here"),
        face=None if row["face_id"] is None else _spot(row, "face"),
        looks=looks,
    )


def _spot(row: Mapping[str, Any], name: str) -> Spot:
    return Spot(*(row[f"{name}_{part}"] for part in _SPOT))


def _inside(grams: str, millilitres: str, things: list[str], lots: list[str | None], hazard: str) -> Inside:
    return Inside(
        item=only(things),
        lot=only(lots),
        grams=int(Decimal(grams)),
        millilitres=int(Decimal(millilitres)),
        hazard=hazard,
    )


def kept_racks(site_id: UUID, plan: str) -> Racks | None:
    """The racks as read not long ago, if the plan is still the same."""
    known = _kept.get(site_id)
    fresh = known is not None and known.plan == plan and known.until > time.monotonic()
    return known if fresh else None


async def racks_of(connection: AsyncConnection, site_id: UUID, plan: str) -> Racks:
    """The site's racks, at most a minute old."""
    if (known := kept_racks(site_id, plan)) is not None:
        return known
    floor = floor_of_plan(plan.encode())
    rows = list((await connection.execute(BINS.order_by(Place.code), {"p_site": site_id})).all())
    ids = np.frombuffer(b"".join(row.id.bytes for row in rows), dtype="S16")
    order = np.argsort(ids)
    _kept[site_id] = racks = Racks(
        plan=plan,
        floor=floor,
        until=time.monotonic() + KEPT_SECONDS,
        rows=rows,
        table=table(floor, [Bin(row, None) for row in rows]),
        ids=ids[order],
        order=order,
    )
    return racks
