"""The one way a message comes in over HTTP, for both services: signature over the raw body, then its shape, then kept once."""

from typing import Any

from litestar import Request

from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.link import inbox, signing
from backend.kernel.link.handling import Handlers
from backend.kernel.link.messages import decode
from backend.kernel.link.schemas import Accepted


async def accept(request: Request[Any, Any, Any], db: Database, secret: str, handlers: Handlers) -> Accepted:
    """Takes one signed CloudEvents message and keeps it whole; one that was kept before is accepted and changes nothing.

    The route bounds the body's size: `messages.MAX_BYTES`.

    Raises:
        BadSignature, StaleTimestamp, BadMessage: not signed by a holder of the link's secret, not lately, or no message.
    """
    body = await request.body()
    signing.verify(signing.keys(secret), request.headers, body, clock.now())
    received = decode(body)
    async with db.hot() as connection:
        state = await inbox.keep(connection, received, handlers)
    return Accepted(state=state, id=received.envelope.id)
