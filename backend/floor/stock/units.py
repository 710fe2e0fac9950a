"""Handling units: what has one number, stands in one place, and has all its contents there."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Place
from backend.floor.stock.problems import HandlingUnitElsewhere
from backend.floor.stock.tables import HandlingUnit, StockMove
from backend.kernel.ids import new_id
from backend.kernel.problems import NotFound


async def handling_unit(
    connection: AsyncConnection, site_id: UUID, *, code: str, kind: str, place: UUID
) -> UUID:
    """The unit with this code, made if it is new."""
    row = pg_insert(HandlingUnit).values(id=new_id(), site_id=site_id, code=code, kind=kind, place_id=place)
    await connection.execute(row.on_conflict_do_nothing())
    found = await connection.execute(
        select(HandlingUnit.id).where(HandlingUnit.site_id == site_id, HandlingUnit.code == code)
    )
    return found.scalar_one()


async def must_stand_at(connection: AsyncConnection, site_id: UUID, unit: UUID, place: UUID) -> None:
    """Keeps a unit where it is until the end of the transaction, so that what is put on it lies where it stands.

    Raises:
        HandlingUnitElsewhere: it does not stand at `place`.
        NotFound: there is no such unit.
    """
    kept = await connection.execute(
        select(HandlingUnit.id)
        .where(HandlingUnit.id == unit, HandlingUnit.site_id == site_id, HandlingUnit.place_id == place)
        .with_for_update(read=True)
    )
    if kept.first() is None:
        raise await elsewhere(connection, site_id, unit)


async def elsewhere(connection: AsyncConnection, site_id: UUID, unit: UUID) -> HandlingUnitElsewhere:
    """What to tell a person who saw a unit where it is not: where it stands, and who moved it last.

    Raises:
        NotFound: there is no such unit.
    """
    row = (
        await connection.execute(
            select(HandlingUnit.code, Place.code.label("place"))
            .join(Place, Place.id == HandlingUnit.place_id, isouter=True)
            .where(HandlingUnit.id == unit, HandlingUnit.site_id == site_id)
        )
    ).first()
    if row is None:
        raise NotFound("No such handling unit.", handling_unit=str(unit))
    last = (
        await connection.execute(
            select(StockMove.person_id)
            .where(StockMove.to_handling_unit_id == unit)
            .order_by(StockMove.booked_at.desc())
            .limit(1)
        )
    ).scalar_one_or_none()
    return HandlingUnitElsewhere(
        f"{row.code} now stands at {row.place}." if row.place else f"{row.code} has left the site.",
        handling_unit=row.code,
        place=row.place,
        person=str(last) if last else None,
    )
