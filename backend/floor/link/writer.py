"""What the floor did, written into an ERP that takes no messages: the courier's sibling, one outbox message at a time.

For each message: look whether it is posted already, `ensure` the record that carries our reference, `advance` it, compare what
it says then with what the floor did. An answer without an error proves nothing, so only the record read again counts. What the
ERP will never take stops its document for a person (422); what floor and ERP say differently becomes a difference; an ERP
that is away keeps everything waiting.
"""

import asyncio
from typing import Final

import msgspec
import structlog

from backend.contract.envelope import Envelope
from backend.contract.production import GoodsProduced, JobReported, MaterialsConsumed
from backend.contract.quality import GoodsReturned, InspectionDecided
from backend.contract.receipts import GoodsReceiptUndone, GoodsReceived
from backend.contract.shipments import ShipmentShipped
from backend.contract.stock import StockAdjusted
from backend.floor.link.port import Erp, ErpAway, ErpCannot, ErpFault, ErpRefused, ErpStale
from backend.floor.link.posting import (
    Desk,
    Post,
    correct,
    no_place,
    produce,
    receive,
    scrap,
    send_back,
    ship,
    undo_receipt,
)  # fmt: skip
from backend.kernel.db import Database
from backend.kernel.link.courier import Answer

log = structlog.get_logger()

LONGEST: Final = 25.0
STALE_TRIES: Final = 4
_SHOWN: Final = 300

POSTS: Final[dict[str, tuple[type[msgspec.Struct], Post]]] = {
    GoodsReceived.TYPE: (GoodsReceived, receive),
    GoodsReceiptUndone.TYPE: (GoodsReceiptUndone, undo_receipt),
    ShipmentShipped.TYPE: (ShipmentShipped, ship),
    GoodsProduced.TYPE: (GoodsProduced, produce),
    MaterialsConsumed.TYPE: (MaterialsConsumed, produce),
    JobReported.TYPE: (JobReported, produce),
    StockAdjusted.TYPE: (StockAdjusted, correct),
    InspectionDecided.TYPE: (InspectionDecided, scrap),
    GoodsReturned.TYPE: (GoodsReturned, send_back),
}


class ErpWriter:
    """Writes messages into one ERP; has a courier's face, so the relay's leases, order and retries are the same.

    Args:
        db: the floor's database, for bindings, postings and differences.
        erp: where to write.
        longest: seconds that one message may take; what was half done then is taken up again from where it stands.
    """

    def __init__(self, db: Database, erp: Erp, *, longest: float = LONGEST) -> None:
        self._desk = Desk(db, erp)
        self._erp = erp
        self._longest = longest

    @property
    def url(self) -> str:
        """Where it writes to."""
        return self._erp.url

    @property
    def longest(self) -> float:
        """Seconds that one message may take."""
        return self._longest

    async def deliver(self, message_id: str, body: bytes) -> Answer:  # noqa: ARG002  # a courier's face; the envelope has it
        """One try. The answer's status is what an HTTP receiver would have said; never raises for what the ERP does."""
        envelope = msgspec.json.decode(body, type=Envelope)
        known = POSTS.get(envelope.type)
        if known is None:
            return Answer(204, "no business of this ERP's")
        data, post = known
        try:
            message = msgspec.convert(envelope.data, data)
        except msgspec.ValidationError as error:
            return Answer(422, f"It does not fit its type: {error}"[:_SHOWN])
        try:
            async with asyncio.timeout(self._longest):
                return await self._post(post, envelope, message)
        except TimeoutError:
            return Answer(None, f"No end after {self._longest:g} s")

    async def _post(self, post: Post, envelope: Envelope, message: msgspec.Struct) -> Answer:
        for _ in range(STALE_TRIES):
            try:
                await post(self._desk, envelope, message)
            except ErpStale:
                continue  # somebody wrote the record between our reading and writing; look again
            except ErpAway as error:
                return Answer(None, str(error)[:_SHOWN])
            except ErpRefused as error:
                return Answer(422, str(error)[:_SHOWN])
            except ErpFault as error:
                return Answer(500, str(error)[:_SHOWN])
            except ErpCannot as error:
                await no_place(self._desk, envelope, str(error))
                return Answer(200, str(error)[:_SHOWN])
            return Answer(200, "posted")
        return Answer(500, "The record is being written by somebody else all the time")

    async def close(self) -> None:
        """Closes the ERP's connections."""
        await self._erp.close()
