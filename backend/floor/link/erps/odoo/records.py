"""What Odoo's rows say, as records of the port and messages of the contract."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from backend.contract.masters import ItemReleased, PartnerChanged
from backend.contract.production import (
    ReleasedMaterial,
    ReleasedOperation,
    WorkOrderCancelled,
    WorkOrderReleased,
)
from backend.contract.purchases import OrderedLine, PurchaseOrderCancelled, PurchaseOrderReleased
from backend.contract.shipments import RequestedLine, ShipmentCancelled, ShipmentRequested
from backend.floor.link.erps.odoo.transports import Transport
from backend.floor.link.port import Kind, Record, RecordLine, State
from backend.kernel.quantity import tidy

Row = dict[str, Any]
_REVISION: Final = "1"  # Community keeps no revisions
_TRACKING: Final[dict[str, Literal["none", "lot", "serial"]]] = {"lot": "lot", "serial": "serial"}
_UNITS: Final = {"Units": "pc"}
MOVE: Final = [
    "product_id", "product_uom_qty", "quantity", "picked", "state", "product_uom", "purchase_line_id", "write_date",
]  # fmt: skip
STATES: Final[dict[str, State]] = {
    "draft": "draft", "sent": "draft", "to approve": "draft", "purchase": "open", "waiting": "open",
    "confirmed": "open", "assigned": "open", "progress": "under_way", "to_close": "under_way", "done": "done",
    "cancel": "cancelled",
}  # fmt: skip


class Reader:
    """Reads rows and what they point to. Products are looked up once and remembered."""

    def __init__(self, odoo: Transport) -> None:
        self._odoo = odoo
        self._products: dict[int, Row] = {}
        self._countries: dict[int, str] = {}

    async def rows(self, model: str, domain: list[Any], fields: Iterable[str], **named: Any) -> list[Row]:
        """Records that fit."""
        found: list[Row] = await self._odoo.call(model, "search_read", domain, list(fields), **named)
        return found

    async def by_ids(self, model: str, ids: list[int], fields: Iterable[str]) -> list[Row]:
        """Records in the order of their ids."""
        return await self.rows(model, [["id", "in", ids]], fields, order="id") if ids else []

    async def product(self, pointer: Any) -> Row:
        """A product by a many2one (`[id, name]`)."""
        number = int(pointer[0])
        if number not in self._products:
            (row,) = await self.rows(
                "product.product", [["id", "=", number]], ["default_code", "uom_id", "tracking"]
            )
            self._products[number] = row
        return self._products[number]

    async def line(self, move: Row, *, wanted: str = "product_uom_qty", done: str = "") -> RecordLine:
        """A line out of a move or an order's line."""
        product = await self.product(move["product_id"])
        moved = Decimal(move[done]) if done and move["state"] == "done" else Decimal(0)
        return RecordLine(
            id=str(move["id"]),
            sku=product["default_code"],
            wanted=tidy(Decimal(move[wanted])),
            done=tidy(moved),
        )

    async def by_lot(self, move: Row) -> list[RecordLine]:
        """The same, with a line for each lot of what is done; serials are told as pieces."""
        line = await self.line(move, done="quantity")
        product = await self.product(move["product_id"])
        if product["tracking"] != "lot" or move["state"] != "done":
            return [line]
        parts = await self.rows(
            "stock.move.line", [["move_id", "=", move["id"]]], ["lot_id", "quantity"], order="id"
        )
        return [
            msgspec.structs.replace(
                line, wanted=line.wanted if place == 0 else Decimal(0), done=tidy(Decimal(part["quantity"])),
                lot=part["lot_id"][1] if part["lot_id"] else None,
            )
            for place, part in enumerate(parts)
        ] or [line]  # fmt: skip

    async def _transferred(self, moves: list[Row]) -> tuple[RecordLine, ...]:
        return tuple([line for move in moves for line in await self.by_lot(move)])

    async def item(self, row: Row) -> Record:
        """A product."""
        tracking = _TRACKING.get(row["tracking"], "none")
        message = ItemReleased(
            sku=row["default_code"], version=1, name=row["name"], revision=_REVISION, unit=unit(row["uom_id"]),
            tracking=tracking,
        )  # fmt: skip
        return _record("item", row, (), message, row["default_code"], state="open")

    async def partner(self, row: Row) -> Record:
        """A contact with a reference. Its ranks as customer and supplier are counted late, so it may be both."""
        street = "\n".join(line for line in (row["street"], row["street2"]) if line)
        message = PartnerChanged(
            number=row["ref"], version=1, kind="both", name=row["name"] or row["ref"], email=row["email"] or "",
            language=(row["lang"] or "").replace("_", "-"), street=street, postal_code=row["zip"] or "",
            city=row["city"] or "", country=await self._country(row["country_id"]),
        )  # fmt: skip
        return _record("partner", row, (), message, row["ref"], state="open")

    async def _country(self, pointer: Any) -> str:
        """Two letters, or "" where none is entered."""
        if not pointer:
            return ""
        number = int(pointer[0])
        if number not in self._countries:
            (row,) = await self.by_ids("res.country", [number], ["code"])
            self._countries[number] = row["code"] or ""
        return self._countries[number]

    async def purchase(self, row: Row) -> Record:
        """A purchase order and its lines."""
        fields = ["product_id", "product_qty", "product_uom", "price_unit", "date_planned", "write_date"]
        rows = await self.by_ids("purchase.order.line", row["order_line"], fields)
        lines = tuple([await self.line(line, wanted="product_qty") for line in rows])
        state = STATES[row["state"]]
        message: msgspec.Struct | None = None
        if state == "open" and lines:
            (supplier,) = await self.by_ids("res.partner", [row["partner_id"][0]], ["ref", "email"])
            message = PurchaseOrderReleased(
                number=row["name"], version=1, supplier=supplier["ref"] or "", supplier_email=supplier["email"] or "",
                currency=row["currency_id"][1],
                lines=tuple(
                    OrderedLine(
                        line=n, sku=found.sku, revision=_REVISION, quantity=found.wanted, unit=unit(line["product_uom"]),
                        price=tidy(Decimal(line["price_unit"])), wanted_on=_day(line["date_planned"]),
                    )
                    for n, (line, found) in enumerate(zip(rows, lines, strict=True), 1)
                ),
            )  # fmt: skip
        elif state == "cancelled":
            message = PurchaseOrderCancelled(number=row["name"], version=1)
        return _record("purchase", row, lines, message, row["name"], rows)

    async def shipment(self, row: Row) -> Record:
        """An outgoing transfer and its moves."""
        rows = await self.moves(row["move_ids"])
        lines = await self._transferred(rows)
        state = STATES[row["state"]]
        message: msgspec.Struct | None = None
        if state == "open" and lines:
            (customer,) = await self.by_ids("res.partner", [row["partner_id"][0]], ["ref"])
            message = ShipmentRequested(
                number=row["name"], version=1, customer=customer["ref"] or "", due_at=_moment(row["scheduled_date"]),
                lines=tuple(
                    RequestedLine(line=n, sku=found.sku, quantity=found.wanted, unit=unit(move["product_uom"]))
                    for n, (move, found) in enumerate(zip(rows, lines, strict=True), 1)
                ),
            )  # fmt: skip
        elif state == "cancelled":
            message = ShipmentCancelled(number=row["name"], version=1)
        return _record("shipment", row, lines, message, row["name"], rows)

    async def receipt(self, row: Row) -> Record:
        """An incoming transfer and its moves."""
        rows = await self.moves(row["move_ids"])
        lines = await self._transferred(rows)
        return _record(
            "receipt", row, tuple(line for line in lines if line.done or line.wanted), None, row["name"], rows
        )

    async def work(self, row: Row) -> Record:
        """A manufacturing order: what is made, and what goes in with negative quantities."""
        raw = await self.moves(row["move_raw_ids"])
        product = await self.product(row["product_id"])
        made = RecordLine(
            id=f"made/{row['id']}", sku=product["default_code"], wanted=tidy(Decimal(row["product_qty"])),
            done=tidy(Decimal(row["qty_producing"])) if row["state"] == "done" else Decimal(0),
            lot=await self._made_lot(row) if product["tracking"] == "lot" and row["state"] == "done" else None,
        )  # fmt: skip
        inputs = [line for move in raw for line in await self.by_lot(move)]
        state = STATES[row["state"]]
        message: msgspec.Struct | None = None
        if state == "open":
            message = WorkOrderReleased(
                number=row["name"], version=1, sku=made.sku, revision=_REVISION, bom_revision=_REVISION,
                quantity=made.wanted, due_at=_moment(row["date_start"]),
                operations=(ReleasedOperation(operation=10, work_centre="PRODUCTION", name="Production"),),
                materials=tuple(
                    ReleasedMaterial(
                        line=n, operation=10, sku=line.sku,
                        quantity_each=tidy((line.wanted / made.wanted).quantize(Decimal("0.0001"))),
                    )
                    for n, line in enumerate(inputs, 1)
                ),
            )  # fmt: skip
        elif state == "cancelled":
            message = WorkOrderCancelled(number=row["name"], version=1)
        negative = (msgspec.structs.replace(line, wanted=-line.wanted, done=-line.done) for line in inputs)
        return _record("work", row, (made, *negative), message, row["name"], raw)

    async def _made_lot(self, row: Row) -> str | None:
        """The lot that came out: of the moves that a production makes, that of its own product."""
        finished = await self.by_ids("stock.move", row["move_finished_ids"], ["product_id"])
        ours = [move["id"] for move in finished if move["product_id"][0] == row["product_id"][0]]
        parts = await self.rows("stock.move.line", [["move_id", "in", ours]], ["lot_id"], order="id")
        return next((str(part["lot_id"][1]) for part in parts if part["lot_id"]), None)

    async def moves(self, ids: list[int]) -> list[Row]:
        """Moves that are not cancelled."""
        return [move for move in await self.by_ids("stock.move", ids, MOVE) if move["state"] != "cancel"]


def unit(pointer: Any) -> str:
    """A unit by a many2one, as the floor calls it."""
    return _UNITS.get(pointer[1], str(pointer[1]))


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else datetime.now(UTC)


def _day(text: Any) -> date:
    return _moment(text).date()


def _record(
    kind: Kind, row: Row, lines: tuple[RecordLine, ...], message: msgspec.Struct | None, number: str,
    parts: Iterable[Row] = (), *, state: State | None = None,
) -> Record:  # fmt: skip
    rows = [row, *parts]
    stamp = f"{max(one['write_date'] for one in rows)} {len(rows)}:{sum(one['id'] for one in rows)}"
    return Record(
        kind=kind, id=str(row["id"]), number=number, state=state or STATES[row["state"]], stamp=stamp,
        lines=lines, message=message,
    )  # fmt: skip
