"""`POST /api/floor/commands`: an ordered batch of the same commands that the typed routes take, to flush an offline queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Request, Router, post

from backend.access import DeviceClocks, requires
from backend.floor.batch import MAX_COMMANDS, Batch, Result, Sent
from backend.kernel import clock
from backend.kernel.commands import Registry, Who
from backend.kernel.db import Database
from backend.kernel.edge import UNREADABLE, Edge, Told
from backend.kernel.http.request import unreadable
from backend.kernel.live import Live
from backend.kernel.problems import BadRequest

MAX_BYTES: Final = 1024 * 1024


class Commands(Edge):
    """Up to 50 queued commands, oldest first."""

    commands: list[Sent]


class Results(Told):
    """One result for each command, in their order."""

    results: list[Result]


class _Batch(Edge):
    """The same, each command still as it came: one that is broken must not cost the others their place."""

    commands: list[msgspec.Raw]


_decode = msgspec.json.Decoder(_Batch).decode


def commands_router(registry: Registry) -> Router:
    """The route that takes batches of the registered commands."""
    clocks = DeviceClocks()

    @post(
        "/",
        operation_id="sendCommands",
        guards=[requires()],
        status_code=200,
        request_max_body_size=MAX_BYTES,
    )
    async def send_commands(request: Request[Who, Any, Any], db: Database, who: Who, live: Live) -> Results:
        """Books queued commands in order; each is answered with done, refused or retry."""
        received = clock.now()
        try:
            sent = _decode(await request.body()).commands
        except UNREADABLE as error:
            raise unreadable(error) from error
        if len(sent) > MAX_COMMANDS:
            raise BadRequest(
                f"At most {MAX_COMMANDS} commands at once, these are {len(sent)}", most=MAX_COMMANDS
            )

        def told(command: str) -> None:
            live.publish(who.site_id, command.partition(".")[0], command=command, person=str(who.person_id))

        await clocks.note(db, who, received, _sent_at(sent))
        results = await Batch(db, registry, who, received, told).book(sent)
        return Results(results=results)

    return Router("/commands", route_handlers=[send_commands], tags=["commands"])


class _SentAt(msgspec.Struct, rename="camel"):
    sent_ts: datetime | None = None


def _sent_at(commands: Sequence[msgspec.Raw]) -> datetime | None:
    """When the device says it sent the batch; None if it does not say, or says it so that nobody can read it."""
    try:
        return msgspec.json.decode(commands[-1], type=_SentAt).sent_ts if commands else None
    except UNREADABLE:
        return None
