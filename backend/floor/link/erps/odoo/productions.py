"""Productions in Odoo: what went in lot by lot, what came out under its lot or serial numbers, closed once.

Up to release 18 a production makes one lot or one piece with a serial number (`lot_producing_id`); from 19 on it takes as many serial
numbers as it makes pieces (`lot_producing_ids`). Which of the two there is, Odoo is asked once. Lots that come out are written with the
quantity, before the components: Odoo sets those to the plan as soon as it knows how many are made.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from backend.floor.link.erps.odoo.lots import Lots, by_lot
from backend.floor.link.erps.odoo.records import Reader, Row
from backend.floor.link.erps.odoo.transports import Transport
from backend.floor.link.port import ErpRefused, Moved

_ONE: Final = "lot_producing_id"
_MANY: Final = "lot_producing_ids"
_REPLACE: Final = 6  # Odoo's command on a list: exactly these


class Productions:
    """Closes manufacturing orders."""

    def __init__(self, odoo: Transport, reader: Reader, lots: Lots) -> None:
        self._odoo = odoo
        self._reader = reader
        self._lots = lots
        self._takes_many: bool | None = None

    async def close(self, row: Row, moved: Sequence[Moved]) -> None:
        """Writes what was made and used, then presses the button.

        Raises:
            ErpRefused: the product is kept by lot and the floor has none for all of it, or more than this Odoo takes.
        """
        made = [part for part in moved if part.quantity > 0]
        values: Row = {"qty_producing": sum((part.quantity for part in made), Decimal(0))}
        values |= await self._named(row, made)
        await self._odoo.call("mrp.production", "write", [row["id"]], values)
        for move in await self._reader.moves(row["move_raw_ids"]):
            sku = (await self._reader.product(move["product_id"]))["default_code"]
            used = [_taken(part) for part in moved if part.sku == sku and part.quantity < 0]
            if used and await self._lots.tracked(move):
                await self._lots.write(move, used, coming=False)
            else:
                await self._set(move, used)
        await self._odoo.call("mrp.production", "button_mark_done", [row["id"]])

    async def _set(self, move: Row, used: Sequence[Moved]) -> None:
        """What nobody reported stays as planned; Odoo chooses its lots, or says that it cannot."""
        quantity = (
            sum((part.quantity for part in used), Decimal(0)) if used else Decimal(move["product_uom_qty"])
        )
        values = {"quantity": quantity, "picked": quantity > 0}
        await self._odoo.call("stock.move", "write", [move["id"]], values)

    async def _named(self, row: Row, made: Sequence[Moved]) -> Row:
        """The lots or serial numbers of what is made, as this Odoo takes them; nothing for what has none."""
        product = await self._reader.product(row["product_id"])
        if product["tracking"] not in {"lot", "serial"} or not made:
            return {}
        sku, lots = product["default_code"], by_lot(made)
        if sum(lots.values(), Decimal(0)) != sum((part.quantity for part in made), Decimal(0)):
            raise ErpRefused(f"Odoo keeps {sku} by lot, and the floor has none for all of it")
        most = len(lots) if product["tracking"] == "serial" and await self._many() else 1
        if len(lots) > most:
            raise ErpRefused(
                f"{len(lots)} lots or serial numbers of {sku} were made, and this production takes one: split it in Odoo"
            )
        ids = [await self._lots.lot(row["product_id"], name) for name in lots]
        return {_MANY: [[_REPLACE, 0, ids]]} if await self._many() else {_ONE: ids[0]}

    async def _many(self) -> bool:
        if self._takes_many is None:
            fields: dict[str, Any] = await self._odoo.call("mrp.production", "fields_get", [_MANY], ["type"])
            self._takes_many = _MANY in fields
        return self._takes_many


def _taken(part: Moved) -> Moved:
    """What went in, as a quantity above zero."""
    return msgspec.structs.replace(part, quantity=-part.quantity)
