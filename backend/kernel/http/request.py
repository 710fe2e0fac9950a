"""The request of our apps: JSON bodies are read once, straight into the type the handler asks for, and strictly."""

import re
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import Empty

from backend.kernel.edge import UNREADABLE, unread
from backend.kernel.problems import BadRequest

_WHERE: Final = re.compile(r"^(?P<what>.*?)(?: - at `(?P<where>.+)`)?$", re.DOTALL)
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def header(connection: ASGIConnection[Any, Any, Any, Any], name: bytes) -> str | None:
    """One header from the raw ones; `name` in lower case. Decoding all of them costs more than checking a token."""
    for each, value in connection.scope["headers"]:
        if each == name:
            return value.decode("latin-1")
    return None


class StrictRequest(Request[Any, Any, Any]):
    """Litestar reads JSON into plain values first and converts them leniently: `"2"` for 2, a float for a decimal.

    Here a quantity of `0.1` is exactly that, a wrong type is named with its place, and the body is walked once instead of twice.
    """

    async def json(self) -> Any:
        """The body as the handler's `data` type.

        Raises:
            BadRequest: not JSON, or not that type; says where.
        """
        field = self.route_handler.parsed_data_field
        wanted = Any if field is None else field.annotation
        decoder = _decoders.get(wanted)
        if decoder is None:
            decoder = _decoders[wanted] = msgspec.json.Decoder(wanted)
        try:
            return decoder.decode(await self.body())
        except UNREADABLE as error:
            raise unreadable(error) from error

    async def body(self) -> bytes:
        """The body, which mostly comes in one piece. Litestar's stream makes a generator and decodes all headers for it.

        Raises:
            RequestEntityTooLarge: longer than the route takes.
            BadRequest: the sender went away in the middle.
        """
        if self._body is Empty:
            self._body = await self._received()
        return self._body

    async def _received(self) -> bytes:
        most = self.route_handler.resolve_request_max_body_size() or 0
        parts: list[bytes] = []
        size = 0
        while True:
            event: Any = await self.receive()
            if event["type"] == "http.disconnect":
                raise BadRequest("The request broke off before its end.")
            part = event.get("body", b"")
            size += len(part)
            if size > most:
                raise RequestEntityTooLarge
            if not event.get("more_body"):
                return b"".join((*parts, part)) if parts else bytes(part)
            parts.append(part)


def unreadable(error: Exception) -> BadRequest:
    """A problem that names the place and what is wrong with it: `uses: Expected `int`, got `str``."""
    said = unread(error)
    found = _WHERE.match(said)
    what, where = (found["what"], found["where"] or "") if found else (said, "")
    key = where.removeprefix("$").removeprefix(".")
    field = {"key": key} if key else {}
    return BadRequest(
        f"{key}: {what}" if key else what, fields=[{**field, "message": what, "source": "body"}]
    )
