"""Report a job: hot, because every piece of a line passes here; the plain case is one statement in one round trip.

Plain is: this person's clock runs on a step that is not the last, nothing is flushed, only good pieces or pieces to mend, no more
than came in and no more than the order asks for. Everything hangs on the operation's UPDATE, which re-reads the locked row; the
command's key is inserted without ON CONFLICT, so a second copy beside the first is rolled back whole. Whatever else comes books
nothing here and goes the careful way, `report_job`; a test compares what both leave behind.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Numeric,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    exists,
    extract,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from backend.access.tables import Person
from backend.contract.production import JobReported
from backend.floor.catalog import Item
from backend.floor.mes.log import shift_of
from backend.floor.mes.report import report_job
from backend.floor.mes.schemas import ReportJob
from backend.floor.mes.tables import OpClock, Operation, OpEvent, WorkOrder
from backend.kernel.commands import Command, Outcome, Registry, once, replay
from backend.kernel.db import Database, constraint
from backend.kernel.ids import new_id
from backend.kernel.quantity import plain
from backend.kernel.tables import CommandLog, Outbox


def _statement() -> Select[Any]:
    good = bindparam("p_good", type_=Numeric(18, 4))
    rework = bindparam("p_rework", type_=Numeric(18, 4))
    key = bindparam("p_id", type_=Uuid())
    site = bindparam("p_site_id", type_=Uuid())
    person = bindparam("p_person_id", type_=Uuid())
    device = bindparam("p_device_id", type_=Uuid())
    at = bindparam("p_captured_at", type_=DateTime(timezone=True))
    event = bindparam("p_event_id", type_=Uuid())
    used = Operation.good + Operation.scrap + Operation.rework
    running = func.round(extract("epoch", at - OpClock.since) / 60, 4)
    minutes = func.greatest(OpClock.worked + running - OpClock.told, 0)
    step = (
        update(Operation)
        .where(
            Operation.id == bindparam("p_operation", type_=Uuid()),
            Operation.site_id == site,
            Operation.state == "running",
            ~Operation.last,
            ~Operation.backflush,
            Operation.last_at <= at,
            Operation.good + good <= Operation.target,
            or_(Operation.came_in.is_(None), used + good + rework <= Operation.came_in),
            OpClock.operation_id == Operation.id,
            OpClock.person_id == person,
            OpClock.kind == "run",
            WorkOrder.id == Operation.work_order_id,
            Item.id == WorkOrder.item_id,
            or_(~Item.whole, (good == func.trunc(good)) & (rework == func.trunc(rework))),
            Person.id == OpClock.person_id,
            ~exists().where(CommandLog.id == key),
        )
        .values(
            good=Operation.good + good,
            rework=Operation.rework + rework,
            last_at=at,
            version=Operation.version + 1,
        )
        .returning(
            Operation.id,
            Operation.next_id,
            Operation.operation,
            Operation.state,
            Operation.good,
            Operation.scrap,
            Operation.rework,
            (Operation.target - Operation.good).label("remaining"),
            WorkOrder.number,
            Person.badge,
            minutes.label("minutes"),
        )
        .cte("step")
    )
    handed = (
        update(Operation)
        .where(Operation.id == step.c.next_id)
        .values(came_in=step.c.good)
        .returning(Operation.id)
        .cte("handed")
    )
    clocked = (
        update(OpClock)
        .where(OpClock.operation_id == step.c.id, OpClock.person_id == person)
        .values(told=OpClock.told + step.c.minutes)
        .returning(OpClock.person_id)
        .cte("clocked")
    )
    noted = (
        insert(OpEvent)
        .from_select(
            [
                "id", "site_id", "operation_id", "command_id", "kind", "person_id", "device_id", "good", "rework",
                "minutes", "data", "shift", "captured_at",
            ],
            select(
                event, site, step.c.id, key, literal("report"), person, device, good, rework, step.c.minutes,
                func.jsonb_build_object("scrap", func.jsonb_build_array(), "scrapped", func.jsonb_build_object()),
                func.coalesce(shift_of(site, at), literal("")), at,
            ),
        )
        .returning(OpEvent.id)
        .cte("noted")
    )  # fmt: skip
    told = (
        insert(Outbox)
        .from_select(
            ["id", "type", "document", "data"],
            select(
                bindparam("p_message_id", type_=Uuid()),
                literal(JobReported.TYPE),
                literal("work/") + step.c.number,
                func.jsonb_build_object(
                    "number", step.c.number, "reportId", cast(event, Text), "operation", step.c.operation,
                    "good", _text(good), "scrap", "0", "rework", _text(rework), "minutes", _text(step.c.minutes),
                    "person", step.c.badge, "at", at, "scrapReason", "", "finished", False,
                ),
            ),
        )
        .returning(Outbox.seq)
        .cte("told")
    )  # fmt: skip
    answer = func.jsonb_build_object(
        "operation", step.c.id, "state", step.c.state, "good", _text(step.c.good), "scrap", _text(step.c.scrap),
        "rework", _text(step.c.rework), "remaining", _text(step.c.remaining), "lot", None,
        "serials", func.jsonb_build_array(),
    )  # fmt: skip
    logged = (
        insert(CommandLog)
        .from_select(
            ["id", "site_id", "type", "digest", "person_id", "device_id", "captured_at", "answer"],
            select(
                key,
                site,
                literal("job.report"),
                bindparam("p_digest", type_=Text()),
                person,
                device,
                at,
                answer,
            ),
        )
        .returning(CommandLog.id)
        .cte("logged")
    )
    return select(step).add_cte(handed, clocked, noted, told, logged)


def _text(value: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(func.trim_scale(value), Text)


REPORT = _statement()


def is_plain(facts: ReportJob) -> bool:
    """Whether the sheet says no more than good pieces and pieces to mend."""
    extras = (facts.scrap, facts.mended, facts.over_reason, facts.lot, facts.serials, facts.used)
    return not any(extras) and facts.good + facts.rework > 0


async def report(db: Database, command: Command[ReportJob]) -> Outcome:
    """Books a report: the plain case in one statement, all others with words by `report_job`."""
    facts, who = command.payload, command.who
    if not is_plain(facts):
        return await once(db, command, report_job)
    parameters = {
        "p_id": command.id,
        "p_site_id": who.site_id,
        "p_person_id": who.person_id,
        "p_device_id": who.device_id,
        "p_captured_at": command.captured_at,
        "p_digest": command.digest,
        "p_operation": facts.operation,
        "p_good": facts.good,
        "p_rework": facts.rework,
        "p_event_id": new_id(),
        "p_message_id": new_id(),
    }
    try:
        async with db.hot() as connection:
            booked = (await connection.execute(REPORT, parameters)).first()
    except IntegrityError as error:
        if constraint(error) == "pk_command":
            async with db.transaction() as connection:
                return await replay(connection, command)
        booked = None
    if booked is None:
        return await once(db, command, report_job)
    answer = {
        "operation": str(booked.id),
        "state": booked.state,
        "good": plain(booked.good),
        "scrap": plain(booked.scrap),
        "rework": plain(booked.rework),
        "remaining": plain(booked.remaining),
        "lot": None,
        "serials": [],
    }
    return Outcome("done", answer=answer)


COMMANDS: Registry = {"job.report": (ReportJob, report)}
