"""What the ERP, the sibling slices and the supervisor are told of a receipt."""

from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract import receipts as messages
from backend.floor.stock import GoodsReceived
from backend.floor.wms.receiving import rules
from backend.floor.wms.receiving.schemas import DiscrepancyTold
from backend.floor.wms.receiving.tables import ReceiptDiscrepancy
from backend.floor.work import Found, raise_exception
from backend.kernel import outbox
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.local import announce
from backend.kernel.quantity import plain


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Which delivery goods came with: what every message about them names."""

    delivery: UUID | None = None
    line_id: UUID | None = None
    purchase_order: str | None = None
    line: int | None = None
    advice: str | None = None
    supplier: str | None = None

    def document(self, receipt: UUID) -> str:
        """The document whose order of messages counts."""
        return f"purchase/{self.purchase_order}" if self.purchase_order else f"receipt/{receipt}"

    def named(self) -> dict[str, Any]:
        """The part of a message that names where the goods came from."""
        return {
            "purchase_order": self.purchase_order,
            "line": self.line,
            "advice": self.advice,
            "supplier": self.supplier,
        }


def source_of(delivery: Any, *, line_id: UUID | None = None, line: int | None = None) -> Source:
    """Where goods came from, by the delivery's row; nothing is known of goods without one."""
    if delivery is None:
        return Source()
    return Source(
        delivery=delivery.id,
        line_id=line_id,
        purchase_order=delivery.purchase_order,
        line=line,
        advice=delivery.number if delivery.kind == "advice" else None,
        supplier=delivery.supplier,
    )


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt in the ledger, with the names that messages use."""

    item: Any
    place: UUID
    lot: UUID | None
    lot_code: str | None
    expires_on: date | None
    unit: UUID | None
    unit_code: str | None
    serials: tuple[tuple[UUID, str], ...]


async def tell_received(
    connection: AsyncConnection,
    command: Command[Any],
    booked: Booked,
    source: Source,
    parts: list[tuple[str, Decimal]],
) -> None:
    """Tells the ERP and the siblings of every part: (status, quantity)."""
    left = list(booked.serials)
    for number, (status, quantity) in enumerate(parts, start=1):
        serials = [left.pop(0) for _ in range(int(quantity))] if left else []
        message = messages.GoodsReceived(
            receipt=command.id,
            part=number,
            sku=booked.item.sku,
            quantity=quantity,
            unit=booked.item.unit,
            status=cast("messages.ReceiptStatus", status),
            at=command.captured_at,
            lot=booked.lot_code,
            expires_on=booked.expires_on,
            serials=tuple(code for _, code in serials),
            handling_unit=booked.unit_code,
            **source.named(),
        )
        await outbox.send(
            connection, message_type=message.TYPE, document=source.document(command.id), data=message
        )
        await announce(connection, _event(command, booked, source, (number, status, quantity), serials))


def _event(
    command: Command[Any],
    booked: Booked,
    source: Source,
    part: tuple[int, str, Decimal],
    serials: list[tuple[UUID, str]],
) -> GoodsReceived:
    number, status, quantity = part
    return GoodsReceived(
        command=command,
        site=command.who.site_id,
        receipt=command.id,
        part=number,
        item=booked.item.id,
        sku=booked.item.sku,
        quantity=quantity,
        unit=booked.item.unit,
        status=status,
        place=booked.place,
        at=command.captured_at,
        lot=booked.lot,
        lot_code=booked.lot_code,
        serials=tuple(serial for serial, _ in serials),
        handling_unit=booked.unit,
        purchase_order=source.purchase_order,
        line=source.line,
        supplier=source.supplier,
        inspection_plan=booked.item.inspection_plan,
    )


class Differs(msgspec.Struct, frozen=True, kw_only=True):
    """What a discrepancy is about, beside how much."""

    item: UUID | None
    sku: str
    unit: str
    lot: str | None = None
    lot_id: UUID | None = None
    expected_lot: str | None = None
    place: UUID | None = None
    unit_id: UUID | None = None
    reason: str = ""
    photo: UUID | None = None


async def tell_difference(
    connection: AsyncConnection,
    command: Command[Any],
    difference: rules.Difference,
    about: Differs,
    source: Source,
    *,
    receipt: UUID | None,
) -> DiscrepancyTold:
    """Puts one difference on record: a document, an exception for a person, a message to the ERP."""
    document = new_id()
    found = _found(difference, about, source)
    exception = await raise_exception(connection, command.who.site_id, found, command=command)
    await connection.execute(
        insert(ReceiptDiscrepancy).values(
            id=document,
            site_id=command.who.site_id,
            receipt_id=receipt,
            delivery_id=source.delivery,
            line_id=source.line_id,
            item_id=about.item,
            kind=difference.kind,
            quantity=difference.quantity,
            expected=difference.expected,
            lot=about.lot,
            expected_lot=about.expected_lot,
            reason=about.reason,
            photo_id=about.photo,
            person_id=command.who.person_id,
            exception_id=exception,
        )
    )
    message = _message(document, command, difference, about, source, receipt)
    await outbox.send(
        connection, message_type=message.TYPE, document=source.document(receipt or document), data=message
    )
    return DiscrepancyTold(
        id=document, kind=difference.kind, quantity=difference.quantity, expected=difference.expected
    )


def _found(difference: rules.Difference, about: Differs, source: Source) -> Found:
    return Found(
        kind=f"receipt_{difference.kind}",
        severity=rules.SEVERITY[difference.kind],
        item=about.item,
        lot=about.lot_id,
        place=about.place,
        handling_unit=about.unit_id,
        document=source.delivery,
        details={
            "order": source.purchase_order or "",
            "delivery": source.advice or source.purchase_order or "",
            "supplier": source.supplier or "",
            "sku": about.sku,
            "quantity": plain(difference.quantity),
            "expected": plain(difference.expected),
            "unit": about.unit,
            "lot": about.lot or "",
            "expected_lot": about.expected_lot or "",
            "reason": about.reason,
            **({"photo": str(about.photo)} if about.photo else {}),
        },
    )


def _message(
    document: UUID,
    command: Command[Any],
    difference: rules.Difference,
    about: Differs,
    source: Source,
    receipt: UUID | None,
) -> messages.ReceiptDiscrepancy:
    return messages.ReceiptDiscrepancy(
        discrepancy=document,
        kind=cast("messages.DiscrepancyKind", difference.kind),
        sku=about.sku,
        quantity=difference.quantity,
        expected=difference.expected,
        unit=about.unit,
        at=command.captured_at,
        receipt=receipt,
        lot=about.lot,
        expected_lot=about.expected_lot,
        reason=about.reason,
        **source.named(),
    )
