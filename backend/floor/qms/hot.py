"""Take a reading: hot, because an inspector types hundreds in a row; the plain case is one statement in one round trip.

The verdict is derived by the same pure rules as everywhere. This process keeps a picture of the lots that are being read (their
frozen plan never changes); a reading is judged by it and booked only if the lot is still at the picture's version, which
every reading moves on under the lot's row. If it is not, or there is no picture, one look brings it up to date.

Plain is: the first reading of its cell, sensible, with a gauge that is fit, judged by the device as here, before the decision. All
else books nothing here and goes the careful way, `take_reading`; a test compares what both leave behind.
"""

from collections import OrderedDict
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import (
    CTE,
    Boolean,
    Date,
    DateTime,
    Integer,
    Numeric,
    Select,
    Text,
    Uuid,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from backend.floor.qms.readings import Frozen, feature_of, frozen, is_sensible, take_reading
from backend.floor.qms.rules import OVER, Reading, Tally, advanced, conforms, tally
from backend.floor.qms.schemas import ReadingBooked, TakeReading
from backend.floor.qms.tables import Gauge, InspectionLot, InspectionReading
from backend.kernel.commands import Command, Outcome, once
from backend.kernel.db import Database
from backend.kernel.onetrip import OneTrip
from backend.kernel.tables import CommandLog

KEPT = 64


class Picture(msgspec.Struct, frozen=True):
    """A lot as this process last saw it."""

    version: int
    state: str
    plan: Frozen
    readings: tuple[Reading, ...]


def _look() -> Select[Any]:
    readings = (
        select(
            func.jsonb_agg(
                func.jsonb_build_object(
                    "id", InspectionReading.id, "characteristic", InspectionReading.characteristic,
                    "sample", InspectionReading.sample, "value", func.trim_scale(InspectionReading.value),
                    "supersedes", InspectionReading.supersedes_id,
                )
            )
        )
        .where(InspectionReading.inspection_id == InspectionLot.id, InspectionReading.late.is_(False))
        .scalar_subquery()
    )  # fmt: skip
    columns: tuple[Any, ...] = (InspectionLot.version, InspectionLot.state, InspectionLot.snapshot)
    return select(*columns, func.coalesce(readings, func.jsonb_build_array()).label("readings")).where(
        InspectionLot.id == bindparam("p_lot", type_=Uuid()),
        InspectionLot.site_id == bindparam("p_site_id", type_=Uuid()),
    )


_KEY: Final = bindparam("p_id", type_=Uuid())
_SITE: Final = bindparam("p_site_id", type_=Uuid())
_GAUGE: Final = bindparam("p_gauge", type_=Uuid())
_AT: Final = bindparam("p_captured_at", type_=DateTime(timezone=True))
_PERSON: Final = bindparam("p_person_id", type_=Uuid())
_DEVICE: Final = bindparam("p_device_id", type_=Uuid())


def _book() -> Select[Any]:
    """A row when the reading was booked, none when the picture is old or the gauge unfit."""
    lot = _lot_now()
    return select(lot.c.id).add_cte(_read(lot), _logged(lot))


def _lot_now() -> CTE:
    kind = bindparam("p_gauge_type", type_=Text())
    fit = exists().where(
        Gauge.id == _GAUGE,
        Gauge.site_id == _SITE,
        Gauge.type == kind,
        ~Gauge.out,
        Gauge.due_on >= bindparam("p_on", type_=Date()),
    )
    return (
        update(InspectionLot)
        .where(
            InspectionLot.id == bindparam("p_lot", type_=Uuid()),
            InspectionLot.site_id == _SITE,
            InspectionLot.version == bindparam("p_version", type_=Integer()),
            InspectionLot.state == bindparam("p_before", type_=Text()),
            or_(kind.is_(None), fit),
            ~exists().where(CommandLog.id == _KEY),
        )
        .values(
            version=InspectionLot.version + 1,
            state=bindparam("p_state", type_=Text()),
            verdict=bindparam("p_verdict", type_=Text()),
        )
        .returning(InspectionLot.id)
        .cte("lot_now")
    )


def _read(lot: CTE) -> CTE:
    columns = [
        "id", "inspection_id", "characteristic", "sample", "value", "conforms", "gauge_id", "photo_id", "person_id",
        "device_id", "captured_at",
    ]  # fmt: skip
    row = select(
        _KEY, lot.c.id, bindparam("p_characteristic", type_=Integer()), bindparam("p_sample", type_=Integer()),
        bindparam("p_value", type_=Numeric(18, 4)), bindparam("p_conforms", type_=Boolean()), _GAUGE,
        bindparam("p_photo", type_=Uuid()), _PERSON, _DEVICE, _AT,
    )  # fmt: skip
    return insert(InspectionReading).from_select(columns, row).returning(InspectionReading.id).cte("read")


def _logged(lot: CTE) -> CTE:
    columns = ["id", "site_id", "type", "digest", "person_id", "device_id", "captured_at", "answer"]
    row = select(
        _KEY, _SITE, literal("quality.read"), bindparam("p_digest", type_=Text()), _PERSON, _DEVICE, _AT,
        bindparam("p_answer", type_=JSONB()),
    ).select_from(lot)  # fmt: skip
    return insert(CommandLog).from_select(columns, row).returning(CommandLog.id).cte("logged")


LOOK, BOOK = OneTrip(_look()), OneTrip(_book())
_pictures: OrderedDict[UUID, Picture] = OrderedDict()


async def read(db: Database, command: Command[TakeReading]) -> Outcome:
    """Takes a reading: the plain case in one statement, all others with words by `take_reading`."""
    known = _pictures.get(command.payload.lot)
    outcome = None if known is None else await _booked(db, command, known)
    if outcome is None:
        fresh = await _seen(db, command)
        stale = fresh is not None and (known is None or fresh.version != known.version)
        outcome = await _booked(db, command, fresh) if stale and fresh is not None else None
    return outcome or await once(db, command, take_reading)


async def _seen(db: Database, command: Command[TakeReading]) -> Picture | None:
    row = await db.driver.first(LOOK, {"p_lot": command.payload.lot, "p_site_id": command.who.site_id})
    if row is None:
        return None
    readings = msgspec.convert(row["readings"], tuple[Reading, ...], strict=False)
    return Picture(row["version"], row["state"], frozen(row["snapshot"]), readings)


def _keep(lot: UUID, picture: Picture) -> None:
    _pictures[lot] = picture
    _pictures.move_to_end(lot)
    while len(_pictures) > KEPT:
        _pictures.popitem(last=False)


async def _booked(db: Database, command: Command[TakeReading], picture: Picture) -> Outcome | None:
    """The outcome, or None when the case is not plain or the picture is old."""
    facts = command.payload
    mine = Reading(id=command.id, characteristic=facts.characteristic, sample=facts.sample, value=facts.value)
    now = Picture(picture.version + 1, picture.state, picture.plan, (*picture.readings, mine))
    told = _plain(facts, picture, now)
    if told is None:
        return None
    now = msgspec.structs.replace(now, state=advanced(picture.state, told.verdict))
    values = _values(command, picture, now, told)
    if await db.driver.book(BOOK, values) is None:
        return None
    _keep(facts.lot, now)
    return Outcome("done", answer=values["p_answer"])


def _plain(facts: TakeReading, picture: Picture, now: Picture) -> Tally | None:
    """What the lot adds up to with this reading; None when the case is not plain."""
    feature = feature_of(picture.plan, facts)
    if (
        picture.state in OVER
        or facts.supersedes is not None
        or feature is None
        or not is_sensible(feature, facts)
        or facts.judged not in {None, conforms(feature, facts.value)}
        or any(
            (one.characteristic, one.sample) == (facts.characteristic, facts.sample)
            for one in picture.readings
        )
    ):
        return None
    return tally(picture.plan.characteristics, picture.plan.classes, now.readings)


def _values(command: Command[TakeReading], picture: Picture, now: Picture, told: Tally) -> dict[str, Any]:
    facts, who = command.payload, command.who
    feature = feature_of(picture.plan, facts)
    assert feature is not None
    judged = conforms(feature, facts.value)
    answer = ReadingBooked(
        reading=command.id,
        conforms=judged,
        late=False,
        state=now.state,
        verdict=told.verdict,
        classes=list(told.classes),
    )
    return {
        "p_id": command.id,
        "p_site_id": who.site_id,
        "p_person_id": who.person_id,
        "p_device_id": who.device_id,
        "p_captured_at": command.captured_at,
        "p_on": command.captured_at.date(),
        "p_digest": command.digest,
        "p_lot": facts.lot,
        "p_version": picture.version,
        "p_before": picture.state,
        "p_state": now.state,
        "p_verdict": told.verdict,
        "p_characteristic": facts.characteristic,
        "p_sample": facts.sample,
        "p_value": facts.value,
        "p_conforms": judged,
        "p_gauge": facts.gauge,
        "p_gauge_type": feature.gauge_type,
        "p_photo": facts.photo,
        "p_answer": msgspec.to_builtins(answer, str_keys=True),
    }
