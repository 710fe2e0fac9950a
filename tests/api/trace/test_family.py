"""The family of a lot or serial: down to the supplier's lot, up to every customer, in one call each; forward and backward are inverse."""

import random
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select

from backend.floor.mes import Genealogy
from backend.floor.stock import Move
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor
from tests.support.shop_floor import ShopFloor, job


@pytest.fixture
async def shop(demo: DemoFloor) -> ShopFloor:
    """The shop floor."""
    return ShopFloor(demo)


async def made(shop: ShopFloor, sku: str, part: str, lots: list[str], *, lot: str | None = None) -> list[str]:
    """Makes one piece of each lot of a part; returns the serials, or the lot they were made in."""
    order = await shop.release(
        sku, str(len(lots)), materials=((10, part, "1", "scan"),), steps=((10, "ASSY-1"),)
    )
    ann = await shop.operator()
    for one in lots:
        body = {**job(order), "material": str(order.materials[10]), "quantity": "1", "lot": one}
        await ann.done("/mes/jobs/consume", body)
    told = await ann.done("/mes/jobs/report", {**job(order), "good": str(len(lots)), "lot": lot})
    return told["serials"] or [told["lot"]]


async def test_a_shipped_serial_and_its_suppliers_lot_find_each_other(shop: ShopFloor) -> None:
    """Hub lot → wheel lot → two bicycles → the customer of one: from either end one call shows the same edges."""
    hub, wheel = await shop.item("lot", group="wheels"), await shop.item("lot", nth=1, group="frames")
    bike = await shop.item("serial", group="bicycles")
    key = new_id().hex[-6:]
    await shop.stock(hub, "2", lot=f"HUB-{key}")
    await made(shop, wheel, hub, [f"HUB-{key}"] * 2, lot=f"WHEEL-{key}")
    await bring(shop, wheel, f"WHEEL-{key}")
    first, second = await made(shop, bike, wheel, [f"WHEEL-{key}"] * 2)
    boss = await shop.floor.worker("supervisor")
    serial = await shop.floor.scalar("select id from serial where code = :c", c=first)
    lot = await shop.floor.scalar("select id from lot where code = :c", c=f"HUB-{key}")
    down = await boss.get(f"/trace/family/{serial}")
    codes = {node["code"]: node for node in down["nodes"]}
    assert {code: node["level"] for code, node in codes.items()} == {
        first: 0,
        f"WHEEL-{key}": -1,
        f"HUB-{key}": -2,
    }
    assert [one["quantity"] for one in codes[f"HUB-{key}"]["origins"]] == ["2"]
    up = await boss.get(f"/trace/family/{lot}")
    assert {node["code"]: node["level"] for node in up["nodes"]} == {
        f"HUB-{key}": 0,
        f"WHEEL-{key}": 1,
        first: 2,
        second: 2,
    }
    assert {(edge["parent"], edge["child"]) for edge in down["edges"]} < {
        (edge["parent"], edge["child"]) for edge in up["edges"]
    }
    await ship(shop, serial)
    sold = {node["code"]: node["sold"] for node in (await boss.get(f"/trace/family/{lot}"))["nodes"]}
    assert len(sold[first]) == 1
    assert sold[second] == []
    missing = await boss.client.get(f"/api/floor/trace/family/{new_id()}")
    assert missing.status_code == 404


async def bring(shop: ShopFloor, sku: str, lot: str) -> None:
    """What came out of one line goes to the line where it is used."""
    mover = await shop.floor.worker("picker")
    facts = {"c": lot}
    out = await shop.floor.scalar("select id from place where code = 'LINE-1-OUT'")
    into = await shop.floor.scalar("select id from place where code = 'LINE-1-IN'")
    item = await shop.floor.scalar("select id from item where sku = :sku", sku=sku)
    lot_id = await shop.floor.scalar("select id from lot where code = :c", **facts)
    body = {
        "item": str(item),
        "quantity": "2",
        "fromPlace": str(out),
        "toPlace": str(into),
        "lot": str(lot_id),
    }
    await mover.done("/stock/move", body)


async def ship(shop: ShopFloor, serial: Any) -> None:
    """The serial leaves for a customer, as shipping books it."""
    number = await shop.floor.order([(await shop.item("none"), "1")])
    facts = await shop.floor.scalar(
        """select jsonb_build_array(item_id, place_id, (select id from place where kind = 'customer'),
           (select id from shipment_request where number = :number)) from quant where serial_id = :serial and quantity = 1""",
        number=number, serial=serial,
    )  # fmt: skip
    item, place, customer, order = (UUID(one) for one in facts)
    await shop.book(
        Move(
            kind="ship",
            item=item,
            quantity=Decimal(1),
            from_place=place,
            to_place=customer,
            serial=serial,
            document=order,
        )
    )


async def test_forward_and_backward_are_inverse(shop: ShopFloor) -> None:
    """In forty random families of sixty edges, one is below another exactly when the other is above it."""
    async with shop.floor.db.transaction() as connection:
        for seed in range(40):
            chance = random.Random(seed)
            ids = [new_id() for _ in range(24)]
            rows = []
            for _ in range(60):
                child, parent = sorted(chance.sample(range(24), 2))
                rows.append(
                    {
                        "id": new_id(),
                        "parent_id": ids[parent],
                        "child_id": ids[child],
                        "production_id": new_id(),
                        "consumption_id": new_id(),
                        "quantity": 1,
                    }
                )
            await connection.execute(insert(Genealogy), rows)
            below, above = [
                {one: (await connection.execute(select(func.kin(one, down)))).scalar_one() for one in ids}
                for down in (True, False)
            ]
            for one in ids:
                assert below[one][0] == above[one][0] == one
                assert len({*below[one]}) == len(below[one])
                assert {*below[one]} == {other for other in ids if one in above[other]}
        await connection.rollback()


async def test_a_recall_tells_every_customer_of_a_family_too_large_to_be_drawn(shop: ShopFloor) -> None:
    """A lot of bolts in 1,200 shipped bicycles: five hundred are drawn, the true number is told, and no customer or order is missing."""
    key = new_id().hex[-6:]
    await shop.floor.scalar(_RECALL, key=key, count=1200, orders=60)
    boss = await shop.floor.worker("supervisor")
    lot = await shop.floor.scalar("select id from lot where code = :c", c=f"BOLT-{key}")
    told = await boss.get(f"/trace/family/{lot}")
    assert (told["wholes"], told["parts"], len(told["nodes"])) == (1200, 0, 501)
    assert [(one["orders"], one["quantity"]) for one in told["buyers"]] == [(30, "600"), (30, "600")]
    buyer, seen, after = told["buyers"][1], [], ""
    for _ in range(3):
        path = f"/trace/family/{lot}/orders"
        page = await boss.get(path, customer=buyer["id"], after=after, limit="12")
        seen += page["orders"]
        after = page["next"] or ""
    assert after == ""
    assert [one["number"] for one in seen] == sorted({one["number"] for one in seen})
    assert len(seen) == 30
    assert {(one["things"], len(one["codes"]), one["quantity"]) for one in seen} == {(20, 20, "20")}


# So many serials with one lot of bolts in them, shipped by so many orders to two customers in turn.
_RECALL = """
    with site as (select id from site limit 1),
    item as (select id from item where tracking = 'serial' order by sku limit 1),
    bolt as (insert into lot (id, item_id, code)
        select uuidv7(), i.id, 'BOLT-' || :key from public.item i where tracking = 'lot' limit 1 returning id),
    bike as (insert into serial (id, item_id, code)
        select uuidv7(), item.id, 'B-' || :key || '-' || n from item, generate_series(1, :count) n returning id),
    edge as (insert into genealogy (id, parent_id, child_id, production_id, consumption_id, quantity)
        select uuidv7(), bike.id, bolt.id, bike.id, bolt.id, 1 from bike, bolt returning id),
    request as (insert into shipment_request (id, site_id, source, number, version, customer_id, due_at, state)
        select uuidv7(), site.id, 'test', 'R-' || :key || '-' || lpad(n::text, 3, '0'), 1, customers.ids[1 + n % 2], now(), 'shipped'
        from site, generate_series(1, :orders) n,
             (select array_agg(id order by number) as ids from partner where kind = 'customer') customers returning id),
    numbered as (select array_agg(id) as ids from request),
    command as (insert into command (id, site_id, type, digest, person_id, captured_at, outcome)
        select uuidv7(), site.id, 'test', '', person.id, now(), 'done' from site, (select id from person limit 1) person returning id),
    move as (insert into stock_move (id, site_id, command_id, line, kind, item_id, serial_id, quantity, from_place_id, to_place_id,
                                     document_id, captured_at)
        select uuidv7(), site.id, command.id, bike.n, 'ship', item.id, bike.id, 1, made.id, gone.id, numbered.ids[1 + bike.n % :orders], now()
        from site, command, item, numbered, (select id, row_number() over () as n from bike) bike,
             (select id from place where kind = 'production' limit 1) made, (select id from place where kind = 'customer' limit 1) gone
        returning id)
    select (select count(*) from edge) + (select count(*) from move)
"""
