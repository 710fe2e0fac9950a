"""The Odoo adapter against a server that behaves as one was measured to, over both protocols."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from backend.contract.masters import PartnerChanged
from backend.contract.production import WorkOrderReleased
from backend.contract.purchases import PurchaseOrderReleased
from backend.contract.shipments import ShipmentRequested
from backend.floor.link.erps.odoo import Json2, JsonRpc, OdooErp
from backend.floor.link.port import (
    Body,
    ErpAway,
    ErpCannot,
    ErpRefused,
    ErpStale,
    Kind,
    Moved,
    Record,
    State,
)  # fmt: skip
from tests.support.odoo_stub import DATABASE, KEY, PASSWORD, USER, OdooStub

URL = "https://odoo.test"


@pytest.fixture(params=["json-rpc", "json-2"])
async def odoo(request: pytest.FixtureRequest) -> AsyncIterator[tuple[OdooStub, OdooErp]]:
    """A shop with a frame, a wheel and a bike; an order, a delivery and a production of them."""
    stub = OdooStub()
    for sku in ("FRAME", "WHEEL", "BIKE"):
        stub.add("product.product", default_code=sku, name=sku.title(), uom_id=[1, "Units"], tracking="none")
    stub.add("res.partner", ref="S-1", email="s@example.com", name="Frames & Co", lang="nl_NL", street="Havenweg 1",
             street2=False, zip="8011 AB", city="Zwolle", country_id=[165, "Netherlands"])  # fmt: skip
    stub.tables["res.country"] = {165: {"id": 165, "code": "NL", "write_date": ""}}
    common = {"quantity": 0, "picked": False, "state": "assigned", "product_uom": [1, "Units"]}
    for product, quantity in ((1, 20), (2, 10)):
        stub.add("purchase.order.line", product_id=[product, ""], product_qty=quantity, product_uom=[1, "Units"],
                 price_unit=12.5, date_planned="2026-11-25 12:00:00")  # fmt: skip
        stub.add(
            "stock.move",
            product_id=[product, ""],
            product_uom_qty=quantity,
            purchase_line_id=[product, ""],
            **common,
        )
    picking = {"partner_id": [1, ""], "scheduled_date": "2026-11-24 09:00:00", "state": "assigned"}
    stub.add("stock.picking", name="IN/1", picking_type_code="incoming", move_ids=[1, 2], **picking)
    stub.add("purchase.order", name="P1", state="purchase", partner_id=[1, ""], currency_id=[1, "EUR"], order_line=[1, 2],
             picking_ids=[1])  # fmt: skip
    stub.add("stock.move", product_id=[1, ""], product_uom_qty=5, purchase_line_id=False, **common)
    stub.add("stock.picking", name="OUT/1", picking_type_code="outgoing", move_ids=[3], **picking)
    stub.add("stock.move", product_id=[2, ""], product_uom_qty=6, purchase_line_id=False, **common)
    stub.add("mrp.production", name="MO/1", state="confirmed", product_id=[3, ""], product_qty=3, qty_producing=0,
             date_start="2026-11-24 07:00:00", move_raw_ids=[4], move_finished_ids=[])  # fmt: skip
    stub.quant(product_id=[1, ""], quantity=7.5)
    transport = (
        JsonRpc(URL, DATABASE, USER, PASSWORD, transport=stub)
        if request.param == "json-rpc"
        else Json2(URL, DATABASE, KEY, transport=stub)
    )
    erp = OdooErp(transport)
    yield stub, erp
    await erp.close()


async def everything(erp: OdooErp, kind: Kind, cursor: str | None = None) -> tuple[list[Record], str]:
    """All changes of a kind, and the cursor behind them."""
    found: list[Record] = []
    async for changes in erp.changed_since(kind, cursor):
        assert changes.unreadable == ()
        found += changes.records
        cursor = changes.cursor
    return found, cursor or ""


async def test_it_reads_what_the_floor_needs(odoo: tuple[OdooStub, OdooErp]) -> None:
    """Items, an order, a delivery and a production become the contract's messages; a change is found again, and stock is exact."""
    stub, erp = odoo
    items, cursor = await everything(erp, "item")
    assert [record.number for record in items] == ["FRAME", "WHEEL", "BIKE"]
    ((partner,), _) = await everything(erp, "partner")
    assert partner.message == PartnerChanged(
        number="S-1", version=1, kind="both", name="Frames & Co", email="s@example.com", language="nl-NL",
        street="Havenweg 1", postal_code="8011 AB", city="Zwolle", country="NL",
    )  # fmt: skip
    ((order,), _), ((delivery,), _), ((work,), _) = [
        await everything(erp, kind) for kind in ("purchase", "shipment", "work")
    ]
    assert isinstance(order.message, PurchaseOrderReleased)
    assert [(line.sku, line.quantity, line.price) for line in order.message.lines] == [
        ("FRAME", Decimal(20), Decimal("12.5")), ("WHEEL", Decimal(10), Decimal("12.5")),
    ]  # fmt: skip
    assert isinstance(delivery.message, ShipmentRequested)
    assert isinstance(work.message, WorkOrderReleased)
    assert [(part.sku, part.quantity_each) for part in work.message.materials] == [("WHEEL", Decimal(2))]
    stub.clock += 3600
    stub.row("product.product", 2).update(name="Wheel 29", write_date=stub._now())
    changed, _ = await everything(erp, "item", cursor)
    assert "Wheel 29" in {record.message.name for record in changed if hasattr(record.message, "name")}  # type: ignore[union-attr]
    ((stock,), _) = await everything(erp, "stock")
    assert [(line.sku, line.done) for line in stock.lines] == [("FRAME", Decimal("7.5"))]


async def until_done(erp: OdooErp, kind: Kind, ref: str, body: Body, moved: tuple[Moved, ...]) -> Record:
    """What a worker does about a message, again and again while answers get lost."""
    for _ in range(4):
        try:
            made = await erp.ensure(kind, ref, body)
            return await erp.advance(kind, made.id, "done", moved)
        except ErpAway:
            continue
    raise AssertionError("no end")


@pytest.mark.parametrize("trouble", ["none", "twice", "lost"])
async def test_stock_is_corrected_by_just_so_much(odoo: tuple[OdooStub, OdooErp], trouble: str) -> None:
    """Two frames fewer, then of a lot that Odoo did not know three more: booked once each, whatever is sent again."""
    stub, erp = odoo
    stub.twice = trouble == "twice"
    less = (Moved(sku="FRAME", quantity=Decimal(-2)),)
    stub.lose = {"write", "action_apply_inventory"} if trouble == "lost" else set()
    done = await until_done(erp, "correction", "0193-c1", Body(of="", moved=less), less)
    assert (done.state, [(line.sku, line.lot, line.done) for line in done.lines]) == (
        "done",
        [("FRAME", None, Decimal(-2))],
    )
    assert stub.row("stock.quant", 1)["quantity"] == 5.5
    found = await erp.find_by_our_ref("correction", "0193-c1")
    assert found == await until_done(erp, "correction", "0193-c1", Body(of="", moved=less), less) == done
    stub.row("product.product", 2)["tracking"] = "lot"
    stub.add("stock.warehouse", lot_stock_id=[8, "WH/Stock"])
    stub.lose = {"load", "create", "action_apply_inventory"} if trouble == "lost" else set()
    more = (Moved(sku="WHEEL", quantity=Decimal(3), lot="L-1"),)
    done = await until_done(erp, "correction", "0193-c2", Body(of="", moved=more), more)
    assert [(line.sku, line.lot, line.done) for line in done.lines] == [("WHEEL", "L-1", Decimal(3))]
    assert [lot["name"] for lot in stub.tables["stock.lot"].values()] == ["L-1"]
    ((stock,), _) = await everything(erp, "stock")
    assert {(line.sku, line.lot): line.done for line in stock.lines} == {
        ("FRAME", None): Decimal("5.5"), ("WHEEL", "L-1"): Decimal(3),
    }  # fmt: skip


async def test_a_count_of_somebody_else_is_left_alone(odoo: tuple[OdooStub, OdooErp]) -> None:
    """Somebody counts the same shelf in Odoo, or it moves between writing and applying: nothing is booked, and it is tried again."""
    stub, erp = odoo
    less = (Moved(sku="FRAME", quantity=Decimal(-2)),)
    stub.row("stock.quant", 1).update(
        inventory_quantity_set=True, inventory_quantity=9, inventory_diff_quantity=1.5
    )
    with pytest.raises(ErpStale):
        await erp.advance("correction", "0193-c3", "done", less)
    stub.row("stock.quant", 1).update(inventory_quantity_set=False, inventory_diff_quantity=0)
    stub.meddle = {"action_apply_inventory": lambda: stub.row("stock.quant", 1).update(quantity=6)}
    with pytest.raises(ErpStale):
        await erp.advance("correction", "0193-c3", "done", less)
    assert stub.row("stock.quant", 1)["quantity"] == 6
    assert (await erp.advance("correction", "0193-c3", "done", less)).state == "done"
    assert stub.row("stock.quant", 1)["quantity"] == 4
    with pytest.raises(ErpCannot, match="no product"):
        await erp.advance("correction", "0193-c4", "done", (Moved(sku="NONE", quantity=Decimal(1)),))


@pytest.mark.parametrize("trouble", ["none", "twice", "lost"])
async def test_lots_come_in_and_go_out(odoo: tuple[OdooStub, OdooErp], trouble: str) -> None:
    """Frames of two lots come in, four of one go out, wheels come by serial; Odoo refuses what has no lot, in its own words."""
    stub, erp = odoo
    stub.twice = trouble == "twice"
    stub.row("product.product", 1)["tracking"] = "lot"
    stub.row("product.product", 2)["tracking"] = "serial"
    stub.lose = {"button_validate", "load", "write"} if trouble == "lost" else set()
    came = (
        Moved(sku="FRAME", quantity=Decimal(12), line="1", lot="A"),
        Moved(sku="FRAME", quantity=Decimal(8), line="1", lot="B"),
        Moved(sku="WHEEL", quantity=Decimal(2), line="2", serials=("W-1", "W-2")),
    )
    done = await until_done(erp, "receipt", "0193-dd/1", Body(of="1", moved=came), came)
    assert [(line.sku, line.lot, line.done) for line in done.lines if line.done] == [
        ("FRAME", "A", Decimal(12)), ("FRAME", "B", Decimal(8)), ("WHEEL", None, Decimal(2)),
    ]  # fmt: skip
    assert [lot["name"] for lot in stub.tables["stock.lot"].values()] == ["A", "B", "W-1", "W-2"]
    went = (Moved(sku="FRAME", quantity=Decimal(4), line="3", lot="B"),)
    stub.lose = {"button_validate", "write"} if trouble == "lost" else set()
    done = await until_done(erp, "shipment", "message-2", Body(of="2"), went)
    assert [(line.lot, line.done) for line in done.lines] == [("B", Decimal(4))]


async def test_what_has_no_lot_stops_for_a_person(odoo: tuple[OdooStub, OdooErp]) -> None:
    """Frames that Odoo keeps by lot and that came in without one are refused before anything is booked."""
    stub, erp = odoo
    stub.row("product.product", 1)["tracking"] = "lot"
    came = (Moved(sku="FRAME", quantity=Decimal(20), line="1"),)
    receipt = await erp.ensure("receipt", "0193-ee/1", Body(of="1", moved=came))
    with pytest.raises(ErpRefused, match="FRAME by lot"):
        await erp.advance("receipt", receipt.id, "done", came)
    state: State = (await erp.read_state("receipt", receipt.id)).state
    assert state == "open"


@pytest.mark.parametrize("trouble", ["none", "twice", "lost"])
async def test_a_receipt_books_just_what_came(odoo: tuple[OdooStub, OdooErp], trouble: str) -> None:
    """18 of 20 frames and no wheel: just that is booked, the rest stays open; a call that ran twice or lost its answer changes nothing."""
    stub, erp = odoo
    stub.twice = trouble == "twice"
    stub.lose = {"button_validate", "load"} if trouble == "lost" else set()
    moved = (Moved(sku="FRAME", quantity=Decimal(18), line="1"),)
    done = None
    for _ in range(3):
        try:
            receipt = await erp.ensure("receipt", "0193-aa/1", Body(of="1", moved=moved))
            done = await erp.advance("receipt", receipt.id, "done", moved)
            break
        except ErpAway:
            assert trouble == "lost"
    assert done is not None
    assert (done.state, {line.sku: line.done for line in done.lines if line.done}) == (
        "done",
        {"FRAME": Decimal(18)},
    )
    again = await erp.ensure("receipt", "0193-aa/1", Body(of="1", moved=moved))
    assert (again.id, again.state) == (done.id, "done")
    rest = (Moved(sku="FRAME", quantity=Decimal(2), line="1"),)
    second = await erp.ensure("receipt", "0193-bb/1", Body(of="1", moved=rest))
    assert second.id != done.id
    assert {line.sku: line.wanted for line in second.lines} == {"FRAME": Decimal(2), "WHEEL": Decimal(10)}


async def test_a_shipment_is_done_with_what_left(odoo: tuple[OdooStub, OdooErp]) -> None:
    """4 of 5 left: Odoo ships four and plans the fifth anew, instead of answering with a wizard and shipping nothing."""
    stub, erp = odoo
    moved = (Moved(sku="FRAME", quantity=Decimal(4), line="3"),)
    await erp.ensure("shipment", "message-1", Body(of="2"))
    done = await erp.advance("shipment", "2", "done", moved)
    assert (done.state, [line.done for line in done.lines]) == ("done", [Decimal(4)])
    assert stub.row("stock.move", 5)["product_uom_qty"] == 1


async def test_a_production_is_done_with_what_went_in(odoo: tuple[OdooStub, OdooErp]) -> None:
    """Three bikes of seven wheels: every quantity is written before the button, so that no consumption wizard keeps it open."""
    _, erp = odoo
    await erp.ensure("work", "work/MO-1", Body(of="1"))
    moved = (Moved(sku="WHEEL", quantity=Decimal(-7)), Moved(sku="BIKE", quantity=Decimal(3)))
    done = await erp.advance("work", "1", "done", moved)
    assert (done.state, [(line.sku, line.done) for line in done.lines]) == (
        "done", [("BIKE", Decimal(3)), ("WHEEL", Decimal(-7))],
    )  # fmt: skip


@pytest.mark.parametrize("trouble", ["none", "twice", "lost"])
async def test_lots_go_in_and_a_lot_comes_out(odoo: tuple[OdooStub, OdooErp], trouble: str) -> None:
    """Wheels of two lots make bikes of one: booked and read back lot by lot; a call that ran twice or lost its answer changes nothing."""
    stub, erp = odoo
    stub.twice = trouble == "twice"
    stub.lose = {"button_mark_done", "load", "write"} if trouble == "lost" else set()
    for product in (2, 3):
        stub.row("product.product", product)["tracking"] = "lot"
    moved = (
        Moved(sku="WHEEL", lot="W-A", quantity=Decimal(-4)),
        Moved(sku="WHEEL", lot="W-B", quantity=Decimal(-3)),
        Moved(sku="BIKE", lot="B-1", quantity=Decimal(3)),
    )
    done = await until_done(erp, "work", "work/MO-1", Body(of="1"), moved)
    assert [(line.sku, line.lot, line.done) for line in done.lines] == [
        ("BIKE", "B-1", Decimal(3)), ("WHEEL", "W-A", Decimal(-4)), ("WHEEL", "W-B", Decimal(-3)),
    ]  # fmt: skip
    assert sorted(lot["name"] for lot in stub.tables["stock.lot"].values()) == ["B-1", "W-A", "W-B"]


@pytest.mark.parametrize("many", [False, True])
async def test_pieces_with_a_number_each_go_where_odoo_takes_them(
    odoo: tuple[OdooStub, OdooErp], *, many: bool
) -> None:
    """Three bikes by serial: a release that takes many numbers gets them, one that takes one is left alone and a person is told."""
    stub, erp = odoo
    stub.many = many
    stub.row("product.product", 3)["tracking"] = "serial"
    moved = (
        Moved(sku="WHEEL", quantity=Decimal(-6)),
        Moved(sku="BIKE", quantity=Decimal(3), serials=("S-1", "S-2", "S-3")),
    )
    if many:
        done = await erp.advance("work", "1", "done", moved)
        assert (done.state, done.lines[0].done) == ("done", Decimal(3))
        lines = stub.tables["stock.move.line"].values()
        assert [line["lot_id"][1] for line in lines] == ["S-1", "S-2", "S-3"]
        return
    with pytest.raises(ErpRefused, match="3 lots or serial numbers of BIKE"):
        await erp.advance("work", "1", "done", moved)
    assert stub.row("mrp.production", 1)["qty_producing"] == 0
    unnamed = (Moved(sku="BIKE", quantity=Decimal(3)),)
    with pytest.raises(ErpRefused, match="BIKE by lot"):
        await erp.advance("work", "1", "done", unnamed)


async def test_a_wizard_is_not_taken_for_success(odoo: tuple[OdooStub, OdooErp]) -> None:
    """Where Odoo answers with a wizard all the same, the record read again says that it is still open."""
    stub, erp = odoo
    stub.row("stock.move", 4)["picked"] = True
    moved = (Moved(sku="BIKE", quantity=Decimal(3)), Moved(sku="WHEEL", quantity=Decimal(0)))
    stub.row("stock.move", 4)["product_uom_qty"] = 0
    found = await erp.advance("work", "1", "done", moved)
    assert found.state == "under_way"


async def test_what_has_come_in_already_is_told(odoo: tuple[OdooStub, OdooErp]) -> None:
    """A receipt of an order whose transfer the office has validated has no place there."""
    stub, erp = odoo
    stub.row("stock.picking", 1)["state"] = "done"
    with pytest.raises(ErpCannot, match="come in already"):
        await erp.ensure(
            "receipt", "0193-cc/1", Body(of="1", moved=(Moved(sku="FRAME", quantity=Decimal(1), line="1"),))
        )


async def test_a_wrong_key_keeps_all_waiting() -> None:
    """A password or key that is not taken is no message's fault, and is in no error."""
    for transport in (
        JsonRpc(URL, DATABASE, USER, "wrong-secret", transport=OdooStub()),
        Json2(URL, DATABASE, "wrong-secret", transport=OdooStub()),
    ):
        with pytest.raises(ErpAway) as told:
            await OdooErp(transport).get("item", "1")
        assert "wrong-secret" not in str(told.value)
        await transport.close()
