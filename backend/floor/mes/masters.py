"""What the shop floor is made of: work centres with their line-side place, shifts, reasons, who can do what."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import FloorBase, Id, Json
from backend.kernel.ids import new_id

REASON_KINDS = ("pause", "scrap", "stop", "over")


class WorkCentre(FloorBase):
    """A machine, bench or line that does one job at a time. Material is taken from `line_place`, goods go to `out_place`."""

    __tablename__ = "work_centre"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    code: Mapped[str]
    name: Mapped[str]
    line: Mapped[str] = mapped_column(server_default="")
    line_place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    out_place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))

    __table_args__ = (UniqueConstraint("site_id", "code"),)


class Shift(FloorBase):
    """A part of the day that people work in, in the site's own time: "06:00" to "14:00"; an end before the start is tomorrow's."""

    __tablename__ = "shift"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    code: Mapped[str]
    starts: Mapped[str]
    ends: Mapped[str]

    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        CheckConstraint(
            "starts ~ '^[0-2][0-9]:[0-5][0-9]$' and ends ~ '^[0-2][0-9]:[0-5][0-9]$'", name="times"
        ),
    )


class Reason(FloorBase):
    """Why work paused, a piece was scrapped, a machine stopped or more was made. `names` by language."""

    __tablename__ = "reason"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    kind: Mapped[str]
    code: Mapped[str]
    place: Mapped[int]
    names: Mapped[Json]
    active: Mapped[bool] = mapped_column(server_default=text("true"))

    __table_args__ = (
        UniqueConstraint("site_id", "kind", "code"),
        CheckConstraint(f"kind in {REASON_KINDS}", name="kind"),
    )


class PersonSkill(FloorBase):
    """Somebody may do work that asks for this skill."""

    __tablename__ = "person_skill"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True)


class WorkCentreMaster(msgspec.Struct, frozen=True, kw_only=True):
    """A work centre as a fixture or an import tells it."""

    code: str
    name: str
    line: str
    line_place: UUID
    out_place: UUID


class ReasonMaster(msgspec.Struct, frozen=True, kw_only=True):
    """A reason as a fixture or an import tells it; `names` by language (en, nl, zh)."""

    kind: str
    code: str
    names: dict[str, str]


async def upsert_work_centres(
    connection: AsyncConnection, site_id: UUID, masters: Sequence[WorkCentreMaster]
) -> None:
    """Writes work centres by their code."""
    for master in masters:
        row = {
            "name": master.name,
            "line": master.line,
            "line_place_id": master.line_place,
            "out_place_id": master.out_place,
        }
        await _upsert(connection, WorkCentre, {"site_id": site_id, "code": master.code}, row)


async def upsert_shifts(
    connection: AsyncConnection, site_id: UUID, shifts: Sequence[tuple[str, str, str]]
) -> None:
    """Writes shifts (code, starts, ends) by their code."""
    for code, starts, ends in shifts:
        await _upsert(connection, Shift, {"site_id": site_id, "code": code}, {"starts": starts, "ends": ends})


async def upsert_reasons(connection: AsyncConnection, site_id: UUID, masters: Sequence[ReasonMaster]) -> None:
    """Writes reasons by kind and code, in the order given."""
    for place, master in enumerate(masters):
        key = {"site_id": site_id, "kind": master.kind, "code": master.code}
        await _upsert(connection, Reason, key, {"place": place, "names": master.names})


async def grant_skills(connection: AsyncConnection, person: UUID, skills: Sequence[str]) -> None:
    """Notes that a person has these skills, beside those that were known."""
    for skill in skills:
        row = pg_insert(PersonSkill).values(person_id=person, skill=skill)
        await connection.execute(row.on_conflict_do_nothing())


async def _upsert(
    connection: AsyncConnection, table: type[FloorBase], key: dict[str, Any], row: dict[str, Any]
) -> None:
    statement = pg_insert(table).values(id=new_id(), **key, **row)
    await connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=row))
