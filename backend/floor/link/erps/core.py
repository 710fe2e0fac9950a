"""Our own core as a book of stock: a signed question over HTTP. All else goes between it and the floor in messages."""

from collections.abc import AsyncIterator
from typing import Final

import httpx
import msgspec

from backend.contract.stock import CountedStock
from backend.floor.link.port import Changes, ErpAway, ErpRefused, Kind, Record, RecordLine
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.link.signing import keys, sign

PATH: Final = "/api/core/link/stock"
LONGEST: Final = 30.0


class CoreStock:
    """What the core's books have of each item; it keeps no lots.

    Args:
        url: where the core listens.
        secret: the link's secrets, as the settings have them.
        transport: the network; tests put theirs here.
    """

    name = "core"

    def __init__(self, url: str, secret: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        self._keys = keys(secret)
        self._client = httpx.AsyncClient(transport=transport, timeout=LONGEST, trust_env=False)

    async def changed_since(self, kind: Kind, cursor: str | None) -> AsyncIterator[Changes]:
        """All its stock in one record, whatever the cursor; of another kind there is nothing to read."""
        del cursor
        if kind != "stock":
            return
        found = await self._ask()
        lines = tuple(
            RecordLine(id=item.sku, sku=item.sku, wanted=item.quantity, done=item.quantity)
            for item in found.items
        )
        record = Record(
            kind="stock",
            id="stock",
            number="stock",
            state="open",
            lines=lines,
            by_lot=False,
            unread=found.unread,
        )
        yield Changes(records=(record,), cursor="")

    async def _ask(self) -> CountedStock:
        headers = sign(self._keys, str(new_id()), clock.now(), b"")
        try:
            answer = await self._client.get(f"{self.url}{PATH}", headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise ErpAway(f"no answer ({type(error).__name__})") from error
        if answer.status_code >= 500:
            raise ErpAway(f"HTTP {answer.status_code}")
        if answer.status_code != 200:
            raise ErpRefused(f"HTTP {answer.status_code}: {answer.text[:200]}")
        return msgspec.json.decode(answer.content, type=CountedStock, strict=False)

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()
