"""Tryton's stock, item by item and lot by lot, over a whole warehouse."""

from datetime import date
from decimal import Decimal
from typing import Any

from backend.floor.link.erps.tryton.store import Store
from backend.floor.link.port import Record, RecordLine
from backend.kernel.quantity import tidy


async def everything(store: Store) -> Record:
    """What Tryton believes is there today, in all its warehouses: a line for each lot, and one for what has none."""
    houses = await store.rows("stock.location", [["type", "=", "warehouse"]], ["id"])
    where: dict[str, Any] = {
        "locations": [house["id"] for house in houses], "stock_date_end": date.max, "with_childs": True
    }  # fmt: skip
    products = await store.rows(
        "product.product",
        [["template.type", "=", "goods"], ["code", "!=", None]],
        ["code", "quantity"],
        **where,
    )
    lots = await store.rows(
        "stock.lot", [["quantity", "!=", 0]], ["number", "product.code", "quantity"], **where
    )
    lines: list[RecordLine] = []
    left = {row["code"]: Decimal(row["quantity"] or 0) for row in products}
    for lot in lots:
        sku, quantity = lot["product."]["code"], Decimal(lot["quantity"])
        left[sku] = left.get(sku, Decimal(0)) - quantity
        lines.append(_line(sku, quantity, lot["number"]))
    lines += [_line(sku, quantity, None) for sku, quantity in left.items() if quantity]
    return Record(kind="stock", id="stock", number="stock", state="open", lines=tuple(lines))


def _line(sku: str, quantity: Decimal, lot: str | None) -> RecordLine:
    exact = tidy(quantity)
    return RecordLine(id=f"{sku}/{lot or ''}", sku=sku, wanted=exact, done=exact, lot=lot)
