"""A bad network before a live Tryton: answers that get lost, requests that arrive twice, somebody else who writes in between."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx
import msgspec

WRITES = frozenset(
    {
        "create",
        "write",
        "receive",
        "do",
        "assign_try",
        "assign_force",
        "pick",
        "pack",
        "wait",
        "run",
        "confirm",
    }
)


@dataclass
class BadNetwork(httpx.AsyncBaseTransport):
    """Carries each request to the server, and misbehaves with those that write.

    Attributes:
        drop: loses the answer of the first call of each (model, method).
        twice: carries every such request two times; the second answer is the one that comes back.
        between: called once, just before the first call of the named method is carried on.
        calls: what was carried, in order.
    """

    drop: bool = False
    twice: bool = False
    between: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)
    _inner: httpx.AsyncHTTPTransport = field(default_factory=httpx.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        called = str(msgspec.json.decode(request.content)["method"])
        if meddle := self.between.pop(called, None):
            await meddle()
        self.calls.append(called)
        answer = await self._carry(request)
        if called.rpartition(".")[2] not in WRITES:
            return answer
        if self.twice:
            answer = await self._carry(request)
        if self.drop and called not in self.dropped:
            self.dropped.add(called)
            raise httpx.ReadError("the answer got lost", request=request)
        return answer

    async def _carry(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        await answer.aread()
        return answer

    async def aclose(self) -> None:
        """Closes the real connections."""
        await self._inner.aclose()
