"""The whole site's bins for a proposal, at little cost: racks kept in arrays with their distances, and what lies in them now.

Nearly all bins hold something that the load may not join, and of those nothing more needs to be known: their ids come as one string of
bytes. Only of bins with the load's own item is the content looked at. `bins.py` does the same for every bin in words, and is
asked where no bin takes the load, to say why; a test compares the two.
"""

import time
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import LargeBinary, Select, Uuid, bindparam, func, select, true, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.floor.catalog import Place, Site
from backend.floor.routing import BinTable, Inside
from backend.floor.stock import Quant
from backend.floor.wms.picking.floor import Floor, Spot, floor_of_plan
from backend.floor.wms.putaway.bins import BINS, Bin, contents, facts_of, occupied, only, table
from backend.floor.wms.putaway.loads import Load

KEPT_SECONDS = 60.0
"""Racks hardly change, and thousands of rows cost more than all the rest. What is decided by them is looked at again under the bin's
lock."""


class Racks(msgspec.Struct, frozen=True):
    """A site's bins, empty, by number; and where each bin's id is found among them."""

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
    """The bins as they are for one load, where it stands, and where its item is picked from."""

    floor: Floor
    rows: list[Any]
    table: BinTable
    here: Spot
    face: Spot | None


_kept: dict[UUID, Racks] = {}


def _ground_statement() -> Select[Any]:
    """One row: the plan, the load's place, its item's pick face, the ids of all that is not empty, the content of its item's bins."""
    item, site = bindparam("p_item", type_=Uuid()), bindparam("p_site", type_=Uuid())
    here = aliased(Place)
    face = (
        select(Place.aisle, Place.block, Place.offset_m, Place.x, Place.id)
        .join(Quant, Quant.place_id == Place.id)
        .where(
            Quant.item_id == bindparam("p_face", type_=Uuid()),
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
        own.c.place_id, own.c.grams, own.c.millilitres, own.c.things, own.c.lots, own.c.hazard
    )
    return (
        select(
            Site.plan,
            *(getattr(here, name).label(f"here_{name}") for name in ("aisle", "block", "offset_m", "x")),
            *(face.c[name].label(f"face_{name}") for name in ("aisle", "block", "offset_m", "x", "id")),
            select(packed).scalar_subquery().label("taken"),
            select(func.jsonb_agg(row, type_=JSONB())).scalar_subquery().label("own"),
        )
        .select_from(Site)
        .join(here, here.id == bindparam("p_here", type_=Uuid()))
        .outerjoin(face, true())
        .where(Site.id == site)
    )


_GROUND = _ground_statement()


async def ground(connection: AsyncConnection, site_id: UUID, load: Load, person: UUID) -> Ground:
    """How the bins stand for this load: its site's racks, at most a minute old, with what lies in them now."""
    item = load.rows[0].item_id if load.measure.item != "mixed" else None
    facts = facts_of(site_id, load, person) | {
        "p_item": item,
        "p_face": load.rows[0].item_id,
        "p_here": load.place,
    }
    row = (await connection.execute(_GROUND, facts)).one()
    racks = await _racks(connection, site_id, floor_of_plan(msgspec.json.encode(row.plan)))
    own: dict[int, Inside] = {}
    for place, *what in row.own or ():
        for number in racks.numbers(UUID(place).bytes):
            own[int(number)] = _inside(*what)
    return Ground(
        floor=racks.floor,
        rows=racks.rows,
        table=racks.table.holding(racks.numbers(row.taken or b""), own),
        here=Spot(row.here_aisle, row.here_block, row.here_offset_m, row.here_x),
        face=None
        if row.face_id is None
        else Spot(row.face_aisle, row.face_block, row.face_offset_m, row.face_x),
    )


def _inside(grams: str, millilitres: str, things: list[str], lots: list[str | None], hazard: str) -> Inside:
    return Inside(
        item=only(things),
        lot=only(lots),
        grams=int(Decimal(grams)),
        millilitres=int(Decimal(millilitres)),
        hazard=hazard,
    )


async def _racks(connection: AsyncConnection, site_id: UUID, floor: Floor) -> Racks:
    known = _kept.get(site_id)
    if known is not None and known.floor is floor and known.until > time.monotonic():
        return known
    rows = list((await connection.execute(BINS.order_by(Place.code), {"p_site": site_id})).all())
    ids = np.frombuffer(b"".join(row.id.bytes for row in rows), dtype="S16")
    order = np.argsort(ids)
    _kept[site_id] = racks = Racks(
        floor=floor,
        until=time.monotonic() + KEPT_SECONDS,
        rows=rows,
        table=table(floor, [Bin(row, None) for row in rows]),
        ids=ids[order],
        order=order,
    )
    return racks
