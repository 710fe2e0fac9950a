"""Receipts in Tryton: a supplier's shipment made of the purchase's open moves, received and put into storage."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from backend.floor.link.erps.tryton.codec import Quantity
from backend.floor.link.erps.tryton.store import Row, Store
from backend.floor.link.port import Body, ErpCannot, Moved

Step = Callable[[Store, Row, Sequence[Moved]], Awaitable[Any]]
_MOVE = ["state", "shipment", "quantity", "unit", "_timestamp"]


async def make(store: Store, our_ref: str, body: Body) -> int:
    """A supplier's shipment that takes over just so much of the open moves, in one call. Returns its id.

    A create by RPC fills in nothing by itself, so warehouse and zones are read and sent. Moves on somebody else's shipment
    are not taken away from it, although Tryton would let us.

    Raises:
        ErpCannot: of a line everything has moved, or its moves are on another shipment.
    """
    rows = await store.rows(
        "purchase.purchase", [["id", "=", int(body.of)]], ["party", "warehouse", "company", "number"]
    )
    if not rows:
        raise ErpCannot(f"its purchase {body.of} is gone")
    order = rows[0]
    (house,) = await store.rows(
        "stock.location", [["id", "=", order["warehouse"]]], ["input_location", "storage_location"]
    )
    actions: list[list[Any]] = []
    stamps: dict[str, str] = {}
    for moved in body.moved:
        for move, quantity in await _open(store, moved):
            stamps[f"stock.move,{move['id']}"] = move["_timestamp"]
            lot = {"lot": await store.lot(moved.sku, moved.lot)} if moved.lot else {}
            actions += [["add", [move["id"]]], ["write", [move["id"]], {"quantity": quantity, **lot}]]
    made = await store.tryton.call(
        "stock.shipment.in", "create",
        [{
            "reference": our_ref, "supplier": order["party"], "company": order["company"],
            "warehouse": order["warehouse"], "warehouse_input": house["input_location"],
            "warehouse_storage": house["storage_location"], "effective_date": body.on, "incoming_moves": actions,
        }],
        timestamps=stamps,
    )  # fmt: skip
    return int(made[0])


async def _open(store: Store, moved: Moved) -> list[tuple[Row, Quantity]]:
    """The line's open moves that make up the quantity; the last one takes what is more."""
    clauses = [["origin", "=", f"purchase.line,{moved.line}"], ["state", "=", "draft"]]
    moves = await store.rows("stock.move", clauses, _MOVE)
    free = [move for move in moves if not move["shipment"]]
    if not free and moves:
        raise ErpCannot(f"what is open of {moved.sku} is on another supplier shipment")
    if not free:
        raise ErpCannot(f"everything that was ordered of {moved.sku} has come in already")
    left = await store.theirs(moved.quantity, moved.sku, free[0]["unit"])
    found: list[tuple[Row, Quantity]] = []
    for place, move in enumerate(free, 1):
        part = left if place == len(free) else min(left, Decimal(move["quantity"]))
        found.append((move, Quantity(part)))
        left = Quantity(left - part)
        if left <= 0:
            break
    return found


async def _receive(store: Store, row: Row, moved: Sequence[Moved]) -> None:
    del moved
    await store.step("stock.shipment.in", row["id"], "receive")


async def _put_away(store: Store, row: Row, moved: Sequence[Moved]) -> None:
    del moved
    await store.step("stock.shipment.in", row["id"], "do")


NEXT: Final[dict[str, Step]] = {"draft": _receive, "received": _put_away}
