"""`/api/floor/scanning/live`: a camera's frames over a WebSocket, for as long as the device itself cannot read.

The device sends JPEGs, each behind four bytes with its number (big-endian), and may say as text what its task waits for:
`{"expected": ["…"]}`. Only the newest frame is read; one that a newer overtakes is dropped. The answer to every frame read
is `SeenLive` as text. Votes are gathered over frames, so a code is told as confirmed when the frames together say it.
"""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect

from backend.access import public
from backend.access.commands import use_ticket
from backend.access.gate import Gate
from backend.access.tokens import SignedIn
from backend.floor.scanning.eyes import Eyes, seen_code
from backend.floor.scanning.queries import site_labels
from backend.floor.scanning.rules import Pace
from backend.floor.scanning.schemas import Awaited, SeenLive, SiteLabels
from backend.kernel.db import Database

if TYPE_CHECKING:
    from scanning import Session
    from scanning.pool import NewestFrame

log = structlog.get_logger()

MOST_BYTES: Final = 128 * 1024
MOST_SAID: Final = 16 * 1024
MOST_EXPECTED: Final = 200
A_SECOND: Final = 12.0
BURST: Final = 24.0
SILENCE_S: Final = 30.0
SEND_S: Final = 10.0
NUMBER: Final = 4
BAD_TICKET, SIGNED_OUT, SILENT, TOO_LARGE, TOO_FAST, MISUNDERSTOOD = 4401, 4403, 4408, 4413, 4429, 4400
_GONE: Final = (WebSocketDisconnect, OSError, RuntimeError)

Socket = WebSocket[Any, Any, Any]


class Ended(Exception):
    """Why the server ends a line: a close code and a word."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@websocket("/live", opt=public("browsers cannot send a token here: the single-use ticket is checked instead"))
async def live_frames(socket: Socket, db: Database, gate: Gate, eyes: Eyes, ticket: str = "") -> None:
    """Reads the frames of one camera."""
    async with db.transaction() as connection:
        signed_in = await use_ticket(connection, ticket)
        labels = None if signed_in is None else await site_labels(connection, signed_in.who.site_id)
    await socket.accept()
    if signed_in is None or labels is None or gate.has_ended(signed_in):
        await socket.close(BAD_TICKET, "ticket")
        return
    tasks: list[asyncio.Task[None]] = []
    try:
        line = await _Line.open(socket, eyes, labels)
        tasks += [asyncio.create_task(line.hear(gate, signed_in)), asyncio.create_task(line.answer())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, Ended):
            await _close(socket, end)
        elif isinstance(end, Exception) and not isinstance(end, (*_GONE, TimeoutError)):
            raise end


class _Line:
    """One camera's line: its newest frame, the votes so far, and how fast it may send."""

    def __init__(
        self, socket: Socket, frames: "NewestFrame", session: "Session", options: dict[str, Any]
    ) -> None:
        self._socket = socket
        self._frames = frames
        self._session = session
        self._options = options
        self._pace = Pace(A_SECOND, BURST)

    @classmethod
    async def open(cls, socket: Socket, eyes: Eyes, labels: SiteLabels) -> "_Line":
        from scanning import Rules, Session
        from scanning.pool import NewestFrame

        rules = Rules(itf_lengths=frozenset(labels.itf_lengths))
        options = {"formats": labels.formats, "rules": rules, "expected": None}
        return cls(socket, NewestFrame(await eyes.pool()), Session(rules=rules), options)

    async def hear(self, gate: Gate, signed_in: SignedIn) -> None:
        """Takes frames and wishes in until the device leaves, or sends too much of either."""
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    event: Any = await self._socket.receive()
            except TimeoutError as silent:
                raise Ended(SILENT, "silent") from silent
            if event["type"] == "websocket.disconnect":
                return
            if gate.has_ended(signed_in):
                raise Ended(SIGNED_OUT, "signed out")
            if event.get("bytes"):
                self._take(event["bytes"])
            else:
                self._awaits(event.get("text") or "")

    def _take(self, data: bytes) -> None:
        if len(data) > MOST_BYTES + NUMBER:
            raise Ended(TOO_LARGE, "frame too large")
        if len(data) <= NUMBER:
            raise Ended(MISUNDERSTOOD, "no frame")
        if not self._pace.allows(monotonic()):
            raise Ended(TOO_FAST, "too many frames")
        self._frames.offer(data[NUMBER:], int.from_bytes(data[:NUMBER], "big"))

    def _awaits(self, text: str) -> None:
        if len(text) > MOST_SAID:
            raise Ended(TOO_LARGE, "too much said")
        try:
            expected = msgspec.json.decode(text, type=Awaited).expected[:MOST_EXPECTED]
        except msgspec.MsgspecError as error:
            raise Ended(MISUNDERSTOOD, "not understood") from error
        self._session.expect(expected)
        self._options["expected"] = expected or None

    async def answer(self) -> None:
        """Reads the newest frame, tells what it and those before it say, and begins again."""
        from scanning.pool import PoolBusy

        number = 0
        while True:
            try:
                reading, number = await self._frames.read_next(**self._options)
            except PoolBusy:
                await self._tell(SeenLive(number=number, dropped=self._frames.dropped, slow=True, codes=[]))
                continue
            news = self._session.feed(reading, monotonic())
            codes = [seen_code(symbol) for symbol in (*news.fresh, *news.known, *news.doubtful)]
            await self._tell(SeenLive(number=number, dropped=self._frames.dropped, slow=False, codes=codes))

    async def _tell(self, seen: SeenLive) -> None:
        async with asyncio.timeout(SEND_S):
            await self._socket.send_data(msgspec.json.encode(seen).decode(), mode="text")


async def _close(socket: Socket, why: Ended) -> None:
    try:
        async with asyncio.timeout(SEND_S):
            await socket.close(why.code, why.reason)
    except (*_GONE, TimeoutError):
        log.debug("camera_gone")
