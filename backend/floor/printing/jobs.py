"""What the worker does about printing: sends what waits, printer by printer in the order it was asked for."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_network
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.labels import DoesNotFit, Label, NotEncodable, place_label, zpl
from backend.floor.labels.queries import labels
from backend.floor.printing.commands import OWN_LABEL
from backend.floor.printing.rules import GIVE_UP_AFTER, LEASE, Event, Fault, after, wait
from backend.floor.printing.tables import LabelPrinter, PrintJob
from backend.floor.printing.wire import Broke, deliver
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.jobs import Job
from backend.kernel.live import Live
from backend.kernel.problems import NotFound
from backend.kernel.settings import Network, Settings

log = structlog.get_logger()

KEPT: Final = timedelta(days=30)
_AT_ONCE: Final = 20


def print_jobs(settings: Settings) -> list[Job]:
    """The worker's periodic work for printers."""
    networks = [ip_network(network) for network in settings.printer_networks]

    async def send(db: Database, live: Live) -> None:
        await Sender(db, live, networks).send_due()

    return [
        Job("printing.send", timedelta(seconds=1), send),
        Job("printing.forget", timedelta(hours=6), forget),
    ]


class Sender:
    """Sends what is due.

    Args:
        networks: where printers may stand.
    """

    def __init__(self, db: Database, live: Live, networks: Sequence[Network]) -> None:
        self._db = db
        self._live = live
        self._networks = networks

    async def send_due(self) -> None:
        """Serves every printer that has work, all at once; each takes its jobs one by one."""
        await self._doubt()
        async with self._db.transaction() as connection:
            found = await connection.execute(
                select(LabelPrinter)
                .where(
                    LabelPrinter.id.in_(
                        select(PrintJob.printer_id).where(
                            PrintJob.state == "waiting", PrintJob.due_at <= clock.now()
                        )
                    )
                )
                .order_by(LabelPrinter.id)
            )
            printers = found.all()
        outcomes = await asyncio.gather(*map(self._serve, printers), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _doubt(self) -> None:
        """Jobs that a worker took and never ended: it died, and the label may be out."""
        async with self._db.transaction() as connection:
            await connection.execute(
                update(PrintJob)
                .where(PrintJob.state == "sending", PrintJob.taken_at < clock.now() - LEASE)
                .values(state=after("sending", "break"), fault="broken", ended_at=clock.now())
            )

    async def _serve(self, printer: Any) -> None:
        for _ in range(_AT_ONCE):
            job = await self._take(printer.id)
            if job is None or not await self._send(printer, job):
                return

    async def _take(self, printer: UUID) -> Any:
        oldest = (
            select(PrintJob.id)
            .where(PrintJob.printer_id == printer, PrintJob.state == "waiting")
            .order_by(PrintJob.asked_at, PrintJob.id)
            .limit(1)
            .scalar_subquery()
        )
        now = clock.now()
        async with self._db.transaction() as connection:
            taken = await connection.execute(
                update(PrintJob)
                .where(PrintJob.id == oldest, PrintJob.state == "waiting", PrintJob.due_at <= now)
                .values(state=after("waiting", "take"), tries=PrintJob.tries + 1, taken_at=now)
                .returning(PrintJob)
            )
            return taken.first()

    async def _send(self, printer: Any, job: Any) -> bool:
        """Whether the printer may be given the next job."""
        try:
            async with self._db.transaction() as connection:
                found = await _labels(connection, printer, job)
            stream = await asyncio.to_thread(_stream, found, printer.resolution, job.copies)
        except (NotFound, NotEncodable, DoesNotFit) as error:
            log.warning("label_gone", job=str(job.id), error=str(error))
            await self._end(printer, job, "give_up", "gone")
            return True
        try:
            fault = await deliver(printer.host, printer.port, stream, self._networks)
        except Broke as error:
            log.warning("printer_broke_off", printer=printer.code, error=str(error))
            await self._end(printer, job, "break", "broken")
            return False
        late = clock.now() - job.asked_at > GIVE_UP_AFTER
        await self._end(printer, job, "arrive" if not fault else "give_up" if late else "refuse", fault)
        return not fault

    async def _end(self, printer: Any, job: Any, event: Event, fault: Fault) -> None:
        now = clock.now()
        state = after("sending", event)
        ended = None if state == "waiting" else now
        printers_fault = "" if fault == "gone" else fault
        async with self._db.transaction() as connection:
            await connection.execute(
                update(PrintJob)
                .where(PrintJob.id == job.id, PrintJob.state == "sending")
                .values(state=state, fault=fault, due_at=now + wait(job.tries), ended_at=ended)
            )
            await connection.execute(
                update(LabelPrinter)
                .where(LabelPrinter.id == printer.id, LabelPrinter.fault != printers_fault)
                .values(fault=printers_fault, fault_since=now if printers_fault else None)
            )
        self._live.publish(printer.site_id, "label", job=str(job.id), state=state)


async def _labels(connection: AsyncConnection, printer: Any, job: Any) -> list[Label]:
    if job.kind == OWN_LABEL:
        return [place_label(printer.code, zone=printer.name)]
    return await labels(connection, job.site_id, job.kind, job.codes, job.item)


def _stream(found: list[Label], resolution: int, copies: int) -> bytes:
    return zpl(found, resolution, copies).encode("ascii")


async def forget(db: Database, live: Live) -> None:
    """Drops jobs of more than 30 days ago."""
    async with db.transaction() as connection:
        await connection.execute(
            delete(PrintJob).where(
                PrintJob.asked_at < func.clock_timestamp() - KEPT,
                PrintJob.state.not_in(("waiting", "sending")),
            )
        )
    del live
