"""The sending half of the demo's ERP: its requests go over the link like any ERP's, signed, again until they are taken."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Protocol

from backend.contract.shipments import ShipmentRequested
from backend.demo.booking import named_id
from backend.kernel.link.courier import Answer, Courier
from backend.kernel.link.messages import compose
from backend.kernel.link.rules import Verdict, verdict, wait
from backend.kernel.link.signing import keys

SOURCE = "https://erp.example/demo"
PATIENCE_SECONDS = 60.0
AT_ONCE = 16


class FloorAway(RuntimeError):
    """The floor's inbox did not take a message, or cannot be reached; start `gemba up` first."""


class Carrier(Protocol):
    """What brings one message to an inbox: a `Courier`, or a test's stand-in for the network."""

    @property
    def url(self) -> str: ...

    async def deliver(self, message_id: str, body: bytes) -> Answer: ...


class Sender:
    """Sends contract messages to one floor's inbox."""

    def __init__(self, courier: Carrier) -> None:
        self._courier = courier
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def send(self, requests: Iterable[ShipmentRequested], sent: Callable[[int], None]) -> int:
        """Delivers every request at least once and returns how many; `sent` is told after each.

        Raises:
            FloorAway: one was refused, or not taken within a minute.
        """
        done = 0

        async def one(request: ShipmentRequested) -> None:
            nonlocal done
            async with self._slots:
                await self._deliver(request)
            done += 1
            sent(done)

        async with asyncio.TaskGroup() as group:
            for request in requests:
                group.create_task(one(request))
        return done

    async def _deliver(self, request: ShipmentRequested) -> None:
        message_id = str(named_id("request", f"{request.number}:{request.version}"))
        body = compose(
            request,
            message_id=message_id,
            source=SOURCE,
            subject=f"shipment/{request.number}",
            sequence=request.version,
        )
        give_up = time.monotonic() + PATIENCE_SECONDS
        tries = 0
        while True:
            answer = await self._courier.deliver(message_id, body)
            found = verdict(answer.status)
            if found is Verdict.SENT:
                return
            tries += 1
            if found is Verdict.REFUSED or time.monotonic() > give_up:
                raise FloorAway(f"{self._courier.url} answered {answer.status}: {answer.text}")
            await asyncio.sleep(min(2.0, wait(tries).total_seconds()))


@asynccontextmanager
async def sender(inbox_url: str, link_secret: str) -> AsyncIterator[Sender]:
    """The demo's ERP ready to send to an inbox with the link's secret."""
    courier = Courier(inbox_url, keys(link_secret), connections=AT_ONCE)
    try:
        yield Sender(courier)
    finally:
        await courier.close()
