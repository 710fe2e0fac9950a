"""Shipments to customers in Tryton: just what left the building, by lot, picked, packed and done."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from backend.floor.link.erps.tryton.codec import Quantity
from backend.floor.link.erps.tryton.receipts import Step
from backend.floor.link.erps.tryton.store import Row, Store
from backend.floor.link.port import ErpCannot, Moved

_MODEL = "stock.shipment.out"


async def _fill(store: Store, row: Row, moved: Sequence[Moved]) -> None:
    """Makes the moves from storage say just what was picked, then has stock assigned to them.

    Where Tryton has too little the goods have left all the same, so they are forced; the reconciliation shows what its stock lacks.
    """
    actions = await _corrections(store, row, moved)
    if actions:
        await store.write(_MODEL, row, {"inventory_moves": actions})
    await store.step(_MODEL, row["id"], "assign_try")  # answers null, whatever became of it
    if (await _state(store, row)) == "waiting":
        await store.step(_MODEL, row["id"], "assign_force")


async def _state(store: Store, row: Row) -> str:
    (found,) = await store.rows(_MODEL, [["id", "=", row["id"]]], ["state"])
    return str(found["state"])


async def _corrections(store: Store, row: Row, moved: Sequence[Moved]) -> list[list[Any]]:
    """What to change on the moves from storage, so that each line has one for each lot with its quantity; [] if all fits."""
    wanted = await _wanted(store, row, moved)
    actions: list[list[Any]] = []
    for move in row["inventory_moves."]:
        if move["state"] in {"done", "cancelled"}:
            continue
        outgoing = _origin(move)
        lots = wanted.get(outgoing, {})
        number = (move.get("lot.") or {}).get("number")
        lot = number if number in lots else next(iter(lots), None)
        quantity = lots.pop(lot, Quantity(0))
        values: dict[str, Any] = {}
        if Decimal(move["quantity"]) != quantity:
            values["quantity"] = quantity
        if quantity and lot != number:
            sku = move["product."]["code"]
            values["lot"] = await store.lot(sku, lot) if lot else None
        if values:
            actions.append(["write", [move["id"]], values])
    for outgoing, lots in wanted.items():
        for lot, quantity in lots.items():
            actions.append(["create", [await _another(store, row, outgoing, lot, quantity)]])
    return actions


async def _wanted(store: Store, row: Row, moved: Sequence[Moved]) -> dict[int, dict[str | None, Quantity]]:
    """For each outgoing move, how much of which lot left."""
    outgoing = {str(move["id"]): move for move in row["outgoing_moves."]}
    wanted: dict[int, dict[str | None, Quantity]] = defaultdict(dict)
    for part in moved:
        move = outgoing.get(part.line or "")
        if move is None:
            raise ErpCannot(f"its line of {part.sku} is gone")
        quantity = await store.theirs(part.quantity, part.sku, move["unit"])
        lots = wanted[move["id"]]
        lots[part.lot] = Quantity(lots.get(part.lot, Decimal(0)) + quantity)
    return wanted


def _origin(move: Row) -> int:
    """The outgoing move that a move from storage serves."""
    model, _, number = str(move["origin"]).partition(",")
    return int(number) if model == "stock.move" else 0


async def _another(
    store: Store, row: Row, outgoing: int, lot: str | None, quantity: Quantity
) -> dict[str, Any]:
    """One more move from storage, for a lot that none has yet."""
    like = next(move for move in row["outgoing_moves."] if move["id"] == outgoing)
    (found,) = await store.rows(
        _MODEL, [["id", "=", row["id"]]], ["warehouse_storage", "warehouse_output", "company"]
    )
    sku = like["product."]["code"]
    product, _ = await store.product(sku)
    return {
        "product": product, "unit": like["unit"], "quantity": quantity, "company": found["company"],
        "from_location": found["warehouse_storage"], "to_location": found["warehouse_output"],
        "origin": f"stock.move,{outgoing}", "lot": await store.lot(sku, lot) if lot else None,
        "unit_price": None, "currency": None,
    }  # fmt: skip


async def _wait(store: Store, row: Row, moved: Sequence[Moved]) -> None:
    """Back to where quantities may still be changed; a shipment that fits goes straight on."""
    if await _corrections(store, row, moved):
        await store.step(_MODEL, row["id"], "wait")
    else:
        await store.step(_MODEL, row["id"], "pick")


def _press(button: str) -> Step:
    async def press(store: Store, row: Row, moved: Sequence[Moved]) -> None:
        del moved
        await store.step(_MODEL, row["id"], button)

    return press


NEXT: Final[dict[str, Step]] = {
    "draft": _press("wait"),
    "waiting": _fill,
    "assigned": _wait,
    "picked": _press("pack"),
    "packed": _press("do"),
    "shipped": _press("do"),
}
