"""Nonconformity reports as screens see them, with what is to be done of them and every step that was taken."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.access.tables import Person
from backend.floor.catalog import Item, Partner, Place, Site, address_lines
from backend.floor.qms.readings import frozen
from backend.floor.qms.report_schemas import (
    Answers,
    DefectFacts,
    DispositionFacts,
    LyingFacts,
    NcrDocument,
    StepFacts,
)
from backend.floor.qms.rules import DEFECT, Characteristic, ncr_steps
from backend.floor.qms.tables import (
    InspectionDecision,
    InspectionLot,
    InspectionReading,
    Ncr,
    NcrDisposition,
    NcrStep,
)
from backend.floor.stock import HandlingUnit, Lot, Quant
from backend.kernel.commands import Who
from backend.kernel.problems import NotFound

SHOWN = 50
_ADDRESS = (Partner.street, Partner.postal_code, Partner.city, Partner.country)
VALUES = 8  # of what was read of a feature that did not conform
Bad = defaultdict[UUID, defaultdict[int, list[Any]]]


async def reports(connection: AsyncConnection, who: Who) -> list[NcrDocument]:
    """Reports that are not closed, and the last that are."""
    newest = _heads(who.site_id).order_by(Ncr.state == "closed", Ncr.number.desc()).limit(SHOWN)
    return await _whole(connection, who, (await connection.execute(newest)).all())


async def report_document(connection: AsyncConnection, who: Who, ncr: UUID) -> NcrDocument:
    """A report, whole.

    Raises:
        NotFound: no such report at this site.
    """
    found = (await connection.execute(_heads(who.site_id).where(Ncr.id == ncr))).all()
    if not found:
        raise NotFound("No such report.")
    return (await _whole(connection, who, found))[0]


def _heads(site: UUID) -> Any:
    return (
        select(
            Ncr.id,
            Ncr.number,
            Ncr.state,
            Ncr.inspection_id.label("inspection"),
            InspectionLot.number.label("inspection_number"),
            Item.sku,
            Item.name,
            Lot.code.label("lot"),
            Ncr.supplier,
            func.coalesce(Partner.name, "").label("supplier_name"),
            func.coalesce(Partner.language, "").label("language"),
            *(func.coalesce(column, "").label(column.key) for column in _ADDRESS),
            Site.name.label("site_name"),
            InspectionLot.purchase_order,
            InspectionLot.work_order,
            InspectionLot.quantity.label("lot_quantity"),
            Ncr.quantity,
            Item.unit,
            InspectionLot.snapshot,
            InspectionDecision.note,
            Person.name.label("person_name"),
            Ncr.claimed,
            Ncr.opened_at,
        )
        .join(Item, Item.id == Ncr.item_id)
        .join(InspectionLot, InspectionLot.id == Ncr.inspection_id)
        .join(InspectionDecision, InspectionDecision.id == Ncr.inspection_id)
        .join(Person, Person.id == InspectionDecision.person_id)
        .join(Partner, Partner.number == Ncr.supplier, isouter=True)
        .join(Lot, Lot.id == Ncr.lot_id, isouter=True)
        .join(Site, Site.id == Ncr.site_id)
        .where(Ncr.site_id == site)
    )


async def _whole(connection: AsyncConnection, who: Who, heads: Sequence[Any]) -> list[NcrDocument]:
    """The reports of these rows: however many they are, their parts are three more statements."""
    ids = [row.id for row in heads]
    parts, (steps, proposers) = await _parts(connection, ids), await _steps(connection, ids)
    bad = await _bad(connection, [row.inspection for row in heads])
    lying = await _lying(connection, [row.id for row in heads if row.state == "executing"])
    found = []
    for row in heads:
        facts = dict(row._mapping)  # noqa: SLF001
        snapshot = facts.pop("snapshot")
        address = [facts.pop(column.key) for column in _ADDRESS]
        features = {one.number: one for one in frozen(snapshot).characteristics}
        proposed_it = proposers.get(row.id) == who.person_id
        possible, awaited = ncr_steps(row.state, roles=who.roles, proposed_it=proposed_it)
        found.append(
            NcrDocument(
                **facts,
                plan=f"{snapshot['code']} v{snapshot['version']}",
                defects=[
                    _defect(features[number], readings) for number, readings in bad[row.inspection].items()
                ],
                supplier_address=address_lines(*address),
                dispositions=parts[row.id],
                lying=lying[row.id],
                steps=steps[row.id],
                next=possible,
                awaits_approval=awaited,
            )
        )
    return found


def _defect(feature: Characteristic, readings: Sequence[Any]) -> DefectFacts:
    photos = [one.photo_id for one in readings if one.photo_id is not None]
    return DefectFacts(
        number=feature.number,
        code=DEFECT[feature.kind],
        name=feature.name,
        unit=feature.unit,
        lsl=feature.lsl,
        usl=feature.usl,
        values=[one.value for one in readings[:VALUES]],
        photos=photos[:VALUES],
        bad=len(readings),
    )


async def _bad(connection: AsyncConnection, inspections: Sequence[UUID]) -> Bad:
    """The readings that did not conform when their lot was decided, by lot and feature."""
    reading, later = InspectionReading, aliased(InspectionReading)
    corrected = exists().where(
        later.inspection_id == reading.inspection_id, later.supersedes_id == reading.id, later.late.is_(False)
    )
    rows = await connection.execute(
        select(reading.inspection_id, reading.characteristic, reading.value, reading.photo_id)
        .where(
            reading.inspection_id.in_(inspections),
            reading.late.is_(False),
            reading.conforms.is_(False),
            ~corrected,
        )
        .order_by(reading.characteristic, reading.sample, reading.id)
    )
    found: Bad = defaultdict(lambda: defaultdict(list))
    for row in rows.all():
        found[row.inspection_id][row.characteristic].append(row)
    return found


async def _parts(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[DispositionFacts]]:
    rows = await connection.execute(
        select(NcrDisposition.ncr_id, NcrDisposition.kind, NcrDisposition.quantity, NcrDisposition.done_at)
        .where(NcrDisposition.ncr_id.in_(ids))
        .order_by(NcrDisposition.kind)
    )
    found: dict[UUID, list[DispositionFacts]] = defaultdict(list)
    for row in rows.all():
        found[row.ncr_id].append(DispositionFacts(kind=row.kind, quantity=row.quantity, done_at=row.done_at))
    return found


async def _lying(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[LyingFacts]]:
    """Where the goods lie that these reports are to send back or have made good."""
    found: dict[UUID, list[LyingFacts]] = defaultdict(list)
    if not ids:
        return found
    rows = await connection.execute(
        select(
            Ncr.id, Place.code, HandlingUnit.code.label("unit"), func.sum(Quant.quantity).label("quantity")
        )
        .join(
            Quant,
            (Quant.item_id == Ncr.item_id)
            & (Quant.site_id == Ncr.site_id)
            & Quant.lot_id.is_not_distinct_from(Ncr.lot_id),
        )
        .join(Place, Place.id == Quant.place_id)
        .outerjoin(HandlingUnit, HandlingUnit.id == Quant.handling_unit_id)
        .where(Ncr.id.in_(ids), Quant.status == "blocked", Quant.quantity > 0)
        .group_by(Ncr.id, Place.code, HandlingUnit.code)
        .order_by(Place.code, HandlingUnit.code)
    )
    for row in rows:
        found[row.id].append(LyingFacts(place=row.code, unit=row.unit, quantity=row.quantity))
    return found


async def _steps(
    connection: AsyncConnection, ids: Sequence[UUID]
) -> tuple[dict[UUID, list[StepFacts]], dict[UUID, UUID]]:
    """The steps of each report as they were taken, and who proposed last what becomes of its goods."""
    rows = await connection.execute(
        select(
            NcrStep.ncr_id, NcrStep.event, NcrStep.to_state, NcrStep.note, NcrStep.answers, Person.name.label("person_name"), NcrStep.at,
            NcrStep.person_id,
        )
        .join(Person, Person.id == NcrStep.person_id)
        .where(NcrStep.ncr_id.in_(ids))
        .order_by(NcrStep.at)
    )  # fmt: skip
    found: dict[UUID, list[StepFacts]] = defaultdict(list)
    proposers: dict[UUID, UUID] = {}
    for row in rows.mappings():
        facts = dict(row)
        ncr, person = facts.pop("ncr_id"), facts.pop("person_id")
        found[ncr].append(StepFacts(**facts | {"answers": msgspec.convert(facts["answers"], Answers)}))
        if row["event"] == "propose":
            proposers[ncr] = person
    return found, proposers
