"""How each message is posted: which record it belongs to, what must have moved there, what is compared afterwards."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backend.contract.envelope import Envelope
from backend.contract.production import GoodsProduced, JobReported, MaterialsConsumed
from backend.contract.quality import GoodsReturned, InspectionDecided
from backend.contract.receipts import GoodsReceiptUndone, GoodsReceived
from backend.contract.shipments import ShipmentShipped
from backend.contract.stock import StockAdjusted
from backend.floor.link.differences import Difference, record
from backend.floor.link.port import Body, Erp, ErpCannot, ErpRefused, Kind, Moved, Record
from backend.floor.link.tables import LinkBinding, LinkPosting
from backend.kernel.db import Database
from backend.kernel.quantity import plain

Sums = dict[tuple[str, str | None], Decimal]
Post = Callable[["Desk", Envelope, Any], Awaitable[None]]


class Bound(msgspec.Struct, frozen=True):
    """An ERP's record by its id, and its line ids by the numbers they have on the floor."""

    id: str
    lines: dict[int, str]

    def line(self, number: int | None) -> str:
        """The ERP's id of a line.

        Raises:
            ErpCannot: there is none.
        """
        if number not in self.lines:
            raise ErpCannot(f"line {number} is not one of the ERP's")
        return self.lines[number]


class Desk:
    """One ERP and what the floor knows of it."""

    def __init__(self, db: Database, erp: Erp) -> None:
        self.db = db
        self.erp = erp

    async def bound(self, document: str) -> Bound:
        """The ERP's record of a document.

        Raises:
            ErpCannot: the document did not come from this ERP.
        """
        async with self.db.hot() as connection:
            rows = await connection.execute(
                select(LinkBinding.external_id, LinkBinding.lines)
                .where(LinkBinding.erp == self.erp.name, LinkBinding.document == document)
                .order_by(LinkBinding.told_at.desc().nulls_last())
                .limit(1)
            )
            row = rows.first()
        if row is None:
            raise ErpCannot(f"{document} is not one of the ERP's")
        return Bound(row.external_id, {number: line for line, number in row.lines.items()})

    async def knows(self, sku: str) -> bool:
        """Whether the ERP has told of an item. What the floor keeps for itself is none of its business."""
        async with self.db.hot() as connection:
            query = select(
                exists().where(LinkBinding.erp == self.erp.name, LinkBinding.document == f"item/{sku}")
            )
            return bool((await connection.execute(query)).scalar_one())

    async def posted(self, envelope: Envelope) -> bool:
        """Whether a message has been posted before."""
        async with self.db.hot() as connection:
            query = select(
                exists().where(LinkPosting.erp == self.erp.name, LinkPosting.message_id == UUID(envelope.id))
            )
            return bool((await connection.execute(query)).scalar_one())

    async def post(
        self, envelope: Envelope, kind: Kind, external_id: str, moved: Iterable[Moved], **facts: Any
    ) -> None:
        """Remembers a message as posted; a second time changes nothing."""
        said = {"lines": msgspec.to_builtins(tuple(moved), str_keys=True), **facts}
        row = pg_insert(LinkPosting).values(
            erp=self.erp.name, message_id=UUID(envelope.id), document=envelope.subject, kind=kind,
            external_id=external_id, moved=said,
        )  # fmt: skip
        async with self.db.hot() as connection:
            await connection.execute(row.on_conflict_do_nothing())

    async def postings(self, document: str) -> list[dict[str, Any]]:
        """Everything posted of a document."""
        async with self.db.hot() as connection:
            rows = await connection.execute(
                select(LinkPosting.moved).where(
                    LinkPosting.erp == self.erp.name, LinkPosting.document == document
                )
            )
            return list(rows.scalars())

    async def differ(self, found: Iterable[Difference]) -> None:
        """Writes differences down."""
        async with self.db.transaction() as connection:
            for one in found:
                await record(connection, one)

    def compared(
        self, document: str, ours: Sums, theirs: Record, *, only: Iterable[str] = ()
    ) -> list[Difference]:
        """Where the ERP's record does not say what the floor did, item by item and lot by lot; `only` these items, if any."""
        wanted = set(only)
        said: Sums = defaultdict(Decimal)
        for line in theirs.lines:
            if not wanted or line.sku in wanted:
                said[line.sku, line.lot] += line.done
        return [
            Difference(
                erp=self.erp.name, kind="quantity", document=document, sku=sku, lot=lot,
                ours=ours.get((sku, lot), Decimal(0)), theirs=said.get((sku, lot), Decimal(0)),
                told=f"{theirs.kind} {theirs.number} says {plain(said.get((sku, lot), Decimal(0)))} of {sku}, "
                f"the floor {plain(ours.get((sku, lot), Decimal(0)))}",
            )
            for sku, lot in sorted(ours.keys() | said.keys(), key=str)
            if ours.get((sku, lot), Decimal(0)) != said.get((sku, lot), Decimal(0))
        ]  # fmt: skip


async def receive(desk: Desk, envelope: Envelope, message: GoodsReceived) -> None:
    """A part of a receipt becomes a receipt of the ERP's, of its own, known by (receipt, part)."""
    if await desk.posted(envelope):
        return
    moved = Moved(
        sku=message.sku, quantity=message.quantity, lot=message.lot, expires_on=message.expires_on,
        serials=message.serials,
    )  # fmt: skip
    if message.purchase_order is None:
        raise ErpCannot(f"{plain(message.quantity)} of {message.sku} came in without a purchase order")
    order = await desk.bound(f"purchase/{message.purchase_order}")
    moved = msgspec.structs.replace(moved, line=order.line(message.line))
    body = Body(of=order.id, moved=(moved,), on=message.at.date())
    made = await desk.erp.ensure("receipt", f"{message.receipt}/{message.part}", body)
    await _through(desk, envelope, made, body.moved)


async def ship(desk: Desk, envelope: Envelope, message: ShipmentShipped) -> None:
    """A shipment of the ERP's is brought to done with what left, lot by lot."""
    if await desk.posted(envelope):
        return
    bound = await desk.bound(envelope.subject)
    moved = tuple(
        Moved(
            sku=line.sku, quantity=content.quantity, line=bound.line(line.line),
            lot=content.lot, expires_on=content.expires_on, serials=(content.serial,) if content.serial else (),
        )
        for line in message.lines
        for content in (line.contents or ())
    )  # fmt: skip
    marked = await desk.erp.ensure("shipment", envelope.id, Body(of=bound.id, on=message.at.date()))
    await _through(desk, envelope, marked, moved)


async def produce(
    desk: Desk, envelope: Envelope, message: GoodsProduced | MaterialsConsumed | JobReported
) -> None:
    """What went in and came out adds up; the ERP's production is closed once, when all is made or the last job is finished."""
    bound = await desk.bound(envelope.subject)
    await desk.post(envelope, "work", bound.id, _worked(message), finished=_finished(message))
    said = await desk.postings(envelope.subject)
    ours: Sums = defaultdict(Decimal)
    pieces: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    for posting in said:
        for part in msgspec.convert(posting["lines"], tuple[Moved, ...]):
            ours[part.sku, part.lot] += part.quantity
            # A piece that came back takes its serial number back.
            for serial in part.serials:
                pieces[part.sku, part.lot][serial] += 1 if part.quantity > 0 else -1
    now = await desk.erp.read_state("work", bound.id)
    made = sum((quantity for quantity in ours.values() if quantity > 0), Decimal(0))
    wanted = sum((line.wanted for line in now.lines if line.wanted > 0), Decimal(0))
    finished = any(posting.get("finished") for posting in said)
    if now.state not in {"done", "cancelled"} and (made <= 0 or (made < wanted and not finished)):
        return
    marked = await desk.erp.ensure("work", envelope.subject, Body(of=bound.id))
    moved = tuple(
        Moved(
            sku=sku,
            lot=lot,
            quantity=quantity,
            serials=tuple(serial for serial, left in pieces[sku, lot].items() if left),
        )
        for (sku, lot), quantity in ours.items()
        if quantity
    )
    await _through(desk, envelope, marked, moved)


def _worked(message: GoodsProduced | MaterialsConsumed | JobReported) -> tuple[Moved, ...]:
    match message:
        case GoodsProduced():
            made = Moved(sku=message.sku, quantity=message.quantity, lot=message.lot, serials=message.serials)
            return (made,)
        case MaterialsConsumed():
            return tuple(
                Moved(
                    sku=part.sku,
                    quantity=-part.quantity,
                    lot=part.lot,
                    serials=(part.serial,) if part.serial else (),
                )
                for part in message.materials
            )
        case JobReported():
            return ()


def _finished(message: GoodsProduced | MaterialsConsumed | JobReported) -> bool:
    return isinstance(message, JobReported) and message.finished


async def correct(desk: Desk, envelope: Envelope, message: StockAdjusted) -> None:
    """What was counted more or less, or a person decided about a difference, is booked as just that much more or less."""
    serials = (message.serial,) if message.serial else ()
    await _correct(
        desk, envelope, Moved(sku=message.sku, quantity=message.change, lot=message.lot, serials=serials)
    )


async def scrap(desk: Desk, envelope: Envelope, message: InspectionDecided) -> None:
    """Of what was inspected, what was scrapped has left; all else is stock as before."""
    lost = message.decisions.scrap
    await _correct(desk, envelope, Moved(sku=message.sku, quantity=-lost, lot=message.lot))


async def send_back(desk: Desk, envelope: Envelope, message: GoodsReturned) -> None:
    """What went back to a supplier is the buyer's to return in the ERP, where its price and its credit are: a person sees which."""
    await desk.differ([
        Difference(
            erp=desk.erp.name, kind="undone", document=envelope.subject, sku=message.sku, lot=message.lot,
            ours=Decimal(0), theirs=message.quantity,
            told=f"{plain(message.quantity)} {message.sku} went back to supplier {message.supplier}, report {message.ncr}",
        )
    ])  # fmt: skip


async def _correct(desk: Desk, envelope: Envelope, moved: Moved) -> None:
    if not moved.quantity or not await desk.knows(moved.sku) or await desk.posted(envelope):
        return
    made = await desk.erp.ensure("correction", envelope.id, Body(of="", moved=(moved,)))
    await _through(desk, envelope, made, (moved,))


async def undo_receipt(desk: Desk, envelope: Envelope, message: GoodsReceiptUndone) -> None:
    """An ERP does not take back a receipt that is done: a person sends the goods back there, and here sees which."""
    await desk.differ([
        Difference(
            erp=desk.erp.name, kind="undone", document=envelope.subject, sku=message.sku, lot=message.lot,
            ours=Decimal(0), theirs=message.quantity,
            told=f"The receipt of {plain(message.quantity)} {message.sku} was taken back on the floor",
        )
    ])  # fmt: skip


async def no_place(desk: Desk, envelope: Envelope, told: str) -> None:
    """What the floor did has no place in the ERP: a document, with all that the message said of it."""
    data = envelope.data
    said = data.get("quantity", data.get("change"))
    quantity = None if said is None else Decimal(str(said))
    await desk.differ([
        Difference(
            erp=desk.erp.name, kind="no_place", document=envelope.subject, sku=data.get("sku"), lot=data.get("lot"),
            ours=quantity, theirs=None if quantity is None else Decimal(0), told=told,
        )
    ])  # fmt: skip


async def _through(desk: Desk, envelope: Envelope, found: Record, moved: tuple[Moved, ...]) -> None:
    """Advances a record to done, reads it again, writes down what differs and that the message is posted."""
    if found.state == "cancelled":
        raise ErpCannot(f"its {found.kind} {found.number} is cancelled")
    done = await desk.erp.advance(found.kind, found.id, "done", moved)
    if done.state != "done":
        raise ErpRefused(f"its {done.kind} {done.number} stays {done.state}")
    ours: Sums = defaultdict(Decimal)
    for part in moved:
        ours[part.sku, part.lot] += part.quantity
    # Of a production, what nobody reported is the ERP's own plan, and no difference.
    only = {part.sku for part in moved} if found.kind == "work" else ()
    await desk.differ(desk.compared(envelope.subject, ours, done, only=only))
    await desk.post(envelope, found.kind, found.id, () if found.kind == "work" else moved)
