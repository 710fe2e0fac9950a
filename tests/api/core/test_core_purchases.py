"""A purchase order version by version, and what its invoices may say."""

from decimal import Decimal
from typing import Any

from backend.contract.purchases import (
    AnsweredLine,
    Promise,
    PurchaseOrderAgreed,
    PurchaseOrderAnswered,
    PurchaseOrderCountered,
    PurchaseOrderReleased,
)
from backend.kernel import clock
from tests.support.core_house import Core, in_days
from tests.support.core_orders import arrival, released

D = Decimal


async def test_an_order_version_by_version(core: Core) -> None:
    """A revised order goes out as version 2 without the dropped line; an agreement to version 1 is a concern and promises nothing."""
    number = await released(core)
    lines: list[dict[str, Any]] = [{"sku": "HUB", "quantity": "8", "wantedOn": in_days(5).isoformat(), "line": 10},
             {"sku": "RIM", "quantity": "4", "wantedOn": in_days(5).isoformat()}]  # fmt: skip
    assert (await core.do("/purchase-orders/revise", {"number": number, "lines": lines}))["version"] == 2
    await core.do("/purchase-orders/revise", {"number": number, "lines": lines[:1]})
    assert [len(one.lines) for one in await core.outbox(PurchaseOrderReleased)] == [1, 2, 1]
    old = PurchaseOrderAgreed(
        number=number, version=1, answer_id="late", by="tolerance", at=clock.now(),
        lines=(AnsweredLine(line=10, schedule=(Promise(quantity=D(10), promised_on=in_days(1)),)),),
    )  # fmt: skip
    await core.tell((f"purchase/{number}", old))
    order = await core.get(f"/purchase-orders/{number}")
    assert (order["state"], order["lines"][0]["promises"], len(order["versions"])) == ("released", [], 3)
    assert (await core.get("/concerns"))["items"][0]["kind"] == "answer_to_old_version"
    swapped = {"number": number, "lines": [lines[1] | {"line": 10}]}
    await core.do("/purchase-orders/revise", swapped, 400)


async def test_an_invoice_must_match_what_came(core: Core) -> None:
    """Billed before it came, too much, twice, or a line that is not there: refused by name, and nothing is booked."""
    number = await released(core)

    def bill(name: str, quantity: str, line: int = 10) -> dict[str, Any]:
        return {
            "purchaseOrder": number,
            "number": name,
            "lines": [{"line": line, "quantity": quantity, "price": "20"}],
        }

    early = await core.do("/purchase-orders/invoices", bill("R1", "1"), 409)
    assert early["type"] == "/problems/billed-too-much"
    await core.tell(arrival(number, "10"))
    await core.do("/purchase-orders/invoices", bill("R1", "11"), 409)
    await core.do("/purchase-orders/invoices", bill("R1", "1", line=99), 400)
    await core.do("/purchase-orders/invoices", bill("R1", "4"))
    again = await core.do("/purchase-orders/invoices", bill("R1", "4"), 409)
    assert again["type"] == "/problems/invoice-booked-before"
    assert await core.balance("payable") == D(-80)
    last = await core.do("/purchase-orders/invoices", bill("R2", "6"))
    assert last["state"] == "closed"


async def test_a_buyer_asks_for_a_new_version(core: Core) -> None:
    """What the buyer wants instead of the supplier's answer stands at the order, and before a person until the next version is
    released."""
    number = await released(core)
    part = (Promise(quantity=D(10), promised_on=in_days(30)),)
    answer = PurchaseOrderAnswered(
        number=number, version=1, answer_id="a1", state="needs_buyer", at=clock.now(),
        lines=(AnsweredLine(line=10, schedule=part),),
    )  # fmt: skip
    countered = PurchaseOrderCountered(
        number=number, version=1, answer_id="a1", lines=(10,), note="Half of it in a week", at=clock.now()
    )
    document = f"purchase/{number}"
    await core.tell((document, answer), (document, countered))
    order = await core.get(f"/purchase-orders/{number}")
    assert [(one["state"], one["note"]) for one in order["answers"]] == [
        ("countered", "Half of it in a week")
    ]
    (asked,) = (await core.get("/concerns"))["items"]
    assert (asked["kind"], asked["document"], asked["facts"]["note"]) == (
        "new_version_asked", document, "Half of it in a week",
    )  # fmt: skip
    lines = [{"sku": "HUB", "quantity": "10", "wantedOn": in_days(7).isoformat(), "line": 10}]
    await core.do("/purchase-orders/revise", {"number": number, "lines": lines})
    assert (await core.get("/concerns"))["items"] == []
