"""Lots in Odoo: what of each lot moved, as the lines of a stock move.

The lines are written whole (all taken away, then made anew), so that the same request twice leaves the same lines. What comes in names
its lot, and Odoo makes one that it does not know; what goes out needs one that is there. A serial number is a lot of one piece.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from backend.floor.link.erps.odoo.records import Reader, Row
from backend.floor.link.erps.odoo.transports import Transport
from backend.floor.link.port import ErpCannot, ErpRefused, Moved

MODULE: Final = "__gemba__"
_CLEAR: Final = [5, 0, 0]  # Odoo's command on a list: forget all


def by_lot(moved: Sequence[Moved]) -> dict[str, Decimal]:
    """How much of each lot or serial; what has neither is left out."""
    found: dict[str, Decimal] = {}
    for part in moved:
        for name, quantity in _named(part):
            found[name] = found.get(name, Decimal(0)) + quantity
    return found


def _named(part: Moved) -> list[tuple[str, Decimal]]:
    if part.serials:
        return [(serial, Decimal(1)) for serial in part.serials]
    return [(part.lot, part.quantity)] if part.lot else []


class Lots:
    """Writes moves lot by lot."""

    def __init__(self, odoo: Transport, reader: Reader) -> None:
        self._odoo = odoo
        self._reader = reader

    async def tracked(self, move: Row) -> bool:
        """Whether Odoo tells this product's stock apart by lot or serial."""
        product = await self._reader.product(move["product_id"])
        return product["tracking"] in {"lot", "serial"}

    async def write(self, move: Row, moved: Sequence[Moved], *, coming: bool) -> None:
        """Makes a move's lines say just these lots.

        Raises:
            ErpRefused: Odoo keeps the product by lot and the floor named none for some of it.
        """
        lots = by_lot(moved)
        total = sum((part.quantity for part in moved), Decimal(0))
        product = await self._reader.product(move["product_id"])
        if sum(lots.values(), Decimal(0)) != total:
            raise ErpRefused(
                f"Odoo keeps {product['default_code']} by lot, and the floor has none for all of it"
            )
        lines = [
            [0, 0, await self._line(move, lot, quantity, coming=coming)] for lot, quantity in lots.items()
        ]
        values = {"picked": total > 0, "move_line_ids": [_CLEAR, *lines]}
        await self._odoo.call("stock.move", "write", [move["id"]], values)

    async def _line(self, move: Row, lot: str, quantity: Decimal, *, coming: bool) -> Row:
        named: Row = {"lot_name": lot} if coming else {"lot_id": await self.lot(move["product_id"], lot)}
        return {
            "product_id": int(move["product_id"][0]), "product_uom_id": int(move["product_uom"][0]),
            "quantity": quantity, "picked": True, **named,
        }  # fmt: skip

    async def lot(self, product: Any, name: str) -> int:
        """A lot's id; made when Odoo has none of that name, by an external id, so that two of us make one.

        Raises:
            ErpCannot: Odoo did not make it.
        """
        number = int(product[0])
        clauses = [["product_id", "=", number], ["name", "=", name]]
        rows = await self._reader.rows("stock.lot", clauses, ["id"], order="id")
        if rows:
            return int(rows[0]["id"])
        ours = f"{MODULE}.lot_{number}_{name.replace('.', '_').replace('/', '_')}"
        fields = ["id", "name", "product_id/.id"]
        made = await self._odoo.call("stock.lot", "load", fields, [[ours, name, number]])
        if not made["ids"]:
            raise ErpCannot(f"Odoo makes no lot {name}: {made['messages']}"[:300])
        return int(made["ids"][0])
