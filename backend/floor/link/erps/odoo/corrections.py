"""Corrections in Odoo: a quant is counted as just so much more or less than it holds, and the count applied.

Odoo knows no document for it. The move that the count makes is named by our reference, so whether it is booked can be asked; a
count that is applied twice moves nothing the second time, as the first has emptied it. Where the quant moved between our writing
and our applying, Odoo answers with a wizard and books nothing: we look again.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from backend.floor.link.erps.odoo.lots import Lots, by_lot
from backend.floor.link.erps.odoo.records import Reader, Row
from backend.floor.link.erps.odoo.transports import Transport
from backend.floor.link.port import ErpCannot, ErpStale, Moved, Record, RecordLine
from backend.kernel.quantity import tidy

_QUANT: Final = [
    "quantity", "inventory_quantity", "inventory_quantity_set", "inventory_diff_quantity", "location_id",
]  # fmt: skip
_COUNTING: Final = {"inventory_mode": True}


class Corrections:
    """Counts of quants, one for each correction of the floor's. A record's id is our reference itself."""

    def __init__(self, odoo: Transport, reader: Reader, lots: Lots) -> None:
        self._odoo = odoo
        self._reader = reader
        self._lots = lots

    async def read(self, our_ref: str) -> Record:
        """What is booked under our reference; open while nothing is."""
        named = [["is_inventory", "=", True], ["name", "=", our_ref], ["state", "=", "done"]]
        moves = await self._reader.rows("stock.move", named, ["product_id", "quantity", "state"], order="id")
        added = [*named, ["location_dest_id.usage", "=", "internal"]]
        gains = (
            {row["id"] for row in await self._reader.rows("stock.move", added, ["id"])} if moves else set()
        )
        lines = [
            line for move in moves for line in await self._booked(move, sign=1 if move["id"] in gains else -1)
        ]
        return Record(
            kind="correction", id=our_ref, number=our_ref, state="done" if moves else "open", our_ref=our_ref,
            lines=tuple(lines),
        )  # fmt: skip

    async def _booked(self, move: Row, *, sign: int) -> list[RecordLine]:
        parts = await self._reader.by_lot({**move, "product_uom_qty": move["quantity"]})
        return [
            RecordLine(id=part.id, sku=part.sku, wanted=sign * part.done, done=sign * part.done, lot=part.lot)
            for part in parts
        ]

    async def book(self, our_ref: str, moved: Sequence[Moved]) -> None:
        """Counts and applies, unless that is done.

        Raises:
            ErpCannot: Odoo has no such product.
            ErpStale: somebody counts the same quant, or it moved meanwhile.
        """
        (change,) = moved
        if (await self.read(our_ref)).state == "done":
            return
        quant = await self._quant(change)
        if quant["inventory_quantity_set"] and quant["inventory_diff_quantity"] != change.quantity:
            raise ErpStale("somebody is counting it")
        counted = {"inventory_quantity": Decimal(quant["quantity"]) + change.quantity}
        await self._odoo.call("stock.quant", "write", [quant["id"]], counted, context=_COUNTING)
        (again,) = await self._reader.rows("stock.quant", [["id", "=", quant["id"]]], _QUANT)
        if again["inventory_diff_quantity"] != change.quantity:
            raise ErpStale("it moved meanwhile")
        named = {**_COUNTING, "inventory_name": our_ref}
        answer: Any = await self._odoo.call(
            "stock.quant", "action_apply_inventory", [quant["id"]], context=named
        )
        if isinstance(answer, dict):  # a wizard: what was counted is not what is there any more
            raise ErpStale("it moved meanwhile")

    async def _quant(self, change: Moved) -> Row:
        """Where the correction is booked: the fullest of the quants that fit, or a new one in the warehouse's stock."""
        rows = await self._reader.rows(
            "product.product", [["default_code", "=", change.sku]], ["default_code"], order="id"
        )
        if not rows:
            raise ErpCannot(f"Odoo has no product {change.sku}")
        product = [rows[0]["id"], change.sku]
        (name,) = by_lot([change]) or (None,)
        lot = await self._lots.lot(product, name) if name else False
        fits = [
            ["product_id", "=", product[0]], ["location_id.usage", "=", "internal"], ["lot_id", "=", lot],
        ]  # fmt: skip
        found = await self._reader.rows("stock.quant", fits, _QUANT)
        if found:
            return max(found, key=lambda row: (tidy(Decimal(row["quantity"])), -row["id"]))
        houses = await self._reader.rows("stock.warehouse", [], ["lot_stock_id"], limit=1, order="id")
        if not houses:
            raise ErpCannot("Odoo has no warehouse")
        place = int(houses[0]["lot_stock_id"][0])
        values = {"product_id": product[0], "location_id": place, "lot_id": lot, "inventory_quantity": 0}
        await self._odoo.call("stock.quant", "create", values, context=_COUNTING)
        (made,) = (await self._reader.rows("stock.quant", fits, _QUANT, order="id"))[:1]
        return made
