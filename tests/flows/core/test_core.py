"""A purchase, a sale and a work order through the core, the floor's side of it told by signed messages."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from backend.contract.production import (
    ConsumedMaterial,
    GoodsProduced,
    JobReported,
    MaterialsConsumed,
    WorkOrderReleased,
)
from backend.contract.purchases import (
    AdvisedLine,
    AnsweredLine,
    DispatchAdviceSubmitted,
    Promise,
    PurchaseOrderAgreed,
    PurchaseOrderAnswered,
    PurchaseOrderReleased,
)
from backend.contract.quality import ClaimRaised, Decisions, GoodsReturned, InspectionDecided
from backend.contract.receipts import GoodsReceiptUndone, GoodsReceived, ReceiptDiscrepancy
from backend.contract.shipments import (
    LinePicked,
    PickedLine,
    ShipmentPicked,
    ShipmentRequested,
    ShipmentShipped,
    ShippedLine,
)
from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.core_house import Core, in_days

D = Decimal


def received(order: str, line: int, sku: str, quantity: str, **more: Any) -> tuple[str, GoodsReceived]:
    facts: dict[str, Any] = {"receipt": new_id(), "status": "free", "at": clock.now()} | more
    message = GoodsReceived(
        sku=sku, quantity=D(quantity), unit="pc", purchase_order=order, line=line, **facts
    )
    return f"purchase/{order}", message


async def released_order(core: Core, *lines: tuple[str, str, str]) -> str:
    wanted = [
        {"sku": sku, "quantity": many, "price": price, "wantedOn": in_days(3).isoformat()}
        for sku, many, price in lines
    ]
    number: str = (await core.do("/purchase-orders/draft", {"supplier": "S1", "lines": wanted}))["number"]
    await core.do("/purchase-orders/release", {"number": number})
    return number


async def test_a_purchase_from_release_to_invoice(core: Core) -> None:
    """Released, split and promised later, agreed, advised, received with one piece damaged and one missing, inspected, billed: GRNI is
    empty, stock is worth what was paid, and the price difference is where it belongs."""
    number = await released_order(core, ("HUB", "10", "20"), ("RIM", "5", "11"))
    (told,) = await core.outbox(PurchaseOrderReleased)
    assert (told.number, told.version, told.supplier_email) == (number, 1, "s1@x.example")
    assert [(line.line, line.sku, line.revision, line.price) for line in told.lines] == [
        (10, "HUB", "1", D(20)), (20, "RIM", "1", D(11)),
    ]  # fmt: skip
    subject = f"purchase/{number}"
    split = AnsweredLine(
        line=10,
        schedule=(
            Promise(quantity=D(6), promised_on=in_days(3)),
            Promise(quantity=D(4), promised_on=in_days(9)),
        ),
    )
    whole = AnsweredLine(line=20, schedule=(Promise(quantity=D(5), promised_on=in_days(3)),))
    answer: dict[str, Any] = {
        "number": number,
        "version": 1,
        "answer_id": "a1",
        "lines": (split, whole),
        "at": clock.now(),
    }
    await core.tell((subject, PurchaseOrderAnswered(state="needs_buyer", **answer)))
    assert (await core.get(f"/purchase-orders/{number}"))["state"] == "answered"
    await core.tell((subject, PurchaseOrderAgreed(by="buyer", **answer)))
    order = await core.get(f"/purchase-orders/{number}")
    assert order["state"] == "agreed"
    assert [part["promisedOn"] for part in order["lines"][0]["promises"]] == [
        in_days(3).isoformat(), in_days(9).isoformat(),
    ]  # fmt: skip
    advice = AdvisedLine(line=10, sku="HUB", quantity=D(10), lot="L1")
    await core.tell(
        (
            subject,
            DispatchAdviceSubmitted(advice_id="d1", number=number, ships_on=in_days(2), lines=(advice,)),
        )
    )
    short: dict[str, Any] = {
        "purchase_order": number,
        "line": 10,
        "sku": "HUB",
        "unit": "pc",
        "at": clock.now(),
    }
    await core.tell(
        received(number, 10, "HUB", "8", lot="L1", status="quality"),
        received(number, 10, "HUB", "1", lot="L1", status="blocked", part=2),
        (
            subject,
            ReceiptDiscrepancy(discrepancy=new_id(), kind="short", quantity=D(1), expected=D(10), **short),
        ),
        received(number, 20, "RIM", "5"),
    )
    assert await core.balance("grni") == D(-235)  # 9 × 20 + 5 × 11
    assert await core.balance("price_difference") == D(5)  # rims stand at a standard cost of 10
    assert (await core.get("/items/HUB"))["value"] == "180"
    claim: dict[str, Any] = {
        "purchase_order": number,
        "line": 10,
        "supplier": "S1",
        "lot": "L1",
        "sku": "HUB",
        "unit": "pc",
    }
    decided = InspectionDecided(
        inspection=new_id(), number=1, quantity=D(9), verdict="reject", at=clock.now(),
        decisions=Decisions(release=D(7), return_=D(1), scrap=D(1)), **claim,
    )  # fmt: skip
    await core.tell(
        ("item/HUB", decided),
        ("item/HUB", ClaimRaised(ncr=1, quantity=D(2), reason="axle", at=clock.now(), **claim)),
    )
    assert await core.balance("scrap") == D(20)
    assert await core.balance("grni") == D(-235)  # one is to go back, and is stock until it has left
    left = GoodsReturned(inspection=decided.inspection, ncr=1, quantity=D(1), at=clock.now(), **claim)
    await core.tell(("item/HUB", left), ("item/HUB", left))
    assert await core.balance("grni") == D(-215)
    concerns = await core.get("/concerns")
    assert {one["kind"] for one in concerns["items"]} == {"discrepancy", "claim"}
    bill = {"purchaseOrder": number, "number": "R-77", "lines": [
        {"line": 10, "quantity": "8", "price": "20.50"}, {"line": 20, "quantity": "5", "price": "11"},
    ]}  # fmt: skip
    await core.do("/purchase-orders/invoices", bill)
    assert await core.balance("grni") == 0
    assert await core.balance("payable") == D(-219)  # 8 × 20.50 + 55
    assert await core.balance("price_difference") == D(9)
    assert (await core.get("/items/HUB"))["value"] == "140"


async def test_a_receipt_taken_back_leaves_no_trace_in_the_balances(core: Core) -> None:
    """Received in two parts and undone whole: GRNI and stock are as before, the order waits again."""
    number = await released_order(core, ("HUB", "10", "21"))
    receipt = new_id()
    await core.tell(
        received(number, 10, "HUB", "9", receipt=receipt),
        received(number, 10, "HUB", "1", receipt=receipt, part=2, status="blocked"),
    )
    assert (await core.get(f"/purchase-orders/{number}"))["state"] == "received"
    undone = GoodsReceiptUndone(
        receipt=receipt, sku="HUB", quantity=D(10), unit="pc", at=clock.now(), purchase_order=number, line=10
    )
    await core.tell((f"purchase/{number}", undone))
    assert await core.balance("grni") == 0
    assert await core.balance("stock") == 0
    order = await core.get(f"/purchase-orders/{number}")
    assert (order["state"], order["lines"][0]["received"]) == ("agreed", "0")


async def test_a_sale_from_the_question_to_the_payment(core: Core) -> None:
    """Asked for, entered, released to the floor, picked short by one, shipped, billed and paid: margin and books agree."""
    number = await released_order(core, ("HUB", "20", "20"))
    await core.tell(received(number, 10, "HUB", "20"))
    asked = {
        "customer": "C1",
        "wantedOn": in_days(1).isoformat(),
        "lines": [{"sku": "HUB", "quantity": "12"}],
    }
    answer = await core.do("/promise", asked)
    assert (answer["accepted"], answer["date"], answer["margin"]) == (True, in_days(0).isoformat(), "144")
    due = (clock.now() + timedelta(hours=5)).isoformat()
    entered = await core.do(
        "/sales-orders/enter",
        {
            "customer": "C1",
            "dueAt": due,
            "lines": [{"sku": "HUB", "quantity": "1", "unit": "box"}, {"sku": "HUB", "quantity": "2"}],
        },
    )
    order = entered["number"]
    await core.do("/sales-orders/release", {"number": order})
    (request,) = await core.outbox(ShipmentRequested)
    assert [(line.quantity, line.unit) for line in request.lines] == [(D(1), "box"), (D(2), "pc")]
    subject, at = f"shipment/{order}", clock.now()
    picks = [
        LinePicked(number=order, line=line, sku="HUB", quantity=D(many), unit="pc", at=at)
        for line, many in ((1, 10), (2, 1))
    ]
    ended = [
        PickedLine(line=1, sku="HUB", unit="pc", wanted=D(10), picked=D(10), shorted=D(0)),
        PickedLine(line=2, sku="HUB", unit="pc", wanted=D(2), picked=D(1), shorted=D(1)),
    ]
    left = [
        ShippedLine(line=line, sku="HUB", unit="pc", quantity=D(many)) for line, many in ((1, 10), (2, 1))
    ]
    await core.tell(
        *((subject, pick) for pick in picks),
        (subject, ShipmentPicked(number=order, version=1, lines=tuple(ended), at=at)),
        (subject, ShipmentShipped(number=order, version=1, carrier="PostBus", lines=tuple(left), at=at)),
    )
    assert (await core.get(f"/sales-orders/{order}"))["state"] == "shipped"
    assert await core.balance("cogs") == D(220)
    billed = await core.do("/sales-orders/invoice", {"number": order})
    assert billed["state"] == "invoiced"
    assert (await core.balance("receivable"), await core.balance("sales")) == (D(352), D(-352))  # 11 × 32
    paid = await core.do("/sales-orders/payments", {"invoice": billed["invoice"], "amount": "352"})
    assert paid["state"] == "closed"
    assert (await core.balance("receivable"), await core.balance("bank")) == (D(0), D(352))


async def test_a_work_order_from_release_to_variance(core: Core) -> None:
    """Three wheels: material and labour go into work in progress, two good and one scrapped come out at the order's cost; what is left
    is the variance, and work in progress is empty."""
    number = await released_order(core, ("HUB", "10", "20"), ("RIM", "10", "10"), ("SPOKE", "500", "0.10"))
    await core.tell(
        received(number, 10, "HUB", "10"),
        received(number, 20, "RIM", "10"),
        received(number, 30, "SPOKE", "500"),
    )
    due = (clock.now() + timedelta(days=1)).isoformat()
    work = (await core.do("/work-orders/draft", {"sku": "WHEEL", "quantity": "3", "dueAt": due}))["number"]
    await core.do("/work-orders/release", {"number": work})
    (told,) = await core.outbox(WorkOrderReleased)
    assert (told.revision, told.bom_revision, len(told.operations), len(told.materials)) == ("1", "1", 1, 3)
    subject, at = f"work/{work}", clock.now()
    materials = tuple(
        ConsumedMaterial(sku=sku, quantity=D(many), line=line)
        for sku, many, line in (("HUB", 3, 10), ("RIM", 3, 20), ("SPOKE", 108, 30))
    )
    report: dict[str, Any] = {"number": work, "operation": 10, "rework": D(0), "person": "P-1", "at": at}
    await core.tell(
        (
            subject,
            MaterialsConsumed(number=work, consumption_id="c1", operation=10, materials=materials, at=at),
        ),
        (
            subject,
            JobReported(report_id="r1", good=D(2), scrap=D(1), minutes=D(100), scrap_reason="bent", **report),
        ),
        (subject, GoodsProduced(number=work, production_id="g1", sku="WHEEL", quantity=D(2), at=at)),
    )
    order = await core.get(f"/work-orders/{work}")
    assert (order["state"], order["produced"], order["scrapped"]) == ("finished", "2", "1")
    assert D(order["spent"]) == D("100.80") + D("66.67")
    assert D(order["earned"]) == 3 * D("53.60")
    assert (await core.get("/items/WHEEL"))["value"] == "107.2"
    assert await core.balance("scrap") == D("53.60")
    assert await core.balance("wip") == D("6.67")
    await core.do("/work-orders/close", {"number": work})
    assert (await core.balance("wip"), await core.balance("variance")) == (D(0), D("6.67"))
    await core.tell((subject, JobReported(report_id="r2", good=D(0), scrap=D(0), minutes=D(60), **report)))
    assert (await core.balance("wip"), await core.balance("variance")) == (D(0), D("46.67"))
    assert (await core.get("/concerns"))["items"][0]["kind"] == "report_after_close"
