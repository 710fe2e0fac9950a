"""A typed route for one command: the body is its facts, the header `Idempotency-Key` its key, the answer its answer."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from backend.access import requires
from backend.floor.duties import roles_for
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, Who
from backend.kernel.db import Database
from backend.kernel.http.answer import Answer
from backend.kernel.http.logs import request_id
from backend.kernel.http.request import header
from backend.kernel.live import Live
from backend.kernel.problems import BadRequest


def command_route(path: str, name: str, registry: Registry, answer: type[msgspec.Struct]) -> HTTPRouteHandler:
    """The POST route of a registered command, guarded by its roles. A refusal is told as its problem, replayed or not."""
    payload, handle = registry[name]

    async def take(
        db: Database, who: Who, live: Live, request: Request[Any, Any, Any], data: Any
    ) -> Response[Any]:
        command = Command(
            id=_key(request), type=name, payload=data, who=who, captured_at=clock.now(), task=None
        )
        outcome = await handle(db, command)
        headers = {"Gemba-Replayed": "true"} if outcome.replayed else {}
        if outcome.problem is not None:
            return Answer(
                outcome.problem | {"request": request_id()},
                status_code=int(outcome.problem["status"]),
                media_type="application/problem+json",
                headers=headers,
            )
        if not outcome.replayed:
            live.publish(who.site_id, name.partition(".")[0], command=name, person=str(who.person_id))
        return Answer(outcome.answer, status_code=200, headers=headers)

    take.__annotations__ |= {"data": payload, "return": Response[answer]}  # type: ignore[valid-type]
    take.__doc__ = payload.__doc__
    operation = "".join(word.capitalize() for word in name.replace(".", "_").split("_"))
    guard = requires(*sorted(roles_for(name)))
    return post(path, operation_id=operation[0].lower() + operation[1:], guards=[guard], status_code=200)(
        take
    )


def _key(request: Request[Any, Any, Any]) -> UUID:
    key = header(request, b"idempotency-key") or ""
    try:
        return UUID(key)
    except ValueError as error:
        raise BadRequest("The header Idempotency-Key must be a UUID made by the sender.") from error
