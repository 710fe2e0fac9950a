"""Several people and the floor at one document of the core at the same moment: it is done once, and everyone gets an answer."""

import asyncio
from collections.abc import Awaitable, Sequence
from decimal import Decimal
from typing import Any

import httpx

from backend.contract.purchases import (
    AnsweredLine,
    Promise,
    PurchaseOrderAgreed,
    PurchaseOrderCancelled,
    PurchaseOrderReleased,
)
from backend.contract.shipments import ShipmentRequested
from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.core_house import Core, in_days
from tests.support.core_orders import arrival, released

D = Decimal


async def send(core: Core, path: str, body: dict[str, Any], key: str = "") -> httpx.Response:
    """A command whose end is not known."""
    headers = {"idempotency-key": key or str(new_id())}
    return await core.client.post(f"/api/core{path}", json=body, headers=headers)


async def at_once(*acts: Awaitable[httpx.Response]) -> tuple[list[Any], list[str]]:
    """Answers of what was done, and the problems' types of what was refused; nothing may break."""
    answers: Sequence[httpx.Response] = await asyncio.gather(*acts)
    assert all(answer.status_code in {200, 409} for answer in answers), [answer.text for answer in answers]
    done = [answer.json() for answer in answers if answer.status_code == 200]
    return done, sorted(
        answer.json()["type"].rsplit("/", 1)[-1] for answer in answers if answer.status_code == 409
    )


async def test_eight_release_one_sales_order(core: Core) -> None:
    """Eight people release the same order with keys of their own: one does, the floor is asked once; one key eight times: one answer."""
    due = {"customer": "C1", "dueAt": f"{in_days(1)}T12:00:00Z", "lines": [{"sku": "HUB", "quantity": "1"}]}
    first, second = [(await core.do("/sales-orders/enter", due))["number"] for _ in range(2)]
    done, refused = await at_once(*(send(core, "/sales-orders/release", {"number": first}) for _ in range(8)))
    assert (len(done), refused) == (1, ["not-in-this-state"] * 7)
    key = str(new_id())
    done, refused = await at_once(
        *(send(core, "/sales-orders/release", {"number": second}, key) for _ in range(8))
    )
    assert (len(done), refused) == (8, [])
    assert [one.number for one in await core.outbox(ShipmentRequested)] == [first, second]


async def test_eight_enter_one_number(core: Core) -> None:
    """An order number that eight people type at the same moment is one order, and seven are told that it is taken."""
    order = {
        "number": "SO-X",
        "customer": "C1",
        "dueAt": f"{in_days(1)}T12:00:00Z",
        "lines": [{"sku": "HUB", "quantity": "1"}],
    }
    done, refused = await at_once(*(send(core, "/sales-orders/enter", order) for _ in range(8)))
    assert (len(done), refused) == (1, ["sales-number-taken"] * 7)
    assert await core.scalar("select count(*) from sales_line where number = 'SO-X'") == 1


async def test_two_book_the_same_supplier_invoice(core: Core) -> None:
    """One of two books it, the other is told that it is booked; two invoices for the same goods: one is more than was received."""
    number = await released(core)
    await core.tell(arrival(number, "10"))

    def bill(name: str, quantity: str) -> dict[str, Any]:
        return {
            "purchaseOrder": number,
            "number": name,
            "lines": [{"line": 10, "quantity": quantity, "price": "20"}],
        }

    done, refused = await at_once(
        *(send(core, "/purchase-orders/invoices", bill("R-1", "4")) for _ in range(2))
    )
    assert (len(done), refused) == (1, ["invoice-booked-before"])
    done, refused = await at_once(
        *(send(core, "/purchase-orders/invoices", bill(name, "6")) for name in ("R-2", "R-3"))
    )
    assert (len(done), refused) == (1, ["billed-too-much"])
    assert await core.balance("grni") == 0
    assert await core.balance("payable") == D(-200)
    assert await core.scalar("select invoiced from purchase_line where number = :n", n=number) == 10


async def test_a_new_version_while_the_supplier_agrees_to_the_old(core: Core) -> None:
    """Revised and cancelled against the agreement to version 1, in any order: versions go out one by one, and what was agreed
    to an older one promises nothing of the newer."""
    for _ in range(4):
        number = await released(core)
        lines = [
            {"sku": "HUB", "quantity": "8", "wantedOn": in_days(5).isoformat(), "line": 10, "price": "20"}
        ]
        promise = (Promise(quantity=D(10), promised_on=in_days(1)),)
        agreed = PurchaseOrderAgreed(
            number=number, version=1, answer_id=f"a-{number}", by="tolerance", at=clock.now(),
            lines=(AnsweredLine(line=10, schedule=promise),),
        )  # fmt: skip
        revise = {"number": number, "lines": lines}
        _, (done, refused) = await asyncio.gather(
            core.tell((f"purchase/{number}", agreed)),
            at_once(*(send(core, "/purchase-orders/revise", revise) for _ in range(2))),
        )
        assert (sorted(one["version"] for one in done), refused) == ([2, 3], [])
        order = await core.get(f"/purchase-orders/{number}")
        assert (order["state"], order["version"]) == ("released", 3)
        assert (order["lines"][0]["quantity"], order["lines"][0]["promises"]) == ("8", [])
        sent = [one.version for one in await core.outbox(PurchaseOrderReleased) if one.number == number]
        assert sent == [1, 2, 3]
    gone = {"number": number, "reason": "no longer wanted"}
    done, refused = await at_once(*(send(core, "/purchase-orders/cancel", gone) for _ in range(3)))
    assert (len(done), refused) == (1, ["not-in-this-state"] * 2)
    assert len(await core.outbox(PurchaseOrderCancelled)) == 1
