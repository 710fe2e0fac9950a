"""A count finds what the books don't list: it is booked under its label, or becomes an exception; nothing is lost."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.floor.catalog import Item, Packaging, Place
from backend.floor.stock import Lot, Quant, Serial, reserve
from backend.floor.wms.counting import open_count
from backend.kernel.ids import new_id
from tests.flows.test_round import released
from tests.support.demo_floor import DemoFloor, Worker


@dataclass
class Bin:
    """An empty bin to be counted, and the count as the device has it."""

    demo: DemoFloor
    person: Worker
    place: UUID
    count: dict[str, Any]

    async def post(self, *counted: dict[str, Any], units: tuple[str, ...] = ()) -> dict[str, Any]:
        """Counts, and the same once more where the count is to be looked at again."""
        body = {"task": self.count["id"], "counted": list(counted), "units": list(units)}
        told = await self.person.done("/counting/post", body)
        if told["outcome"] == "again":
            told = await self.person.done("/counting/post", body)
        assert told["outcome"] == "booked"
        return told

    async def holds(self) -> dict[tuple[str, str | None], Decimal]:
        """What the books say lies there, by item number and lot or serial."""
        query = (
            select(Item.sku, Lot.code, Serial.code.label("serial"), Quant.quantity)
            .join(Item, Item.id == Quant.item_id)
            .outerjoin(Lot, Lot.id == Quant.lot_id)
            .outerjoin(Serial, Serial.id == Quant.serial_id)
            .where(Quant.place_id == self.place, Quant.quantity > 0)
        )
        async with self.demo.db.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return {(row.sku, row.serial or row.code): row.quantity for row in rows}

    async def raised(self) -> dict[str, dict[str, Any]]:
        """The exceptions about this bin, by kind."""
        rows = await self.demo.scalar(
            "select jsonb_object_agg(kind, details) from exception where place_id = :place", place=self.place
        )
        return dict(rows or {})


async def empty_bin(demo: DemoFloor, tracking: str) -> tuple[Bin, Any]:
    """A count of an item of this tracking in a bin that the books think empty."""
    empty = ~select(Quant.id).where(Quant.place_id == Place.id).exists()
    async with demo.db.transaction() as connection:
        item = (
            await connection.execute(
                select(Item.id, Item.sku, Item.expires).where(Item.tracking == tracking).order_by(Item.sku)
            )
        ).first()
        assert item is not None
        place = (
            await connection.execute(
                select(Place.id).where(Place.kind == "bin", Place.site_id == demo.site, empty).limit(1)
            )
        ).scalar_one()
        task = await open_count(connection, demo.site, place=place, item=item.id, reason="asked")
    person = await demo.worker("picker")
    count = await person.done("/counting/claim", {"task": str(task)})
    return Bin(demo, person, place, count), item


async def test_a_lot_nobody_knew_is_booked_under_its_label(demo: DemoFloor) -> None:
    """A lot the books don't list comes into being with its date, the ERP hears of it, and without a lot nothing is booked."""
    shelf, item = await empty_bin(demo, "lot")
    assert (shelf.count["lines"], shelf.count["tracking"]) == ([], "lot")
    code = f"F-{new_id().hex[-8:]}"
    told = await shelf.post({"quantity": "4", "lotCode": code, "expiresOn": "2031-05-06"}, {"quantity": "3"})
    assert (told["expected"], told["adjusted"]) == ("0", "7")
    assert await shelf.holds() == {(item.sku, code): Decimal(4)}
    raised = await shelf.raised()
    assert raised["count_not_booked"] == {"sku": item.sku, "quantity": "3", "why": "no_lot"}
    expires = await demo.scalar("select expires_on::text from lot where code = :code", code=code)
    assert expires == "2031-05-06"
    heard = await demo.scalar(
        "select data->>'change' from outbox where type like '%adjusted%' and data->>'lot' = :code", code=code
    )
    assert heard == "4"


async def test_a_serial_is_fetched_from_where_it_lies_free_and_left_where_it_is_promised(
    demo: DemoFloor,
) -> None:
    """A serial the books have in another bin is booked over once if it lies free there; a promised one stays and is told."""
    shelf, item = await empty_bin(demo, "serial")
    lying = (
        select(Serial.code, Quant.id, Place.code.label("place"))
        .join(Quant, Quant.serial_id == Serial.id)
        .join(Place, Place.id == Quant.place_id)
        .where(Quant.item_id == item.id, Quant.quantity > 0, Quant.reserved == 0, Place.kind == "bin")
        .where(Quant.handling_unit_id.is_(None), Quant.status == "free")
        .limit(2)
    )
    async with demo.db.transaction() as connection:
        free, promised = (await connection.execute(lying)).all()
        await reserve(connection, demo.site, quant=promised.id, demand=new_id(), quantity=Decimal(1))
    new = f"S-{new_id().hex[-8:]}"
    rows = [{"quantity": "1", "serialCode": code} for code in (free.code, promised.code, new, new)]
    told = await shelf.post(*rows)
    assert await shelf.holds() == {(item.sku, free.code): Decimal(1), (item.sku, new): Decimal(1)}
    assert told["exceptions"] == 3
    places = await demo.scalar(
        "select array_agg(details->>'booked_at') from exception where kind = 'count_found_elsewhere' and place_id = :p",
        p=shelf.place,
    )
    assert sorted(places) == sorted([free.place, promised.place])
    half = await shelf.person.refused(
        "/counting/post", {"task": shelf.count["id"], "counted": [{"quantity": "0.5", "serialCode": new}]}
    )
    assert half["type"].endswith("count-over")


async def test_other_things_in_the_bin_are_booked_counted_next_or_told(demo: DemoFloor) -> None:
    """Another item is booked by its barcode, one the books list is counted next; unknown codes and foreign pallets are told."""
    shelf, item = await empty_bin(demo, "none")
    async with demo.db.transaction() as connection:
        other = (
            await connection.execute(
                select(Item.id, Item.sku, Packaging.gtin)
                .join(Packaging, Packaging.item_id == Item.id)
                .where(Item.tracking == "none", Item.id != item.id)
                .limit(1)
            )
        ).one()
    unit = "395200000000000014"
    await shelf.post(
        {"quantity": "2"},
        {"quantity": "5", "item": other.gtin},
        {"quantity": "1", "item": "NOBODY-KNOWS"},
        units=(unit,),
    )
    assert await shelf.holds() == {(item.sku, None): Decimal(2), (other.sku, None): Decimal(5)}
    raised = await shelf.raised()
    assert raised["count_not_booked"] == {"sku": "NOBODY-KNOWS", "quantity": "1", "why": "unknown_item"}
    assert raised["count_found_elsewhere"] == {"unit": unit}
    async with demo.db.transaction() as connection:
        again = await open_count(connection, demo.site, place=shelf.place, item=item.id, reason="asked")
    await shelf.person.done("/counting/claim", {"task": str(again)})
    counted = [{"quantity": "2"}, {"quantity": "9", "item": other.sku}]
    await shelf.person.done("/counting/post", {"task": str(again), "counted": counted})
    assert (await shelf.holds())[other.sku, None] == Decimal(5)
    asked = await demo.scalar(
        "select reason from count_task where place_id = :p and item_id = :i and state = 'open'",
        p=shelf.place,
        i=other.id,
    )
    assert asked == "found"


async def test_what_is_set_aside_is_told_and_stays(demo: DemoFloor) -> None:
    """Damaged pieces in the bin are named to whoever counts, and a count of the good ones leaves them alone."""
    sku = (await demo.stocked())[0]
    picker, document = await released(demo, [(sku, "2")])
    line = document["lines"][0]
    await picker.done("/picking/damaged", {"line": line["id"], "quantity": "1"})
    async with demo.db.transaction() as connection:
        task = await open_count(
            connection, demo.site, place=UUID(line["place"]), item=UUID(line["item"]), reason="asked"
        )
    count = await picker.done("/counting/claim", {"task": str(task)})
    assert count["aside"] == [{"status": "damaged", "code": None, "quantity": "1"}]
    counted = [{"quantity": "7", "handlingUnit": row["handlingUnit"]} for row in count["lines"][:1]]
    await Bin(demo, picker, UUID(line["place"]), count).post(*counted)
    books = "select jsonb_object_agg(status, quantity) from quant where place_id = :p and item_id = :i and quantity > 0"
    assert await demo.scalar(books, p=line["place"], i=line["item"]) == {"damaged": 1, "free": 7}
