"""Report a job: hot, because every piece of a line passes here; the plain case is one statement in one round trip.

Plain is: this person's clock runs on a step that is not the last, nothing is flushed, only good pieces or pieces to mend, no more
than came in and no more than the order asks for. Everything hangs on the operation's UPDATE, which re-reads the locked row; the
command's key is inserted without ON CONFLICT, so a second copy beside the first is rolled back whole. Whatever else comes books
nothing here and goes the careful way, `report_job`; a test compares what both leave behind.
"""

from backend.floor.mes.report import report_job
from backend.floor.mes.report_statement import report_statement
from backend.floor.mes.schemas import ReportJob
from backend.kernel.commands import Command, Outcome, Registry, once
from backend.kernel.db import Database
from backend.kernel.ids import new_id
from backend.kernel.onetrip import OneTrip
from backend.kernel.quantity import plain

REPORT = OneTrip(report_statement())


def is_plain(facts: ReportJob) -> bool:
    """Whether the sheet says no more than good pieces and pieces to mend."""
    extras = (
        facts.scrap,
        facts.rework_at,
        facts.mended,
        facts.over_reason,
        facts.lot,
        facts.serials,
        facts.used,
    )
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
    booked = await db.driver.book(REPORT, parameters)
    if booked is None:
        return await once(db, command, report_job)
    quantities = {name: plain(booked[name]) for name in ("good", "scrap", "rework", "remaining")}
    answer = {
        "operation": str(booked["id"]),
        "state": booked["state"],
        **quantities,
        "lot": None,
        "serials": [],
    }
    return Outcome("done", answer=answer)


COMMANDS: Registry = {"job.report": (ReportJob, report)}
