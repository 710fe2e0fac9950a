"""`gemba link status | list | show | replay | drop | reconcile`: the link from a terminal, for whoever runs the system."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import TypeVar, get_args

import click
import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.link.erps import stock_book
from backend.floor.link.reconcile import Compared, ask, reconcile_due
from backend.floor.link.schemas import ErpStatus
from backend.floor.link.standing import erp_status
from backend.kernel.db import Database
from backend.kernel.link import queries, repair
from backend.kernel.link.schemas import MIN_REASON, Letter, LinkStatus, State, Way
from backend.kernel.problems import Problem
from backend.kernel.settings import Settings, from_environment

T = TypeVar("T")
WAYS = click.Choice(get_args(Way))


@click.group("link")
def link() -> None:
    """Messages to and from the ERP."""


@link.command("status")
@click.option("--json", "as_json", is_flag=True, help="The whole status as JSON.")
def status(*, as_json: bool) -> None:
    """How many messages wait or need a person; exit code 1 if any does."""

    async def look(settings: Settings, connection: AsyncConnection) -> tuple[LinkStatus, ErpStatus]:
        receiver = settings.erp_inbox_url or settings.erp_url or None
        return await queries.status(connection, receiver), await erp_status(connection, settings)

    found, erp = _with_database(look)
    if as_json:
        click.echo(msgspec.json.encode({**msgspec.to_builtins(found), "erp": erp}).decode())
    else:
        click.echo("\n".join([_status_text(found), *_erp_text(erp)]))
    if any(box.dead or box.unknown for box in found.boxes) or erp.differences:
        raise SystemExit(1)


@link.command("reconcile")
def reconcile_now() -> None:
    """Compares all stock with the ERP's, item by item and lot by lot; exit code 1 if any differs."""

    async def body() -> Compared | None:
        settings = from_environment()
        erp = stock_book(settings)
        if erp is None:
            raise click.UsageError("This ERP's stock cannot be read from here.")
        db = Database(settings.database_url, pool_size=2)
        try:
            async with db.transaction() as connection:
                await ask(connection, erp.name, getpass.getuser())
            return await reconcile_due(db, erp)
        finally:
            await erp.close()
            await db.close()

    found = asyncio.run(body())
    if found is None:
        raise click.ClickException("A worker is comparing already; see `gemba link status`.")
    if found.error:
        raise click.ClickException(f"Not compared: {found.error}")
    click.echo(
        f"{found.compared} compared, {found.differing} differ, {found.under_way} left out: messages on their way"
    )
    if found.differing:
        raise SystemExit(1)


@link.command("list")
@click.argument("way", type=WAYS)
@click.option(
    "--state", "states", multiple=True, type=click.Choice(get_args(State)), help="May be given twice."
)
def list_letters(way: Way, states: tuple[str, ...]) -> None:
    """Messages that need a person or still wait (by default)."""
    wanted = states or queries.OPEN_STATES
    for letter in _with_database(lambda _, connection: queries.letters(connection, way, wanted)):
        click.echo(_line(letter))


@link.command("show")
@click.argument("way", type=WAYS)
@click.argument("seq", type=int)
def show(way: Way, seq: int) -> None:
    """One message with all it says, as JSON."""
    letter = _with_database(lambda _, connection: queries.one_letter(connection, way, seq))
    click.echo(msgspec.json.format(msgspec.json.encode(letter)).decode())


@link.command("replay")
@click.argument("way", type=WAYS)
@click.argument("seqs", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that need a person.")
def replay(way: Way, seqs: tuple[int, ...], *, everything: bool) -> None:
    """Tries messages again, at once."""
    if bool(seqs) == everything:
        raise click.UsageError("Give the numbers of messages, or --all.")

    async def run(_: Settings, connection: AsyncConnection) -> list[int]:
        chosen = await repair.dead(connection, way) if everything else list(seqs)
        await repair.replay(connection, way, chosen, by=getpass.getuser())
        return chosen

    click.echo(f"{len(_with_database(run))} to be tried again")


@link.command("drop")
@click.argument("way", type=WAYS)
@click.argument("seq", type=int)
@click.option("--reason", required=True, help="Why; it stays with the message.")
def drop(way: Way, seq: int, reason: str) -> None:
    """Gives a message up, so that its document goes on."""
    if len(reason.strip()) < MIN_REASON:
        raise click.UsageError("Say why the message is dropped.")
    _with_database(
        lambda _, connection: repair.drop(connection, way, seq, reason=reason.strip(), by=getpass.getuser())
    )
    click.echo(f"{seq} dropped")


def _with_database(run: Callable[[Settings, AsyncConnection], Awaitable[T]]) -> T:
    async def body() -> T:
        settings = from_environment()
        db = Database(settings.database_url, pool_size=1)
        try:
            async with db.transaction() as connection:
                return await run(settings, connection)
        finally:
            await db.close()

    try:
        return asyncio.run(body())
    except Problem as problem:
        more = "" if problem.detail == problem.title else f" {problem.detail}"
        raise click.ClickException(f"{problem.title}.{more}") from problem


def _status_text(found: LinkStatus) -> str:
    lines = [f"receiver  {found.receiver or 'none configured; messages stay in the outbox'}"]
    for box in found.boxes:
        since = f" since {box.oldest_waiting:%Y-%m-%d %H:%M:%S}" if box.oldest_waiting else ""
        lines.append(
            f"{box.way:<9} {box.waiting} waiting{since}, {box.dead} dead, {box.unknown} unknown, "
            f"{box.dropped} dropped, {box.last_hour} through in the last hour"
        )
    lines += [
        f"worker    {worker.host}:{worker.pid} {'alive' if worker.alive else 'gone'}, last seen "
        f"{worker.seen_at:%Y-%m-%d %H:%M:%S}, {msgspec.json.encode(worker.facts).decode()}"
        for worker in found.workers
    ]
    for job in found.jobs:
        outcome = f"failed: {job.error}" if job.error else f"ok in {job.took_ms} ms"
        ran = f"ran {job.ran_at:%Y-%m-%d %H:%M:%S}, {outcome}" if job.ran_at else "not yet run"
        lines.append(f"job       {job.name}: {ran}")
    return "\n".join(lines)


def _erp_text(erp: ErpStatus) -> list[str]:
    lines = [f"erp       {erp.kind} {erp.url}"]
    for cursor in erp.cursors:
        told = f"failed: {cursor.error}" if cursor.error else "read"
        lines.append(f"  {cursor.kind:<9} {told}, looked at {cursor.looked_at:%Y-%m-%d %H:%M:%S}")
    run = erp.reconciliation
    if run is not None:
        ended = f"{run.ended_at:%Y-%m-%d %H:%M:%S}" if run.ended_at else "not ended yet"
        lines.append(
            f"stock     {run.compared} compared, {run.differing} differ ({ended}){f', failed: {run.error}' if run.error else ''}"
        )
    lines += [f"differs   {one.document}: {one.told}" for one in erp.differences]
    return lines


def _line(letter: Letter) -> str:
    told = letter.error or letter.note or ""
    return f"{letter.seq:>8}  {letter.state:<8} {letter.tries:>3}x  {letter.at:%Y-%m-%d %H:%M:%S}  {letter.type}  {letter.document}  {told}"
