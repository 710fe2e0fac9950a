"""Reading: one value of one feature of one sample, judged by the server and kept for ever."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.qms import problems
from backend.floor.qms.rules import (
    DECIDED,
    Characteristic,
    ClassPlan,
    Reading,
    Tally,
    advanced,
    conforms,
    plausible,
    tally,
)
from backend.floor.qms.schemas import ReadingBooked, TakeReading
from backend.floor.qms.tables import Gauge, InspectionLot, InspectionReading
from backend.floor.work import Found, raise_exception
from backend.kernel.commands import Command
from backend.kernel.problems import BadRequest, NotFound, Problem
from backend.kernel.quantity import plain


class Frozen(msgspec.Struct, frozen=True):
    """A lot's frozen plan."""

    classes: list[ClassPlan]
    characteristics: list[Characteristic]


async def locked_lot(connection: AsyncConnection, site: UUID, lot: UUID) -> Any:
    """The lot's row, held until the transaction ends.

    Raises:
        NotFound: there is none at this site.
    """
    found = await connection.execute(
        select(InspectionLot)
        .where(InspectionLot.id == lot, InspectionLot.site_id == site)
        .with_for_update(key_share=True)
    )
    row = found.first()
    if row is None:
        raise NotFound("No such inspection lot.")
    return row


def frozen(snapshot: Any) -> Frozen:
    """The plan as it was when the lot was opened."""
    return msgspec.convert(snapshot, Frozen, strict=False)


async def tally_of(connection: AsyncConnection, lot: Any, plan: Frozen) -> Tally:
    """What the lot's readings add up to; late ones do not count."""
    rows = await connection.execute(
        select(
            InspectionReading.id,
            InspectionReading.characteristic,
            InspectionReading.sample,
            InspectionReading.value,
            InspectionReading.supersedes_id,
        ).where(InspectionReading.inspection_id == lot.id, InspectionReading.late.is_(False))
    )
    return tally(
        plan.characteristics,
        plan.classes,
        [
            Reading(
                id=row.id,
                characteristic=row.characteristic,
                sample=row.sample,
                value=row.value,
                supersedes=row.supersedes_id,
            )
            for row in rows.all()
        ],
    )


async def take_reading(connection: AsyncConnection, command: Command[TakeReading]) -> ReadingBooked:
    """Books one reading and derives the lot's verdict anew. After the decision it is kept as late and changes nothing.

    Raises:
        NoSuchFeature: not in this lot's plan.
        Implausible, NotAReading: the value cannot be, or was not entered twice.
        GaugeMissing, GaugeUnfit, GaugeOverdue: the gauge; what was read stays in the exception's facts.
        LotOver: the receipt was taken back.
    """
    facts = command.payload
    lot = await locked_lot(connection, command.who.site_id, facts.lot)
    if lot.state == "withdrawn":
        raise problems.LotOver("The receipt of this lot was taken back.", state=lot.state)
    plan = frozen(lot.snapshot)
    feature = _feature(plan, facts)
    _sensible(feature, facts)
    await _gauge(connection, command, lot, feature)
    await _corrected(connection, facts)
    late = lot.state in DECIDED
    judged = conforms(feature, facts.value)
    await _write(connection, command, conforms=judged, late=late)
    told = await tally_of(connection, lot, plan)
    state = lot.state
    if not late:
        state = await _advance(connection, lot, told)
    await _differences(connection, command, lot, told, late=late, judged=judged)
    return ReadingBooked(
        reading=command.id,
        conforms=judged,
        late=late,
        state=state,
        verdict=told.verdict,
        classes=list(told.classes),
    )


async def _write(
    connection: AsyncConnection, command: Command[TakeReading], *, conforms: bool, late: bool
) -> None:
    facts = command.payload
    await connection.execute(
        insert(InspectionReading).values(
            id=command.id,
            inspection_id=facts.lot,
            characteristic=facts.characteristic,
            sample=facts.sample,
            value=facts.value,
            conforms=conforms,
            gauge_id=facts.gauge,
            photo_id=facts.photo,
            supersedes_id=facts.supersedes,
            reason=facts.reason or None if facts.supersedes else None,
            late=late,
            person_id=command.who.person_id,
            device_id=command.who.device_id,
            captured_at=command.captured_at,
        )
    )


async def _advance(connection: AsyncConnection, lot: Any, told: Tally) -> str:
    state = advanced(lot.state, told.verdict)
    await connection.execute(
        update(InspectionLot)
        .where(InspectionLot.id == lot.id)
        .values(state=state, verdict=told.verdict, version=InspectionLot.version + 1)
    )
    return state


def feature_of(plan: Frozen, facts: TakeReading) -> Characteristic | None:
    """The feature a reading is of; None where the plan has it not, or not in that many samples."""
    feature = next((one for one in plan.characteristics if one.number == facts.characteristic), None)
    return feature if feature is not None and facts.sample <= _samples(plan, feature) else None


def _samples(plan: Frozen, feature: Characteristic) -> int:
    return next((one.n for one in plan.classes if one.of_class == feature.of_class), 0)


def _feature(plan: Frozen, facts: TakeReading) -> Characteristic:
    feature = feature_of(plan, facts)
    if feature is None:
        here = next((one for one in plan.characteristics if one.number == facts.characteristic), None)
        samples = 0 if here is None else _samples(plan, here)
        raise problems.NoSuchFeature(
            f"Feature {facts.characteristic}, sample {facts.sample}: this lot has {samples} samples of it.",
            feature=facts.characteristic,
            sample=facts.sample,
            samples=samples,
        )
    return feature


def is_sensible(feature: Characteristic, facts: TakeReading) -> bool:
    """Whether a value can be as it is, before anybody asks a second time."""
    fine = feature.kind != "variable" or facts.value == round(facts.value, feature.decimals)
    return fine and plausible(feature, facts.value)


def _sensible(feature: Characteristic, facts: TakeReading) -> None:
    if feature.kind == "variable" and facts.value != round(facts.value, feature.decimals):
        raise problems.NotAReading(
            f"{plain(facts.value)} is finer than {feature.decimals} decimals.", decimals=feature.decimals
        )
    if feature.kind != "variable" and not plausible(feature, facts.value):
        raise problems.NotAReading(f"{plain(facts.value)} is no answer to feature {feature.number}.")
    if not plausible(feature, facts.value) and facts.again != facts.value:
        raise problems.Implausible(
            f"{plain(facts.value)} {feature.unit} for feature {feature.number}: enter it a second time if it is so.",
            value=plain(facts.value),
            low=None if feature.low is None else plain(feature.low),
            high=None if feature.high is None else plain(feature.high),
        )
    if facts.supersedes is not None and not facts.reason.strip():
        raise BadRequest("A correction says why.")


async def _gauge(
    connection: AsyncConnection, command: Command[TakeReading], lot: Any, feature: Characteristic
) -> None:
    """Checks the gauge as it was on the day the value was read."""
    facts = command.payload
    if feature.gauge_type is None:
        return
    if facts.gauge is None:
        raise problems.GaugeMissing(f"Feature {feature.number} needs a {feature.gauge_type}.")
    row = (
        await connection.execute(
            select(Gauge).where(Gauge.id == facts.gauge, Gauge.site_id == command.who.site_id)
        )
    ).first()
    if row is None or row.type != feature.gauge_type or row.out:
        raise problems.GaugeUnfit(
            f"Feature {feature.number} is read with a {feature.gauge_type}.", type=feature.gauge_type
        )
    if row.due_on < command.captured_at.date():
        overdue = problems.GaugeOverdue(
            f"{row.code} was due on {row.due_on}.", gauge=row.code, due=row.due_on.isoformat()
        )
        raise _kept(overdue, command, lot)


def _kept(problem: Problem, command: Command[TakeReading], lot: Any) -> Problem:
    """The refusal, with what was read beside it: a physical fact is never thrown away."""

    async def record(connection: AsyncConnection) -> None:
        await raise_exception(
            connection,
            lot.site_id,
            _found("reading_refused", command, lot, why=problem.type),
            command=command,
        )

    return problem.recording(record)


async def _corrected(connection: AsyncConnection, facts: TakeReading) -> None:
    if facts.supersedes is None:
        return
    found = await connection.execute(
        select(InspectionReading.id).where(
            InspectionReading.id == facts.supersedes,
            InspectionReading.inspection_id == facts.lot,
            InspectionReading.characteristic == facts.characteristic,
            InspectionReading.sample == facts.sample,
        )
    )
    if found.first() is None:
        raise problems.NoSuchFeature("The reading to correct is not one of this feature and sample.")


async def _differences(
    connection: AsyncConnection,
    command: Command[TakeReading],
    lot: Any,
    told: Tally,
    *,
    late: bool,
    judged: bool,
) -> None:
    """Raises what a person must see: a late reading, a device that judged otherwise, a sample that two people read differently."""
    facts = command.payload
    kinds = []
    if late:
        kinds.append("reading_after_decision")
    if facts.judged is not None and facts.judged != judged:
        kinds.append("judgement_differs")
    cell = told.cells.get((facts.characteristic, facts.sample))
    if not late and cell is not None and cell.disputed:
        kinds.append("readings_disagree")
    for kind in kinds:
        found = _found(kind, command, lot, conforms=judged)
        await raise_exception(connection, lot.site_id, found, command=command)


def _found(kind: str, command: Command[TakeReading], lot: Any, **more: Any) -> Found:
    facts = command.payload
    return Found(
        kind=kind,
        severity="normal",
        item=lot.item_id,
        lot=lot.lot_id,
        place=lot.place_id,
        document=lot.id,
        details={
            "inspection": lot.number,
            "feature": facts.characteristic,
            "sample": facts.sample,
            "value": plain(facts.value),
            **more,
        },
    )
