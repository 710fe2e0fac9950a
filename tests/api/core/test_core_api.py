"""The core's commands and lists over HTTP: who may, what is refused and why, and what is never booked twice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from backend.contract.masters import ItemReleased
from backend.contract.purchases import AnsweredLine, Promise, PurchaseOrderAgreed
from backend.contract.shipments import ShipmentCancelled, ShipmentShipped, ShippedLine
from backend.contract.stock import StockAdjusted
from backend.kernel import clock
from backend.kernel.db import CoreBase, KernelBase, asyncpg_url
from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from tests.support.core_house import Core, in_days, running_core
from tests.support.core_orders import arrival, purchase, released, sale

D = Decimal


async def test_the_migrated_database_is_what_the_tables_say(core_template: Urls) -> None:
    """Autogenerate finds nothing to change after the newest revision."""
    engine = create_async_engine(asyncpg_url(core_template.core_owner))
    async with engine.connect() as connection:

        def differences(sync: object) -> object:
            context = MigrationContext.configure(sync, opts={"compare_type": True})  # type: ignore[arg-type]
            return compare_metadata(context, [KernelBase.metadata, CoreBase.metadata])  # type: ignore[arg-type]

        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []


async def test_revision_three_on_an_order_of_two_and_a_cost_of_one(core: Core) -> None:
    """Revision 3 is released while a purchase is open on 2 and the cost stands on 1: three concerns, none silent, one message to everyone;
    a decision closes one, costing anew another."""
    for revision in ("2", "3"):
        await core.do("/items/revisions/draft", {"sku": "HUB", "revision": revision})
        await core.do("/items/revisions/release", {"sku": "HUB", "revision": revision})
        if revision == "2":
            number = await released(core)
    told = await core.outbox(ItemReleased)
    assert [(one.revision, one.version) for one in told] == [("2", 2), ("3", 3)]
    found = (await core.get("/concerns"))["items"]
    assert {(one["kind"], one["document"], one["revision"], one["current"]) for one in found} == {
        ("purchase_on_old_revision", f"purchase/{number}", "2", "3"),
        ("purchase_at_other_cost", f"purchase/{number}", "2", "1"),
        ("cost_on_old_revision", "item/HUB", "1", "3"),
    }
    key = next(one["key"] for one in found if one["kind"] == "purchase_on_old_revision")
    await core.do("/concerns/decide", {"key": key, "decision": "recost"}, 400)
    await core.do("/concerns/decide", {"key": key, "decision": "use_up", "note": "still fits"})
    await core.do("/concerns/decide", {"key": key, "decision": "cancel"}, 409)
    await core.do("/items/cost", {"sku": "HUB"})
    assert [one["kind"] for one in (await core.get("/concerns"))["items"]] == ["purchase_at_other_cost"]
    assert [one["decision"] for one in (await core.get("/concerns?decided=true"))["items"]] == ["use_up"]
    states = {one["revision"]: one["state"] for one in (await core.get("/items/HUB"))["revisions"]}
    assert states == {"1": "superseded", "2": "superseded", "3": "released"}


async def test_a_revision_takes_its_bom_along(core: Core) -> None:
    """A revision drafted with a BOM revision gets a copy; its release supersedes the old BOM, and an open work order is a concern."""
    due = (clock.now() + timedelta(days=1)).isoformat()
    await core.do("/work-orders/draft", {"sku": "WHEEL", "quantity": "2", "dueAt": due})
    await core.do("/items/revisions/draft", {"sku": "WHEEL", "revision": "2", "bomRevision": "2"})
    await core.do("/items/revisions/draft", {"sku": "WHEEL", "revision": "2"}, 409)
    await core.do("/items/revisions/release", {"sku": "WHEEL", "revision": "2", "before": "stop"})
    await core.do("/items/revisions/release", {"sku": "WHEEL", "revision": "2"}, 409)
    stopped = {one["revision"]: one["stopped"] for one in (await core.get("/items/WHEEL"))["revisions"]}
    assert stopped == {"1": True, "2": False}
    boms = {bom["bomRevision"]: bom for bom in (await core.get("/items/WHEEL"))["boms"]}
    assert [boms[one]["state"] for one in ("1", "2")] == ["superseded", "released"]
    assert len(boms["2"]["materials"]) == 3
    kinds = {one["kind"] for one in (await core.get("/concerns?sku=WHEEL"))["items"]}
    assert kinds == {"work_on_old_revision", "work_on_old_bom", "cost_on_old_revision"}


async def test_can_this_order_be_accepted(core: Core) -> None:
    """Date by stock, then by a promise, then by lead time; cost, margin and credit; every reason why not; and nothing written."""
    number = await released(core, quantity="100")
    promise = AnsweredLine(line=10, schedule=(Promise(quantity=D(100), promised_on=in_days(6)),))
    agreed = PurchaseOrderAgreed(
        number=number, version=1, answer_id="a", by="tolerance", lines=(promise,), at=clock.now()
    )
    await core.tell((f"purchase/{number}", agreed), arrival(number, "10"))
    count = "select (select count(*) from command) + (select count(*) from outbox) + (select count(*) from sales_order)"
    before = await core.scalar(count)

    async def asked(sku: str, quantity: str, **more: Any) -> Any:
        line: dict[str, Any] = {"sku": sku, "quantity": quantity} | more.pop("line", {})
        facts: dict[str, Any] = {"customer": "C1", "wantedOn": in_days(1).isoformat(), "lines": [line]} | more
        return await core.do("/promise", facts)

    now, later = await asked("HUB", "10"), await asked("HUB", "11")
    assert (now["accepted"], now["date"], now["cost"], now["marginPercent"]) == (
        True,
        in_days(0).isoformat(),
        "200",
        "37.5",
    )
    assert (later["accepted"], later["date"]) == (False, in_days(6).isoformat())
    assert [one["code"] for one in later["reasons"]] == ["late"]
    assert [one["code"] for one in (await asked("HUB", "500"))["reasons"]] == ["late", "by_lead_time"]
    assert [one["code"] for one in (await asked("RIM", "1"))["reasons"]] == ["no_supply"]
    assert [one["code"] for one in (await asked("HUB", "1", line={"price": "19"}))["reasons"]] == [
        "no_margin"
    ]
    small = await asked("HUB", "4", customer="C2")
    assert (small["accepted"], small["credit"]["left"], small["reasons"][0]["code"]) == (
        False,
        "-28",
        "credit",
    )
    await core.do(
        "/promise",
        {"customer": "C9", "wantedOn": "2027-01-01", "lines": [{"sku": "HUB", "quantity": "1"}]},
        404,
    )
    assert await core.scalar(count) == before


async def test_facts_that_come_twice_and_in_any_order_are_booked_once(core: Core) -> None:
    """The same messages again, and the same facts under other message ids, change nothing; what leaves before it comes is settled later."""
    number = await released(core)
    first, second = arrival(number, "4"), arrival(number, "6")
    left = ShippedLine(line=1, sku="HUB", unit="pc", quantity=D(5))
    gone = ShipmentShipped(number="SO-X", version=1, carrier="", lines=(left,), at=clock.now())
    messages = [("shipment/SO-X", gone), second, first]
    await core.tell(*messages, ids=["m1", "m2", "m3"])
    expected = {role: await core.balance(role) for role in ("stock", "grni", "cogs")}
    assert expected == {"stock": D(100), "grni": D(-200), "cogs": D(100)}
    await core.tell(*messages, ids=["m1", "m2", "m3"])
    await core.tell(*reversed(messages))
    assert {role: await core.balance(role) for role in expected} == expected
    assert (await core.get(f"/purchase-orders/{number}"))["lines"][0]["received"] == "10"


async def test_goods_that_nobody_ordered_are_booked_and_put_before_a_person(core: Core) -> None:
    """Blind, of another item than the line's, and over tolerance: in the books at a cost, and three concerns."""
    number = await released(core)
    await core.tell(arrival(None, "3"), arrival(number, "2", sku="SPOKE"), arrival(number, "12"))
    assert await core.balance("grni") == D("-300.2")
    kinds = [one["kind"] for one in (await core.get("/concerns"))["items"]]
    assert sorted(kinds) == ["over_receipt", "unknown_order", "unknown_order"]


async def test_a_message_that_cannot_be_booked_stays_to_be_seen(core: Core) -> None:
    """An unknown item's receipt waits and is tried again; a type of tomorrow is kept; a bad signature is refused; a person drops one."""
    await core.tell(arrival(None, "3", sku="NOBODY"))
    (waiting,) = (await core.get("/link/messages/in"))["items"]
    assert (waiting["state"], "There is no item NOBODY" in waiting["error"]) == ("waiting", True)
    dropped = await core.do("/link/drop", {"way": "in", "seq": waiting["seq"], "reason": "not ours"})
    assert dropped["state"] == "dropped"
    body = msgspec.json.encode({"hello": "world"})
    answer = await core.client.post("/api/core/link/inbox", content=body)
    assert answer.status_code == 401
    status = await core.get("/link/status")
    assert [(box["way"], box["dropped"]) for box in status["boxes"]] == [("in", 1), ("out", 0)]


async def test_a_command_sent_twice_is_done_once(core: Core) -> None:
    """The same key and facts give the first answer again; other facts under it are refused."""
    key, facts = str(new_id()), sale()
    first = await core.do("/sales-orders/enter", facts, key=key)
    assert await core.do("/sales-orders/enter", facts, key=key) == first
    assert await core.scalar("select count(*) from sales_order") == 1
    await core.do("/sales-orders/enter", sale(quantity="3"), 422, key=key)


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("/sales-orders/enter", sale(sku="NOBODY"), 404, "no-such-item"),
    ("/sales-orders/enter", sale(quantity="0"), 400, "bad-request"),
    ("/sales-orders/enter", sale(quantity="1.5"), 400, "unknown-unit"),
    ("/sales-orders/enter", sale(customer="S1"), 404, "no-such-partner"),
    ("/sales-orders/release", {"number": "SO-9"}, 404, "no-such-sales-order"),
    ("/sales-orders/invoice", {"number": "SO-9"}, 404, "no-such-sales-order"),
    ("/purchase-orders/draft", purchase(price="-1"), 400, "bad-request"),
    ("/purchase-orders/draft", purchase(revision="9"), 400, "no-such-line"),
    ("/purchase-orders/draft", purchase(sku="WHEEL"), 400, "no-price"),
    ("/work-orders/draft", {"sku": "HUB", "quantity": "1", "dueAt": "2027-01-01T00:00:00Z"}, 400, "no-bom"),
    ("/items/revisions/release", {"sku": "HUB", "revision": "7"}, 404, "no-such-revision"),
]  # fmt: skip


async def test_what_cannot_be_is_refused_by_name(core: Core) -> None:
    """Unknown names, amounts out of range, things without revision, price or BOM."""
    for path, facts, status, kind in REFUSED:
        problem = await core.do(path, facts, status)
        assert problem["type"] == f"/problems/{kind}", facts


async def test_a_sale_is_called_off_only_while_it_can_be(core: Core) -> None:
    """Before the floor heard of it in silence, afterwards by a message; a second time not at all."""
    first, second = [(await core.do("/sales-orders/enter", sale()))["number"] for _ in range(2)]
    await core.do("/sales-orders/cancel", {"number": first, "reason": "changed mind"})
    await core.do("/sales-orders/release", {"number": second})
    await core.do("/sales-orders/cancel", {"number": second, "reason": "changed mind"})
    assert [(one.number, one.version) for one in await core.outbox(ShipmentCancelled)] == [(second, 2)]
    refused = await core.do("/sales-orders/cancel", {"number": second, "reason": "once more"}, 409)
    assert refused["facts"] == {"state": "cancelled", "event": "cancel"}


async def test_a_partner_is_changed_and_everyone_told(core: Core) -> None:
    """A new address raises the partner's version and is one message with the whole master; a customer's number is no supplier's."""
    moved = {
        "number": "C1",
        "kind": "customer",
        "name": "Customer One",
        "street": "Kade 1",
        "city": "Delft",
        "country": "NL",
    }
    assert (await core.do("/partners/save", moved))["version"] == 2
    assert (await core.do("/partners/save", moved | {"number": "C9"}))["version"] == 1
    told = "select data->>'street' || ' ' || (data->>'version') from outbox where document = 'partner/C1'"
    assert await core.scalar(told) == "Kade 1 2"
    taken = await core.do("/partners/save", moved | {"number": "S1"}, 409)
    assert taken["type"].endswith("partner-is-another")
    await core.do("/partners/save", moved | {"email": "no address"}, 400)
    whole = await core.get("/partners/C1")
    assert [(one["facts"]["street"], one["person"] is not None) for one in whole["changes"]] == [
        ("Kade 1", True)
    ]
    assert (await core.get("/partners/C99", 404))["type"].endswith("no-such-partner")


async def test_a_suppliers_terms_stay_unless_they_are_given(core: Core) -> None:
    """Saved without a tolerance the old one holds; with one, the next order's answers are measured by it."""
    supplier = {"number": "S1", "kind": "supplier", "name": "Supplier One"}
    kept = (await core.do("/partners/save", supplier))["tolerance"]
    assert kept == {"daysEarly": 3, "overPercent": "5"}
    wider = {"daysEarly": 1, "daysLate": 2, "overPercent": "7.5"}
    assert (await core.do("/partners/save", supplier | {"tolerance": wider}))["tolerance"] == wider
    await core.do("/partners/save", supplier | {"tolerance": wider | {"daysLate": 400}}, 400)


async def test_a_new_floor_is_told_all_masters(core: Core) -> None:
    """Every item with a released revision and every partner is one message, whoever changed it last."""
    told = await core.do("/link/masters", {})
    items = await core.scalar("select count(*) from item_revision where state = 'released'")
    partners = await core.scalar("select count(*) from partner")
    assert told == {"items": items, "partners": partners}
    kinds = "select count(*) from outbox where split_part(document, '/', 1) = :kind"
    assert await core.scalar(kinds, kind="partner") == partners
    assert await core.scalar(kinds, kind="item") == items


async def test_the_journal_cannot_be_changed_nor_be_out_of_balance(core: Core) -> None:
    """Even by SQL: an update is refused at once, one side alone at the commit."""
    found = StockAdjusted(sku="HUB", change=D(2), unit="pc", reason="found", at=clock.now())
    await core.tell(("item/HUB", found))
    assert (await core.balance("stock"), await core.balance("adjustment")) == (D(40), D(-40))
    with pytest.raises(DBAPIError, match="append-only"):
        await core.scalar("update journal_line set debit = debit + 1 where debit > 0 returning 1")
    with pytest.raises(DBAPIError, match="does not balance"):
        async with core.db.transaction() as connection:
            await connection.execute(
                text(
                    "insert into journal_line (id, entry_id, account, debit) select gen_random_uuid(), id, 'stock', 1 from journal_entry"
                )
            )
    journal = await core.get("/books/journal?sku=HUB&account=stock")
    assert [(one["kind"], len(one["lines"])) for one in journal["items"]] == [("adjustment", 2)]


async def test_the_office_is_for_planners_and_supervisors(core_template: Urls) -> None:
    """A picker reads nothing and commands nothing; without a token one is told to sign in; the link is a supervisor's."""
    async with running_core(core_template, "picker") as core:
        await core.get("/books/trial-balance", 403)
        await core.do("/sales-orders/enter", sale(), 403)
        core.client.headers.pop("authorization")
        await core.get("/items", 401)
    async with running_core(core_template, "planner") as core:
        await core.get("/items")
        await core.get("/link/status", 403)
