"""Deciding a lot: every unit gets its place, and the stock, the report, the claim and the switching follow in one transaction."""

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.quality import Decisions, InspectionDecided
from backend.floor.catalog import Item, Partner, Place
from backend.floor.qms import aql, claims, problems, severity
from backend.floor.qms.holding import held, moves_for
from backend.floor.qms.opening import open_again
from backend.floor.qms.readings import Frozen, frozen, locked_lot, tally_of
from backend.floor.qms.reports import open_report
from backend.floor.qms.rules import DECIDED, OVER, SENIOR, Tally, decision_event, lot_state
from backend.floor.qms.schemas import DecideLot, LotDecided
from backend.floor.qms.switching import Outcome
from backend.floor.qms.tables import InspectionDecision, InspectionLot
from backend.floor.stock import Lot, post
from backend.floor.work import Found, raise_exception
from backend.kernel import outbox
from backend.kernel.commands import Command
from backend.kernel.problems import NotAllowed, Problem
from backend.kernel.quantity import plain

ZERO: Final = Decimal(0)


async def decide(connection: AsyncConnection, command: Command[DecideLot]) -> LotDecided:
    """Decides a lot as its readings say, once.

    Raises:
        LotOver: somebody decided it before; the facts say what it became.
        NotReady: the readings leave it open.
        VerdictDiffers: the device derived another verdict than the server; a supervisor sees it.
        SumDiffers, NotReleasable, NoSupplier, NotAllowed: where the units are to go.
        StockShort: not that much is on hold.
    """
    facts = command.payload
    lot = await locked_lot(connection, command.who.site_id, facts.lot)
    if lot.state in OVER:
        raise problems.LotOver(f"Lot {lot.number} is {lot.state}.", state=lot.state, number=lot.number)
    plan = frozen(lot.snapshot)
    told = await tally_of(connection, lot, plan)
    _decidable(command, lot, told)
    allocated = {kind: quantity for kind, quantity in facts.allocated.items() if quantity > 0}
    goods = await _goods(connection, lot)
    _sound(command, lot, goods, told, allocated)
    stock = await held(connection, lot, status="quality", quantity=lot.quantity)
    serials = {str(serial): kind for serial, kind in facts.serials.items()}
    await post(connection, command, moves_for(lot, stock, allocated, serials=serials, scrap=goods.scrap))
    state = lot_state(lot.state, decision_event(lot.quantity, allocated))
    assert state in DECIDED
    await _write(connection, command, lot, state, told)
    severities = await _count(connection, lot, plan, told)
    again = await _sort(connection, command, lot, allocated)
    report = await open_report(
        connection, command, lot, allocated, reason=claims.in_words(plan, told, "en", facts.note)
    )
    await _tell(connection, command, lot, goods, allocated, told)
    if report and report.claimed:
        await claims.tell(connection, command, lot, goods, plan, told, report)
    return LotDecided(
        lot=lot.id,
        state=state,
        verdict=told.verdict,
        ncr=report.number if report else None,
        again=again,
        severities=severities,
    )


def _decidable(command: Command[DecideLot], lot: Any, told: Tally) -> None:
    if told.verdict == "open":
        raise problems.NotReady(f"Lot {lot.number}: readings are missing.", number=lot.number)
    if told.verdict != command.payload.verdict:
        differs = problems.VerdictDiffers(
            f"Lot {lot.number}: this device says {command.payload.verdict}, the readings here say {told.verdict}.",
            device=command.payload.verdict,
            server=told.verdict,
            number=lot.number,
        )
        raise _seen(differs, command, lot)


def _seen(problem: Problem, command: Command[DecideLot], lot: Any) -> Problem:
    async def record(connection: AsyncConnection) -> None:
        found = Found(
            kind="verdict_differs",
            severity="high",
            item=lot.item_id,
            lot=lot.lot_id,
            place=lot.place_id,
            document=lot.id,
            details={"inspection": lot.number, **problem.facts},
        )
        await raise_exception(connection, lot.site_id, found, command=command)

    return problem.recording(record)


async def _goods(connection: AsyncConnection, lot: Any) -> Any:
    """What is decided about: the item's sku, whether it is counted in whole pieces, the code of the lot, the language of its
    supplier, and where the site's scrap goes.
    """
    scrap = select(Place.id).where(Place.site_id == lot.site_id, Place.kind == "scrap").order_by(Place.code)
    row = await connection.execute(
        select(
            Item.sku,
            Item.whole,
            Lot.code.label("lot_code"),
            Partner.language,
            scrap.limit(1).scalar_subquery().label("scrap"),
        )
        .select_from(Item)
        .outerjoin(Lot, Lot.id == lot.lot_id)
        .outerjoin(Partner, Partner.number == lot.supplier)
        .where(Item.id == lot.item_id)
    )
    return row.one()


def _sound(
    command: Command[DecideLot], lot: Any, goods: Any, told: Tally, allocated: dict[Any, Decimal]
) -> None:
    """Whether the parts add up, and may go where they are to go."""
    total = sum(allocated.values(), start=ZERO)
    if total != lot.quantity:
        raise problems.SumDiffers(
            f"{plain(total)} is allocated, the lot has {plain(lot.quantity)}.",
            allocated=plain(total),
            quantity=plain(lot.quantity),
        )
    if told.verdict == "reject" and allocated.get("release", ZERO) > 0:
        raise problems.NotReleasable("Sort it, or release it by concession.", number=lot.number)
    if "return" in allocated and not lot.supplier:
        raise problems.NoSupplier(number=lot.number)
    if "concession" in allocated and SENIOR.isdisjoint(command.who.roles):
        raise NotAllowed("A concession is a supervisor's to give.", needed=["supervisor"])
    if goods.whole and any(quantity != quantity.to_integral_value() for quantity in allocated.values()):
        raise problems.SumDiffers("This item is counted in whole pieces.")
    _serials(command.payload, lot, allocated)


def _serials(facts: DecideLot, lot: Any, allocated: dict[Any, Decimal]) -> None:
    if not lot.serials:
        return
    ways = {str(serial): kind for serial, kind in facts.serials.items()}
    counted = {kind: sum(1 for way in ways.values() if way == kind) for kind in allocated}
    if set(ways) != set(lot.serials) or any(counted[kind] != allocated[kind] for kind in allocated):
        raise problems.SumDiffers("Every serial number needs its way, and the sums must agree.")


async def _write(
    connection: AsyncConnection, command: Command[DecideLot], lot: Any, state: str, told: Tally
) -> None:
    facts = command.payload
    moved_on = (
        update(InspectionLot)
        .where(InspectionLot.id == lot.id)
        .values(state=state, verdict=told.verdict)
        .returning(InspectionLot.id)
        .cte("moved_on")
    )
    await connection.execute(
        insert(InspectionDecision)
        .values(
            id=lot.id,
            verdict=told.verdict,
            device_verdict=facts.verdict,
            allocated=msgspec.to_builtins(facts.allocated, str_keys=True),
            note=facts.note,
            command_id=command.id,
            person_id=command.who.person_id,
            device_id=command.who.device_id,
            decided_at=command.captured_at,
        )
        .add_cte(moved_on)
    )


async def _count(connection: AsyncConnection, lot: Any, plan: Frozen, told: Tally) -> dict[str, str]:
    """Only an original inspection tells of the process (9.3.1 of the standard), and of a class only when it was read far enough."""
    if lot.source == "again":
        return {}
    tallies = {one.of_class: one for one in told.classes}
    outcomes = {}
    for one in plan.classes:
        found = tallies[one.of_class]
        if found.verdict == "open":
            continue
        chosen = aql.SamplingPlan(one.plan_letter, one.n, one.ac, one.re)
        tighter = aql.one_step_tighter(chosen, one.aql) if one.severity == "normal" else None
        outcomes[one.of_class] = Outcome(
            lot=lot.number,
            accepted=found.verdict != "reject",
            ac=one.ac,
            tighter=tighter is not None and found.bad + one.n - found.complete <= tighter,
        )
    return await severity.count(connection, lot, outcomes)


async def _sort(
    connection: AsyncConnection, command: Command[DecideLot], lot: Any, allocated: dict[Any, Decimal]
) -> UUID | None:
    if "sort" not in allocated:
        return None
    serials = [str(serial) for serial, kind in command.payload.serials.items() if kind == "sort"]
    return await open_again(connection, lot, part=1, quantity=allocated["sort"], serials=serials)


async def _tell(
    connection: AsyncConnection,
    command: Command[DecideLot],
    lot: Any,
    goods: Any,
    allocated: dict[Any, Decimal],
    told: Tally,
) -> None:
    message = InspectionDecided(
        inspection=lot.id,
        number=lot.number,
        sku=goods.sku,
        unit=lot.unit,
        quantity=lot.quantity,
        verdict="accept" if told.verdict == "accept" else "reject",
        decisions=msgspec.convert(allocated, Decisions),
        at=command.captured_at,
        lot=goods.lot_code,
        receipt=lot.source_id,
        purchase_order=lot.purchase_order,
        line=lot.po_line,
        work_order=lot.work_order,
        supplier=lot.supplier or None,
    )
    await outbox.send(
        connection, message_type=InspectionDecided.TYPE, document=f"item/{goods.sku}", data=message
    )
