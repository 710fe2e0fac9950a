"""What a device reads: the queue, a lot whole, reports, severities."""

from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Person
from backend.floor.catalog import Item, Partner, Place
from backend.floor.qms import risk, schemas
from backend.floor.qms.explaining import explained
from backend.floor.qms.readings import Frozen, frozen, tally_of
from backend.floor.qms.switching import Standing
from backend.floor.qms.tables import (
    Gauge,
    InspectionDecision,
    InspectionLot,
    InspectionPlan,
    InspectionReading,
    Ncr,
    SeverityNow,
)
from backend.floor.stock import Lot, Serial
from backend.kernel import clock
from backend.kernel.problems import NotFound

RANK = {"discontinued": 3, "tightened": 2, "normal": 1, "reduced": 0}


def _lots() -> Select[Any]:
    columns = InspectionLot.__table__.columns
    return (
        select(
            *columns,
            Item.sku,
            Item.name,
            Item.whole,
            Lot.code.label("lot_code"),
            Place.code.label("place"),
            Partner.name.label("supplier_name"),
        )
        .join(Item, Item.id == InspectionLot.item_id)
        .join(Place, Place.id == InspectionLot.place_id)
        .join(Lot, Lot.id == InspectionLot.lot_id, isouter=True)
        .join(Partner, Partner.number == InspectionLot.supplier, isouter=True)
    )


def _facts(row: Any, plan: Frozen) -> schemas.InspectionFacts:
    return schemas.InspectionFacts(
        id=row.id,
        number=row.number,
        source=row.source,
        state=row.state,
        verdict=row.verdict,
        sku=row.sku,
        name=row.name,
        lot=row.lot_code,
        quantity=row.quantity,
        unit=row.unit,
        place=row.place,
        supplier=row.supplier,
        supplier_name=row.supplier_name or "",
        purchase_order=row.purchase_order,
        work_order=row.work_order,
        severity=max((one.severity for one in plan.classes), key=RANK.__getitem__),
        samples=max(one.n for one in plan.classes),
        opened_at=row.opened_at,
        due_at=row.due_at,
    )


async def queue(connection: AsyncConnection, site: UUID) -> list[schemas.InspectionFacts]:
    """What waits for inspection, the most urgent first; then what was decided last."""
    waiting = InspectionLot.state.in_(("pending", "in_progress", "ready"))
    here = InspectionLot.site_id == site
    open_ = await connection.execute(
        _lots().where(here, waiting).order_by(InspectionLot.due_at, InspectionLot.number).limit(100)
    )
    over = await connection.execute(
        _lots().where(here, ~waiting).order_by(InspectionLot.number.desc()).limit(10)
    )
    return [_facts(row, frozen(row.snapshot)) for row in [*open_.all(), *over.all()]]


@lru_cache(maxsize=512)
def _curve(lot: int, n: int, ac: int) -> tuple[tuple[int, float], ...]:
    return tuple((point.bad, point.accepted) for point in risk.curve(lot, n, ac))


async def lot_document(connection: AsyncConnection, site: UUID, lot: UUID) -> schemas.LotDocument:
    """A lot, whole: enough to inspect it without the network.

    Raises:
        NotFound: no such lot at this site.
    """
    row = (
        await connection.execute(_lots().where(InspectionLot.id == lot, InspectionLot.site_id == site))
    ).first()
    if row is None:
        raise NotFound("No such inspection lot.")
    plan = frozen(row.snapshot)
    told = await tally_of(connection, row, plan)
    drawing = await connection.execute(select(InspectionPlan.drawing).where(InspectionPlan.id == row.plan_id))
    size = max(int(row.quantity.to_integral_value("ROUND_CEILING")), 1)
    return schemas.LotDocument(
        facts=_facts(row, plan),
        item=row.item_id,
        whole=row.whole,
        plan=row.snapshot["code"],
        version=row.snapshot["version"],
        standard=row.snapshot["standard"],
        edition=row.snapshot["edition"],
        drawing=drawing.scalar_one(),
        characteristics=plan.characteristics,
        classes=[
            schemas.ClassFacts(
                **msgspec.structs.asdict(one), curve=list(_curve(size, min(one.n, size), one.ac))
            )
            for one in plan.classes
        ],
        tallies=list(told.classes),
        gauges=await _gauges(connection, site, {one.gauge_type for one in plan.characteristics}),
        readings=await _readings(connection, lot),
        serials=await _serials(connection, row.serials),
        decision=await _decision(connection, lot),
    )


async def _gauges(
    connection: AsyncConnection, site: UUID, types: set[str | None]
) -> list[schemas.GaugeFacts]:
    today = clock.now().date()
    rows = await connection.execute(
        select(Gauge)
        .where(Gauge.site_id == site, Gauge.type.in_([one for one in types if one]))
        .order_by(Gauge.type, Gauge.code)
    )
    return [
        schemas.GaugeFacts(
            id=row.id,
            code=row.code,
            type=row.type,
            name=row.name,
            due_on=row.due_on,
            usable=not row.out and row.due_on >= today,
        )
        for row in rows.all()
    ]


async def _readings(connection: AsyncConnection, lot: UUID) -> list[schemas.ReadingFacts]:
    one = InspectionReading
    rows = await connection.execute(
        select(
            one.id,
            one.characteristic,
            one.sample,
            one.value,
            one.conforms,
            one.gauge_id.label("gauge"),
            one.photo_id.label("photo"),
            one.supersedes_id.label("supersedes"),
            one.reason,
            one.late,
            Person.name.label("person_name"),
            one.captured_at,
        )
        .join(Person, Person.id == one.person_id)
        .where(one.inspection_id == lot)
        .order_by(one.booked_at, one.id)
    )
    return [schemas.ReadingFacts(**row) for row in rows.mappings()]


async def _serials(connection: AsyncConnection, serials: list[str]) -> list[schemas.SerialFacts]:
    if not serials:
        return []
    rows = await connection.execute(
        select(Serial.id, Serial.code).where(Serial.id.in_(serials)).order_by(Serial.code)
    )
    return [schemas.SerialFacts(id=row.id, code=row.code) for row in rows.all()]


async def _decision(connection: AsyncConnection, lot: UUID) -> schemas.DecisionFacts | None:
    found = await connection.execute(
        select(InspectionDecision, Person.name.label("person_name"), Ncr.number.label("ncr"))
        .join(Person, Person.id == InspectionDecision.person_id)
        .join(Ncr, Ncr.inspection_id == InspectionDecision.id, isouter=True)
        .where(InspectionDecision.id == lot)
    )
    row = found.first()
    if row is None:
        return None
    return schemas.DecisionFacts(
        verdict=row.verdict,
        allocated=row.allocated,
        note=row.note,
        person_name=row.person_name,
        decided_at=row.decided_at,
        ncr=row.ncr,
    )


async def severities(connection: AsyncConnection, site: UUID) -> list[schemas.SeverityFacts]:
    """How severely each supplier's items are inspected, the severest first."""
    rows = await connection.execute(
        select(SeverityNow, Item.sku)
        .join(Item, Item.id == SeverityNow.item_id)
        .where(SeverityNow.site_id == site)
        .order_by(Item.sku, SeverityNow.of_class)
    )
    told = []
    for row in rows.all():
        standing = msgspec.convert(row.standing, Standing)
        told.append(
            schemas.SeverityFacts(
                supplier=row.supplier,
                item=row.item_id,
                sku=row.sku,
                of_class=row.of_class,
                severity=row.severity,
                score=standing.score,
                steady=row.steady,
                authorised=row.authorised,
                explained=explained(standing),
            )
        )
    return sorted(told, key=lambda one: -RANK[one.severity])
