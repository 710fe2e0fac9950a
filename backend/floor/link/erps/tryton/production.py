"""Productions in Tryton: what went in and what came out, once it is all there."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from backend.floor.link.erps.tryton.codec import Quantity
from backend.floor.link.erps.tryton.receipts import Step
from backend.floor.link.erps.tryton.store import Row, Store
from backend.floor.link.port import Moved

_MODEL = "production"


async def _start(store: Store, row: Row, moved: Sequence[Moved]) -> None:
    """Inputs as they were consumed (an input nobody reported stays as planned), assigned or forced."""
    actions = await _fitted(store, row["inputs."], [part for part in moved if part.quantity < 0])
    if actions:
        await store.write(_MODEL, row, {"inputs": actions})
    await store.step(_MODEL, row["id"], "assign_try")
    (found,) = await store.rows(_MODEL, [["id", "=", row["id"]]], ["state"])
    if found["state"] == "waiting":
        await store.step(_MODEL, row["id"], "assign_force")


async def _run(store: Store, row: Row, moved: Sequence[Moved]) -> None:
    del moved
    await store.step(_MODEL, row["id"], "run")


async def _finish(store: Store, row: Row, moved: Sequence[Moved]) -> None:
    actions = await _fitted(store, row["outputs."], [part for part in moved if part.quantity > 0])
    if actions:
        await store.write(_MODEL, row, {"outputs": actions})
        return  # read again, then done
    await store.step(_MODEL, row["id"], "do")


async def _fitted(store: Store, moves: Sequence[Row], moved: Sequence[Moved]) -> list[list[Any]]:
    """What to change on some moves, so that each item has one for each lot with its quantity; [] if all fits."""
    wanted: dict[str, dict[str | None, Decimal]] = defaultdict(dict)
    for part in moved:
        lots = wanted[part.sku]
        lots[part.lot] = lots.get(part.lot, Decimal(0)) + abs(part.quantity)
    actions: list[list[Any]] = []
    last: dict[str, Row] = {}
    for move in moves:
        sku = move["product."]["code"]
        if sku not in wanted or move["state"] in {"done", "cancelled"}:
            continue
        last[sku] = move
        number = (move.get("lot.") or {}).get("number")
        lots = wanted[sku]
        lot = number if number in lots else next(iter(lots), None)
        fits = await store.theirs(lots.pop(lot, Decimal(0)), sku, move["unit"])
        values: dict[str, Any] = {}
        if Decimal(move["quantity"]) != fits:
            values["quantity"] = fits
        if fits and lot != number:
            values["lot"] = await store.lot(sku, lot) if lot else None
        if values:
            actions.append(["write", [move["id"]], values])
    for sku, lots in wanted.items():
        for lot, quantity in lots.items():
            if sku in last and quantity:
                actions.append(
                    ["copy", [last[sku]["id"]], await _copied(store, last[sku], sku, lot, quantity)]
                )
    return actions


async def _copied(store: Store, move: Row, sku: str, lot: str | None, quantity: Decimal) -> dict[str, Any]:
    return {
        "quantity": Quantity(await store.theirs(quantity, sku, move["unit"])),
        "lot": await store.lot(sku, lot) if lot else None,
    }


NEXT: Final[dict[str, Step]] = {"draft": _start, "waiting": _start, "assigned": _run, "running": _finish}
