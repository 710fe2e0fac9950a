"""Books the batch that flushes a device's queue: in order, each command by itself, strictly in order for each task.

A command that cannot be understood is a fact all the same: it is refused for good, and kept whole as an exception for a supervisor.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.roles import ADMIN
from backend.floor.duties import roles_for
from backend.floor.work import Found, is_raised, raise_exception
from backend.kernel import clock, problems
from backend.kernel.commands import Command, Handler, Outcome, Registry, Who, once
from backend.kernel.db import Database
from backend.kernel.edge import UNREADABLE, Edge, Told, unread
from backend.kernel.http.problems import Broken, is_passing, is_unstorable
from backend.kernel.ids import new_id

log = structlog.get_logger()

MAX_COMMANDS: Final = 50
SCHEMA: Final = 1
# Another tote is scanned at once where one was refused: nobody else has to know.
SETTLED_ON_THE_SPOT: Final = frozenset({"pick.bind_tote", "pick.tote_full"})
_KEPT_CHARACTERS: Final = 20_000
MOST_BREAKS: Final = 40  # half an hour and more of a device's tries
_REMEMBERED: Final = 10_000
_breaks: dict[UUID, int] = {}  # of this process: a server started anew, mended perhaps, tries anew


class UnknownCommand(problems.BadRequest):
    """No command by that name, or of that schema number, is known to this server."""

    type = "unknown-command"
    title = "This command is not known here"


class UnreadableCommand(problems.BadRequest):
    """The command's facts are not what its type asks for."""

    type = "unreadable-command"
    title = "This command is not understood"


class BreaksTheServer(problems.Conflict):
    """A fault of ours in this command, time and again. It is kept whole for a supervisor, so that the device can go on."""

    type = "breaks-the-server"
    title = "This could not be booked; a supervisor sees it"


class Sent(Edge):
    """One queued command: its key, what it is, when it was done and when it was sent, both by the device's clock."""

    id: UUID
    type: str
    payload: msgspec.Raw
    task: UUID | None = None
    schema: int = SCHEMA
    client_ts: datetime | None = None
    sent_ts: datetime | None = None


class Unread(msgspec.Struct, frozen=True):
    """The facts of a command that could not be read, as they came."""

    type: str
    schema: int
    payload: str


class Result(Told):
    """What became of one command. `retry` means it was not booked: send it again, in the same order."""

    id: UUID | None
    outcome: Literal["done", "refused", "retry"]
    replayed: bool = False
    answer: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None


Readable = tuple[Handler, msgspec.Struct]


def understood(registry: Registry, who: Who, sent: Sent) -> Readable:
    """The handler of a command and its facts.

    Raises:
        UnknownCommand: no such type or schema.
        UnreadableCommand: the facts do not fit the type; says which, where.
        NotAllowed: the person's roles do not cover it.
    """
    if sent.type not in registry:
        raise UnknownCommand(f"{sent.type[:80]} is not a command known here", command=sent.type[:80])
    if sent.schema != SCHEMA:
        raise UnknownCommand(
            f"{sent.type} with schema {sent.schema} is not known here", command=sent.type, schema=sent.schema
        )
    needed = roles_for(sent.type)
    if needed.isdisjoint(who.roles) and ADMIN not in who.roles:
        raise problems.NotAllowed(
            f"{sent.type} needs the role {' or '.join(sorted(needed))}", needed=sorted(needed)
        )
    payload_type, handler = registry[sent.type]
    try:
        return handler, msgspec.json.decode(sent.payload, type=payload_type)
    except UNREADABLE as error:
        raise UnreadableCommand(unread(error), command=sent.type) from error


class Batch:
    """One batch on its way: what was booked so far, and which tasks must wait for their earlier commands."""

    def __init__(
        self, db: Database, registry: Registry, who: Who, received: datetime, told: Callable[[str], None]
    ) -> None:
        self._db = db
        self._registry = registry
        self._who = who
        self._received = received
        self._told = told
        self._held: set[UUID] = set()

    async def book(self, commands: Sequence[msgspec.Raw]) -> list[Result]:
        """Books what can be booked, and answers in the order of `commands`.

        Raises:
            SQLAlchemyError, OSError: the database went away before anything was answered.
        """
        results: list[Result] = []
        for place, raw in enumerate(commands):
            try:
                results.append(await self._one(raw))
            except (SQLAlchemyError, OSError) as error:
                if not results:
                    raise
                log.warning(
                    "batch_cut_short", booked=len(results), of=len(commands), error=type(error).__name__
                )
                results.extend(_again(_id_in(rest)) for rest in commands[place:])
                break
        return results

    async def _one(self, raw: msgspec.Raw) -> Result:
        try:
            sent = msgspec.json.decode(raw, type=Sent)
        except UNREADABLE as error:
            return await self._keep_wreck(raw, UnreadableCommand(unread(error)))
        if sent.task in self._held:
            return _again(sent.id)
        result = await self._book(sent)
        if result.outcome != "done" and sent.task is not None:
            self._held.add(sent.task)
        return result

    async def _book(self, sent: Sent) -> Result:
        try:
            outcome = await self._run(sent)
        except problems.Problem as problem:
            outcome = Outcome("refused" if problem.status < 500 else "retry", problem=problem.body())
        except Exception as error:
            if is_passing(error):
                raise
            # A fault of ours in one command must not hold up other tasks; the fact stays in the device's queue.
            log.exception("command_broke", command=sent.type, id=str(sent.id))
            outcome = await self._broke(sent)
        if outcome.outcome == "done" and not outcome.replayed:
            self._told(sent.type)
        return Result(
            id=sent.id,
            outcome=outcome.outcome,  # type: ignore[arg-type]  # an Outcome is done or refused; retry is said above
            replayed=outcome.replayed,
            answer=outcome.answer,
            problem=outcome.problem,
        )

    async def _broke(self, sent: Sent) -> Outcome:
        """To be sent again, so many times; then refused for good and kept as an exception."""
        _breaks[sent.id] = tries = _breaks.pop(sent.id, 0) + 1
        if len(_breaks) > _REMEMBERED:
            del _breaks[next(iter(_breaks))]
        if tries < MOST_BREAKS:
            return Outcome("retry", problem=Broken().body())
        happened = clock.captured(self._received, sent.sent_ts, sent.client_ts)
        return await self._keep(sent, happened, BreaksTheServer(tries=tries))

    async def _run(self, sent: Sent) -> Outcome:
        happened = clock.captured(self._received, sent.sent_ts, sent.client_ts)
        try:
            handler, payload = understood(self._registry, self._who, sent)
        except problems.Problem as problem:
            return await self._keep(sent, happened, problem)
        command = Command(sent.id, sent.type, payload, self._who, happened, sent.task)
        try:
            outcome = await handler(self._db, command)
        except DBAPIError as error:
            if not is_unstorable(error):
                raise
            return await self._keep(sent, happened, UnreadableCommand("Something in it cannot be stored"))
        if outcome.problem is not None and sent.type not in SETTLED_ON_THE_SPOT:
            await self._show_supervisor(command, outcome.problem)
        return outcome

    async def _show_supervisor(self, command: Command[Any], problem: dict[str, Any]) -> None:
        """What a person did and the books refused is seen by a supervisor too, once, unless its slice said more already."""
        details = {
            "why": problem["type"].rsplit("/", 1)[-1],
            "detail": problem["detail"],
            "command": command.type,
        }
        async with self._db.transaction() as connection:
            if not await is_raised(connection, command.id):
                found = Found(kind="command_refused", task=command.task, details=details)
                await raise_exception(connection, command.who.site_id, found, command=command)

    async def _keep(self, sent: Sent, happened: datetime, problem: problems.Problem) -> Outcome:
        facts = Unread(sent.type, sent.schema, bytes(sent.payload).decode(errors="replace"))
        odd = Command(sent.id, sent.type, facts, self._who, happened, sent.task)
        return await once(self._db, odd, _refusing(problem, facts))

    async def _keep_wreck(self, raw: msgspec.Raw, problem: problems.Problem) -> Result:
        """A command whose very envelope is broken. With its id it is kept once; without one, as often as it is sent."""
        known = _id_in(raw)
        facts = Unread("", 0, bytes(raw).decode(errors="replace"))
        command = Command(known or new_id(), "unreadable", facts, self._who, self._received)
        outcome = await once(self._db, command, _refusing(problem, facts))
        return Result(id=known, outcome="refused", replayed=outcome.replayed, problem=outcome.problem)


def _refusing(
    problem: problems.Problem, facts: Unread
) -> Callable[[AsyncConnection, Command[Unread]], Awaitable[msgspec.Struct]]:
    async def refuse(_: AsyncConnection, command: Command[Unread]) -> msgspec.Struct:
        async def record(connection: AsyncConnection) -> None:
            found = Found(
                kind="command_refused",
                severity="high",
                task=command.task,
                details={
                    "why": problem.type,
                    "detail": problem.detail,
                    "command": facts.type,
                    "schema": facts.schema,
                    "payload": facts.payload[:_KEPT_CHARACTERS],
                },
            )
            await raise_exception(connection, command.who.site_id, found, command=command)

        raise problem.recording(record)

    return refuse


def _again(command: UUID | None) -> Result:
    waiting = problems.Unavailable("Not booked yet, an earlier command comes first")
    return Result(id=command, outcome="retry", problem=waiting.body())


def _id_in(raw: msgspec.Raw) -> UUID | None:
    class OnlyId(msgspec.Struct):
        id: UUID

    try:
        return msgspec.json.decode(raw, type=OnlyId).id
    except UNREADABLE:
        return None
