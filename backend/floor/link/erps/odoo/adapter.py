"""Odoo behind the port, over either transport.

An answer without an error proves nothing here: where quantities differ from the plan a button answers with a wizard and leaves
the document open, and with nothing entered it books the whole plan. So every quantity is written before a button is pressed,
backorders are asked for in the context, and whoever called reads the state again. Our reference is an external id, given
by `load`, the only call that may be sent twice. What Odoo keeps by lot or serial is written lot by lot (`lots`, `productions`), counts as counts (`corrections`).
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from backend.floor.link.erps.odoo.corrections import Corrections
from backend.floor.link.erps.odoo.lots import MODULE, Lots
from backend.floor.link.erps.odoo.productions import Productions
from backend.floor.link.erps.odoo.records import MOVE, Reader, Row
from backend.floor.link.erps.odoo.transports import Transport
from backend.floor.link.port import (
    Body,
    Changes,
    ErpCannot,
    ErpRefused,
    Kind,
    Moved,
    Record,
    RecordLine,
    State,
)
from backend.kernel.quantity import tidy

OVERLAP: Final = timedelta(minutes=5)
PAGE: Final = 200
_PICKING: Final = ["name", "state", "partner_id", "scheduled_date", "move_ids", "write_date"]
_MODELS: Final[dict[str, tuple[str, list[Any], list[str]]]] = {
    "item": (
        "product.product", [["default_code", "!=", False]],
        ["default_code", "name", "uom_id", "tracking", "write_date"],
    ),
    "partner": (
        "res.partner", [["ref", "!=", False]],
        ["ref", "name", "email", "lang", "street", "street2", "zip", "city", "country_id", "write_date"],
    ),
    "purchase": (
        "purchase.order", [], ["name", "state", "partner_id", "currency_id", "order_line", "picking_ids", "write_date"]
    ),
    "shipment": ("stock.picking", [["picking_type_code", "=", "outgoing"]], _PICKING),
    "receipt": ("stock.picking", [["picking_type_code", "=", "incoming"]], _PICKING),
    "work": (
        "mrp.production", [],
        ["name", "state", "product_id", "product_qty", "qty_producing", "date_start", "move_raw_ids", "move_finished_ids",
         "write_date"],
    ),
}  # fmt: skip


class OdooErp:
    """One Odoo database as an `Erp`."""

    name = "odoo"

    def __init__(self, odoo: Transport) -> None:
        self._odoo = odoo
        self._reader = Reader(odoo)
        self._lots = Lots(odoo, self._reader)
        self._productions = Productions(odoo, self._reader, self._lots)
        self._corrections = Corrections(odoo, self._reader, self._lots)

    @property
    def url(self) -> str:
        """The server."""
        return self._odoo.url

    async def changed_since(self, kind: Kind, cursor: str | None) -> AsyncIterator[Changes]:
        """By `write_date`, Odoo's own time, with a window that overlaps the last look; the cursor moves with the last page."""
        if kind == "stock":
            yield Changes(records=(await self._stock(),), cursor="")
            return
        model, only, fields = _MODELS[kind]
        latest, last = cursor or "", 0
        since = [["write_date", ">=", _earlier(cursor)]] if cursor else []
        while True:
            page = await self._reader.rows(
                model, [*only, *since, ["id", ">", last]], fields, limit=PAGE, order="id"
            )
            found, odd = [], []
            for row in page:
                latest, last = max(latest, row["write_date"]), row["id"]
                try:
                    found.append(await getattr(self._reader, kind)(row))
                except (KeyError, TypeError, ValueError, ArithmeticError) as error:
                    odd.append(f"{model} {row['id']}: {type(error).__name__} {error}"[:200])
            ended = len(page) < PAGE
            yield Changes(
                records=tuple(found), cursor=latest if ended else cursor or "", unreadable=tuple(odd)
            )
            if ended:
                return

    async def get(self, kind: Kind, record_id: str) -> Record | None:
        """One record by Odoo's id."""
        row = await self._row(kind, record_id)
        return None if row is None else await self._read(kind, row)

    async def find_by_our_ref(self, kind: Kind, our_ref: str) -> Record | None:
        """By external id; a correction's move by its name."""
        if kind == "correction":
            record = await self._corrections.read(our_ref)
            return record if record.state == "done" else None
        marks = await self._reader.rows(
            "ir.model.data",
            [["module", "=", MODULE], ["name", "=", _name(our_ref)], ["model", "=", _MODELS[kind][0]]],
            ["res_id"],
        )
        return await self.get(kind, str(marks[0]["res_id"])) if marks else None

    async def ensure(self, kind: Kind, our_ref: str, body: Body) -> Record:
        """A receipt is the order's open transfer, a correction nothing yet, the others the document itself, marked with our reference."""
        if kind == "correction":
            return await self._corrections.read(our_ref)
        found = await self.find_by_our_ref(kind, our_ref)
        if found is not None:
            return found
        target = await self._open_transfer(body) if kind == "receipt" else int(body.of)
        await self._odoo.call(
            _MODELS[kind][0], "load", ["id", ".id"], [[f"{MODULE}.{_name(our_ref)}", target]]
        )
        return await self.read_state(kind, str(target))

    async def advance(self, kind: Kind, record_id: str, to_state: State, lines: tuple[Moved, ...]) -> Record:
        """Writes all quantities, then presses the one button; done already is success, whoever did it."""
        if to_state != "done" or kind not in {"receipt", "shipment", "work", "correction"}:
            raise ErpCannot(f"the link brings no {kind} to {to_state}")
        if kind == "correction":
            await self._corrections.book(record_id, lines)
            return await self._corrections.read(record_id)
        row = await self._must(kind, record_id)
        if row["state"] not in {"done", "cancel"}:
            try:
                await (
                    self._productions.close(row, lines)
                    if kind == "work"
                    else self._transfer(kind, row, lines)
                )
            except ErpRefused:
                # Odoo refuses to validate what is done: the call ran twice, or somebody was first.
                if (await self._must(kind, record_id))["state"] != "done":
                    raise
        return await self.read_state(kind, record_id)

    async def read_state(self, kind: Kind, record_id: str) -> Record:
        """The document as it stands."""
        if kind == "correction":
            return await self._corrections.read(record_id)
        return await self._read(kind, await self._must(kind, record_id))

    async def close(self) -> None:
        """Closes the connections."""
        await self._odoo.close()

    async def _transfer(self, kind: Kind, row: Row, moved: Sequence[Moved]) -> None:
        for move in await self._reader.moves(row["move_ids"]):
            line = str((move["purchase_line_id"] or [0])[0]) if kind == "receipt" else str(move["id"])
            parts = [part for part in moved if part.line == line]
            if await self._lots.tracked(move):
                await self._lots.write(move, parts, coming=kind == "receipt")
            else:
                await self._set(move, sum((part.quantity for part in parts), Decimal(0)))
        await self._odoo.call(
            "stock.picking", "button_validate", [row["id"]], context={"skip_backorder": True}
        )

    async def _set(self, move: Row, quantity: Decimal) -> None:
        """A quantity of zero is written as well: what is left empty is booked whole."""
        values = {"quantity": quantity, "picked": quantity > 0}
        await self._odoo.call("stock.move", "write", [move["id"]], values)

    async def _open_transfer(self, body: Body) -> int:
        """The order's incoming transfer that is still open and that no other receipt of ours has."""
        order = await self._must("purchase", body.of)
        for picking in await self._reader.by_ids(
            "stock.picking", order["picking_ids"], ["state", "move_ids"]
        ):
            if picking["state"] in {"done", "cancel"}:
                continue
            moves = await self._reader.by_ids("stock.move", picking["move_ids"], MOVE)
            lines = {str((move["purchase_line_id"] or [0])[0]) for move in moves if move["state"] != "cancel"}
            if all(part.line in lines for part in body.moved):
                return int(picking["id"])
        raise ErpCannot("everything that was ordered has come in already")

    async def _stock(self) -> Record:
        rows = await self._reader.rows(
            "stock.quant", [["location_id.usage", "=", "internal"]], ["product_id", "lot_id", "quantity"]
        )
        lines = []
        for row in rows:
            product = await self._reader.product(row["product_id"])
            sku = product["default_code"]
            # The floor compares pieces with a serial of their own as pieces.
            lot = row["lot_id"][1] if row["lot_id"] and product["tracking"] == "lot" else None
            quantity = tidy(Decimal(row["quantity"]))
            lines.append(RecordLine(id=str(row["id"]), sku=sku, wanted=quantity, done=quantity, lot=lot))
        return Record(kind="stock", id="stock", number="stock", state="open", lines=tuple(lines))

    async def _read(self, kind: Kind, row: Row) -> Record:
        found: Record = await getattr(self._reader, kind)(row)
        return found

    async def _row(self, kind: Kind, record_id: str) -> Row | None:
        model, _, fields = _MODELS[kind]
        rows = await self._reader.rows(model, [["id", "=", int(record_id)]], fields)
        return rows[0] if rows else None

    async def _must(self, kind: Kind, record_id: str) -> Row:
        row = await self._row(kind, record_id)
        if row is None:
            raise ErpCannot(f"its {kind} {record_id} is gone")
        return row


def _name(our_ref: str) -> str:
    """Our reference as an external id's name, which has no dots or slashes."""
    return our_ref.replace("/", "_").replace(".", "_")


def _earlier(cursor: str) -> str:
    return f"{datetime.fromisoformat(cursor) - OVERLAP:%Y-%m-%d %H:%M:%S}"
