"""`/api/floor/live`: a WebSocket that tells the changes of the person's site, as long as both ends live.

The server sends `{"kind":"beat"}` every `BEAT_SECONDS`; the client answers with any text. A peer that is silent for
`SILENCE_SECONDS`, or takes `SEND_SECONDS` to accept a message, is gone, and its socket is closed. Scanners vanish all the time: they
go out of range, to sleep, or into a cradle.
"""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import structlog
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect

from backend.access import public
from backend.access.commands import use_ticket
from backend.access.gate import Gate
from backend.access.tokens import SignedIn
from backend.kernel.db import Database
from backend.kernel.live import Live

if TYPE_CHECKING:
    from backend.kernel.http import Meter

log = structlog.get_logger()

BEAT_SECONDS: Final = 20.0
SILENCE_SECONDS: Final = 65.0
SEND_SECONDS: Final = 10.0
_BEAT: Final = b'{"kind":"beat"}'
BAD_TICKET: Final = 4401
SIGNED_OUT: Final = 4403
SILENT: Final = 4408

# What a send or receive raises when the other end is no longer there, whichever server runs us.
_GONE: Final = (WebSocketDisconnect, TimeoutError, OSError, RuntimeError)

Socket = WebSocket[Any, Any, Any]


class _Closing(Exception):
    """Why the server ends a socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@websocket("/live", opt=public("browsers cannot send a token here: the single-use ticket is checked instead"))
async def live_route(socket: Socket, db: Database, live: Live, gate: Gate, ticket: str = "") -> None:
    """Streams a site's changes to one screen."""
    async with db.transaction() as connection:
        signed_in = await use_ticket(connection, ticket)
    await socket.accept()
    if signed_in is None or gate.has_ended(signed_in):
        await socket.close(BAD_TICKET, "ticket")
        return
    meter: Meter = socket.app.state.meter
    meter.sockets.inc()
    try:
        await _stream(socket, live, gate, signed_in)
    finally:
        meter.sockets.dec()


async def _stream(socket: Socket, live: Live, gate: Gate, signed_in: SignedIn) -> None:
    heard = _Heard()
    async with live.listen(signed_in.who.site_id) as changes:
        tasks = [
            asyncio.create_task(_hear(socket, heard)),
            asyncio.create_task(_tell(socket, changes)),
            asyncio.create_task(_beat(socket, gate, signed_in, heard)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, _Closing):
            await _close(socket, end)
        elif isinstance(end, _GONE):
            # Whichever task noticed it first: there is nobody left to tell.
            log.debug("live_peer_gone")
        elif isinstance(end, Exception):
            raise end


class _Heard:
    """When the peer was last heard."""

    def __init__(self) -> None:
        self.at = monotonic()


async def _hear(socket: Socket, heard: _Heard) -> None:
    while True:
        await socket.receive_data(mode="text")
        heard.at = monotonic()


async def _tell(socket: Socket, changes: asyncio.Queue[bytes]) -> None:
    while True:
        await _send(socket, await changes.get())


async def _beat(socket: Socket, gate: Gate, signed_in: SignedIn, heard: _Heard) -> None:
    while True:
        await _send(socket, _BEAT)
        await asyncio.sleep(BEAT_SECONDS)
        if monotonic() - heard.at > SILENCE_SECONDS:
            raise _Closing(SILENT, "silent")
        if gate.has_ended(signed_in):
            raise _Closing(SIGNED_OUT, "signed out")


async def _send(socket: Socket, data: bytes) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await socket.send_data(data.decode(), mode="text")


async def _close(socket: Socket, why: _Closing) -> None:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await socket.close(why.code, why.reason)
    except _GONE:
        log.debug("live_peer_gone")
