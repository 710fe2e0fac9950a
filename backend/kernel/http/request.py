"""The request of our apps: JSON bodies are read once, straight into the type the handler asks for, and strictly."""

import re
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection

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
        except msgspec.MsgspecError as error:
            raise unreadable(error) from error


def unreadable(error: msgspec.MsgspecError) -> BadRequest:
    """A problem that names the place and what is wrong with it: `uses: Expected `int`, got `str``."""
    found = _WHERE.match(str(error))
    what, where = (found["what"], found["where"] or "") if found else (str(error), "")
    key = where.removeprefix("$").removeprefix(".")
    field = {"key": key} if key else {}
    return BadRequest(
        f"{key}: {what}" if key else what, fields=[{**field, "message": what, "source": "body"}]
    )
