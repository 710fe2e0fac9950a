"""`gemba link status | list | show | replay | drop`: the link from a terminal, for whoever runs the system."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from typing import TypeVar, get_args

import click
import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

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
    found = _with_database(lambda settings, connection: queries.status(connection, settings.erp_inbox_url))
    click.echo(msgspec.json.encode(found).decode() if as_json else _status_text(found))
    if any(box.dead or box.unknown for box in found.boxes):
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
        raise click.ClickException(f"{problem.title}. {problem.detail}") from problem


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


def _line(letter: Letter) -> str:
    told = letter.error or letter.note or ""
    return f"{letter.seq:>8}  {letter.state:<8} {letter.tries:>3}x  {letter.at:%Y-%m-%d %H:%M:%S}  {letter.type}  {letter.document}  {told}"
