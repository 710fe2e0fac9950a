"""The one statement of a plain report: each function is one of its parts, and all hang on the first, the operation's UPDATE."""

from typing import Any, Final

from sqlalchemy import (
    CTE,
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

from backend.access.tables import Person
from backend.contract.production import JobReported
from backend.floor.catalog import Item
from backend.floor.mes.log import shift_of
from backend.floor.mes.tables import OpClock, Operation, OpEvent, WorkOrder
from backend.kernel.tables import CommandLog, Outbox

# Parameters are named p_…: one named like a column would be taken for a value to set.
GOOD: Final = bindparam("p_good", type_=Numeric(18, 4))
REWORK: Final = bindparam("p_rework", type_=Numeric(18, 4))
KEY: Final = bindparam("p_id", type_=Uuid())
SITE: Final = bindparam("p_site_id", type_=Uuid())
PERSON: Final = bindparam("p_person_id", type_=Uuid())
DEVICE: Final = bindparam("p_device_id", type_=Uuid())
AT: Final = bindparam("p_captured_at", type_=DateTime(timezone=True))
EVENT: Final = bindparam("p_event_id", type_=Uuid())


def report_statement() -> Select[Any]:
    """Everything of a plain report; one row when it was booked, none when the case is not plain."""
    step = _step()
    shown = (step.c[name] for name in ("id", "state", "good", "scrap", "rework", "remaining"))
    return select(*shown).add_cte(_handed(step), _clocked(step), _noted(step), _told(step), _logged(step))


def _text(value: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(func.trim_scale(value), Text)


def _plain() -> list[ColumnElement[bool]]:
    """What makes a case plain, looked at under the operation's lock."""
    used = Operation.good + Operation.scrap + Operation.rework
    return [
        Operation.id == bindparam("p_operation", type_=Uuid()),
        Operation.site_id == SITE,
        Operation.state == "running",
        ~Operation.last,
        ~Operation.backflush,
        Operation.last_at <= AT,
        Operation.good + GOOD <= Operation.target,
        or_(Operation.came_in.is_(None), used + GOOD + REWORK <= Operation.came_in),
        OpClock.operation_id == Operation.id,
        OpClock.person_id == PERSON,
        OpClock.kind == "run",
        WorkOrder.id == Operation.work_order_id,
        Item.id == WorkOrder.item_id,
        or_(~Item.whole, (func.trunc(GOOD) == GOOD) & (func.trunc(REWORK) == REWORK)),
        Person.id == OpClock.person_id,
        ~exists().where(CommandLog.id == KEY),
    ]


def _step() -> CTE:
    running = func.round(extract("epoch", AT - OpClock.since) / 60, 4)
    return (
        update(Operation)
        .where(*_plain())
        .values(
            good=Operation.good + GOOD,
            rework=Operation.rework + REWORK,
            last_at=AT,
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
            func.greatest(OpClock.worked + running - OpClock.told, 0).label("minutes"),
        )
        .cte("step")
    )


def _handed(step: CTE) -> CTE:
    return (
        update(Operation)
        .where(Operation.id == step.c.next_id)
        .values(came_in=step.c.good)
        .returning(Operation.id)
        .cte("handed")
    )


def _clocked(step: CTE) -> CTE:
    return (
        update(OpClock)
        .where(OpClock.operation_id == step.c.id, OpClock.person_id == PERSON)
        .values(told=OpClock.told + step.c.minutes)
        .returning(OpClock.person_id)
        .cte("clocked")
    )


def _noted(step: CTE) -> CTE:
    facts = func.jsonb_build_object("scrap", func.jsonb_build_array(), "scrapped", func.jsonb_build_object())
    columns = [
        "id", "site_id", "operation_id", "command_id", "kind", "person_id", "device_id", "good", "rework", "minutes",
        "data", "shift", "captured_at",
    ]  # fmt: skip
    row = select(
        EVENT, SITE, step.c.id, KEY, literal("report"), PERSON, DEVICE, GOOD, REWORK, step.c.minutes, facts,
        func.coalesce(shift_of(SITE, AT), literal("")), AT,
    )  # fmt: skip
    return insert(OpEvent).from_select(columns, row).returning(OpEvent.id).cte("noted")


def _told(step: CTE) -> CTE:
    message = func.jsonb_build_object(
        "number", step.c.number, "reportId", cast(EVENT, Text), "operation", step.c.operation, "good", _text(GOOD),
        "scrap", "0", "rework", _text(REWORK), "minutes", _text(step.c.minutes), "person", step.c.badge, "at", AT,
        "scrapReason", "", "finished", False,
    )  # fmt: skip
    row = select(
        bindparam("p_message_id", type_=Uuid()),
        literal(JobReported.TYPE),
        literal("work/") + step.c.number,
        message,
    )
    told = insert(Outbox).from_select(["id", "type", "document", "data"], row)
    return told.returning(Outbox.seq).cte("told")


def _logged(step: CTE) -> CTE:
    answer = func.jsonb_build_object(
        "operation", step.c.id, "state", step.c.state, "good", _text(step.c.good), "scrap", _text(step.c.scrap),
        "rework", _text(step.c.rework), "remaining", _text(step.c.remaining), "lot", None,
        "serials", func.jsonb_build_array(),
    )  # fmt: skip
    columns = ["id", "site_id", "type", "digest", "person_id", "device_id", "captured_at", "answer"]
    row = select(
        KEY, SITE, literal("job.report"), bindparam("p_digest", type_=Text()), PERSON, DEVICE, AT, answer
    )
    return insert(CommandLog).from_select(columns, row).returning(CommandLog.id).cte("logged")
