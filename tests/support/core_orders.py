"""A sale, a purchase and an arrival as the core's tests make them, with what a test wants otherwise."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from backend.contract.receipts import GoodsReceived
from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.core_house import Core, in_days

D = Decimal


def sale(sku: str = "HUB", quantity: str = "2", **more: Any) -> dict[str, Any]:
    """A customer's order, due within hours."""
    due = (clock.now() + timedelta(hours=5)).isoformat()
    return {"customer": "C1", "dueAt": due, "lines": [{"sku": sku, "quantity": quantity}]} | more


def purchase(sku: str = "HUB", quantity: str = "10", **more: Any) -> dict[str, Any]:
    """A draft of one line; `more` is of the line."""
    return {
        "supplier": "S1",
        "lines": [{"sku": sku, "quantity": quantity, "wantedOn": in_days(3).isoformat()} | more],
    }


async def released(core: Core, **more: Any) -> str:
    """The number of a purchase order that has gone out."""
    number: str = (await core.do("/purchase-orders/draft", purchase(**more)))["number"]
    await core.do("/purchase-orders/release", {"number": number})
    return number


def arrival(order: str | None, quantity: str, **more: Any) -> tuple[str, GoodsReceived]:
    """What the floor says when goods came in, with the document it says it of."""
    facts: dict[str, Any] = {
        "sku": "HUB",
        "receipt": new_id(),
        "line": 10 if order else None,
        "unit": "pc",
        "status": "free",
    }
    message = GoodsReceived(quantity=D(quantity), purchase_order=order, at=clock.now(), **(facts | more))
    return f"purchase/{order}" if order else f"receipt/{message.receipt}", message
