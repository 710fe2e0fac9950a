"""Carries one signed message to a receiver and tells what it answered."""

import asyncio

import httpx
import msgspec

from backend.contract.envelope import CONTENT_TYPE
from backend.floor.link.signing import sign
from backend.kernel import clock

LONGEST = 10.0
_SHOWN = 300


class Answer(msgspec.Struct, frozen=True):
    """The receiver's HTTP status (None: it did not answer) and the start of what it said."""

    status: int | None
    text: str


class Courier:
    """Posts messages to one address over a few connections that stay open.

    Args:
        url: the receiver's inbox.
        keys: the secrets in force, as `signing.keys` gives them.
        connections: how many deliveries may be under way at once.
        longest: seconds a delivery may take from first to last byte; then it counts as not answered.
    """

    def __init__(
        self, url: str, keys: tuple[bytes, ...], *, connections: int = 32, longest: float = LONGEST
    ) -> None:
        self.url = url
        self.longest = longest
        self._keys = keys
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx.AsyncClient(
            limits=limits, timeout=longest, trust_env=False, headers={"content-type": CONTENT_TYPE}
        )

    async def deliver(self, message_id: str, body: bytes) -> Answer:
        """One try. Never raises for anything the network or the receiver does."""
        headers = sign(self._keys, message_id, clock.now(), body)
        try:
            async with asyncio.timeout(self.longest):
                response = await self._client.post(self.url, content=body, headers=headers)
        except (httpx.HTTPError, OSError, TimeoutError) as error:
            return Answer(None, f"No answer ({type(error).__name__}: {error})"[:_SHOWN])
        return Answer(response.status_code, response.text[:_SHOWN])

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
