"""Corrections in Tryton: an inventory of one line that books just so much more or less, with our reference in a note on it.

An inventory line says what was counted, not what changed. Tryton writes down beside it what it expects at the moment of the writing,
and books the difference of the two when the inventory is confirmed, whatever has moved between. So the line is written until the
two differ by just what the floor says.

An inventory has no field that may hold a reference, so making one takes two calls. Of what was made and not marked (the answer got lost,
or the request came twice) the oldest is taken up again and the others are cancelled; a draft has booked nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from backend.floor.link.erps.tryton.codec import Quantity
from backend.floor.link.erps.tryton.receipts import Step
from backend.floor.link.erps.tryton.store import PAGE, Clause, Row, Store
from backend.floor.link.port import Body, ErpCannot, Moved
from backend.kernel.quantity import plain

_MODEL: Final = "stock.inventory"
_NOTE: Final = "ir.note"


async def find(store: Store, our_ref: str, sku: str | None = None) -> int | None:
    """The inventory that our reference stands on; of an item, if it is known. Notes are found by what they stand on only."""
    clauses: list[Clause] = [] if sku is None else [["lines.product.code", "=", sku]]
    marked = await _notes(store, await _ours(store, clauses))
    found = [inventory for inventory, messages in marked.items() if our_ref in messages]
    return min(found, default=None)


async def make(store: Store, our_ref: str, body: Body) -> int:
    """An inventory with our reference on it, in draft if it was not there. Returns its id.

    Raises:
        ErpCannot: Tryton has no such product, or no warehouse.
    """
    (moved,) = body.moved
    product, _ = await store.product(moved.sku)
    known = await find(store, our_ref, moved.sku)
    if known is not None:
        return known
    lot = await store.lot(moved.sku, moved.lot) if moved.lot else None
    drafts = await _unmarked(store, product)
    if not drafts:
        await store.tryton.call(_MODEL, "create", [await _draft(store, product, lot)])
        drafts = await _unmarked(store, product)
    first, *twins = drafts
    (line,) = first["lines."]
    if line["lot"] != lot:
        await store.write(_MODEL, first, {"lines": [["write", [line["id"]], {"lot": lot}]]})
    note = {"resource": f"{_MODEL},{first['id']}", "message": our_ref}
    await store.tryton.call(_NOTE, "create", [note])
    for twin in twins:
        await store.step(_MODEL, twin["id"], "cancel")
    return int(first["id"])


async def _draft(store: Store, product: int, lot: int | None) -> Row:
    houses = await store.rows("stock.location", [["type", "=", "warehouse"]], ["storage_location"], most=1)
    if not houses:
        raise ErpCannot("Tryton has no warehouse")
    line: Row = {"product": product, "lot": lot, "quantity": Quantity(0)}
    return {"location": houses[0]["storage_location"], "lines": [["create", [line]]]}


async def _unmarked(store: Store, product: int) -> list[Row]:
    """Our own drafts for a product without a note: made by a request whose answer nobody heard."""
    drafts = await _ours(store, [["state", "=", "draft"], ["lines.product", "=", product]])
    marked = await _notes(store, drafts)
    return [row for row in drafts if row["id"] not in marked]


async def _ours(store: Store, clauses: list[Clause]) -> list[Row]:
    """Inventories that our own user of Tryton made."""
    mine: Clause = ["create_uid", "=", await store.tryton.user()]
    return await store.rows(_MODEL, [mine, *clauses], ["lines.lot", "_timestamp"])


async def _notes(store: Store, inventories: list[Row]) -> dict[int, set[str]]:
    """What the notes on some inventories say."""
    named = [f"{_MODEL},{row['id']}" for row in inventories]
    said: dict[int, set[str]] = defaultdict(set)
    for start in range(0, len(named), PAGE):
        clauses = [["resource", "in", named[start : start + PAGE]]]
        for note in await store.rows(_NOTE, clauses, ["resource", "message"]):
            said[int(note["resource"].partition(",")[2])].add(note["message"])
    return said


async def _confirm(store: Store, row: Row, moved: Sequence[Moved]) -> None:
    (change,) = moved
    (line,) = row["lines."]
    expected = Decimal(line["expected_quantity"])
    wanted = expected + change.quantity
    if wanted < 0:
        await store.step(_MODEL, row["id"], "cancel")
        raise ErpCannot(
            f"Tryton has {plain(expected)} of {change.sku}: {plain(-change.quantity)} cannot be taken off"
        )
    if Decimal(line["quantity"]) != wanted:
        actions: list[list[Any]] = [["write", [line["id"]], {"quantity": Quantity(wanted)}]]
        await store.write(_MODEL, row, {"lines": actions})
        return  # read again: what it expects was reckoned anew
    await store.step(_MODEL, row["id"], "confirm")


NEXT: Final[dict[str, Step]] = {"draft": _confirm}
