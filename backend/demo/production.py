"""The demo's shop floor as `fixtures/production.yaml` tells it: lines, work centres, shifts, reasons, skills."""

from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.demo.company import FIXTURES, Edge
from backend.floor.catalog import PlaceMaster, place_check_digits, upsert_places
from backend.floor.mes import (
    ReasonMaster,
    WorkCentreMaster,
    grant_skills,
    upsert_reasons,
    upsert_shifts,
    upsert_work_centres,
)


class Line(Edge, frozen=True):
    """Work centres that share the places where material comes in and goods go out."""

    code: str
    name: str


class Centre(Edge, frozen=True):
    """A machine or bench."""

    code: str
    name: str
    line: str


class ShiftTime(Edge, frozen=True):
    """A shift in the site's own time, HH:MM."""

    code: str
    starts: str
    ends: str


class ReasonText(Edge, frozen=True):
    """A reason in every language."""

    code: str
    en: str
    nl: str
    zh: str


class ShopFloor(Edge, frozen=True):
    """`production.yaml`."""

    lines: list[Line]
    work_centres: list[Centre]
    shifts: list[ShiftTime]
    reasons: dict[str, list[ReasonText]]
    skills: dict[str, list[str]]


def read_shop_floor(folder: Path = FIXTURES) -> ShopFloor:
    """Reads the fixture.

    Raises:
        ValueError: it does not say what it must; the message names the field.
    """
    try:
        return msgspec.yaml.decode((folder / "production.yaml").read_bytes(), type=ShopFloor)
    except msgspec.DecodeError as error:
        raise ValueError(f"production.yaml: {error}") from error


async def add_shop_floor(connection: AsyncConnection, site_id: UUID, plan: ShopFloor) -> int:
    """Writes the shop floor of a site, whose people are there already; returns how many work centres it has."""
    ways = {line.code: (f"{line.code}-IN", f"{line.code}-OUT") for line in plan.lines}
    masters = [
        PlaceMaster(kind="line", code=code, check_digits=place_check_digits(code), zone=line)
        for line, codes in ways.items()
        for code in codes
    ]
    places = await upsert_places(connection, site_id, masters)
    centres = [
        WorkCentreMaster(
            code=one.code,
            name=one.name,
            line=one.line,
            line_place=places[ways[one.line][0]],
            out_place=places[ways[one.line][1]],
        )
        for one in plan.work_centres
    ]
    await upsert_work_centres(connection, site_id, centres)
    await upsert_shifts(connection, site_id, [(one.code, one.starts, one.ends) for one in plan.shifts])
    reasons = [
        ReasonMaster(kind=kind, code=one.code, names={"en": one.en, "nl": one.nl, "zh": one.zh})
        for kind, ones in plan.reasons.items()
        for one in ones
    ]
    await upsert_reasons(connection, site_id, reasons)
    found = await connection.execute(
        select(Person.badge, Person.id).where(Person.site_id == site_id, Person.badge.in_(plan.skills))
    )
    for badge, person in found:
        await grant_skills(connection, person, plan.skills[badge])
    return len(centres)
