"""Masters: written under the ERP's version, read by what people hold in hand."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.masters import PartnerChanged
from backend.floor import catalog
from backend.floor.catalog import GtinTaken, ItemMaster, PackagingMaster, PartnerMaster, PlaceMaster
from tests.support.demo_floor import DemoFloor

EACH, BOX, FREE = (
    catalog.gtin_of("9521234", number, box) for number, box in ((99000, 0), (99000, 1), (99001, 0))
)
LAMP = ItemMaster(
    sku="LAMP-1",
    name="Lamp",
    unit="pc",
    version=3,
    packagings=(
        PackagingMaster(kind="box", quantity=Decimal(20), gtin=BOX),
        PackagingMaster(kind="each", quantity=Decimal(1), gtin=EACH[1:]),
    ),
    attributes={"colour": "red"},
)


@pytest.fixture
async def books(demo: DemoFloor) -> AsyncIterator[AsyncConnection]:
    """A transaction that is taken back after the test."""
    async with demo.db.transaction() as connection:
        outer = await connection.begin_nested()
        yield connection
        await outer.rollback()


async def test_an_item_is_found_by_number_and_by_every_gtin(books: AsyncConnection) -> None:
    """SKU, the box's GTIN-14, the piece's as 13 or 14 digits: all lead to the item; packagings come smallest first."""
    assert await catalog.upsert_item(books, LAMP)
    item = await catalog.item_by_sku(books, "LAMP-1")
    assert item is not None
    assert [pack.kind for pack in item.packagings] == ["each", "box"]
    for digits, kind in ((EACH, "each"), (EACH[1:], "each"), (BOX, "box")):
        pack = await catalog.packaging_by_gtin(books, digits)
        assert pack is not None
        assert (pack.item_id, pack.kind) == (item.id, kind)
    assert await catalog.items_by_id(books, [item.id]) == {item.id: item}
    assert await catalog.items_by_sku(books, ["LAMP-1", "none"]) == {"LAMP-1": item}


@pytest.mark.parametrize(
    "digits", ["", "12345678", EACH[:-1] + str((int(EACH[-1]) + 5) % 10), "0" * 40, "LAMP-1", FREE]
)
async def test_what_is_no_known_gtin_is_nothing(books: AsyncConnection, digits: str) -> None:
    """Neither a number nobody has nor one that is no GTIN raises or finds anything."""
    await catalog.upsert_item(books, LAMP)
    assert await catalog.packaging_by_gtin(books, digits) is None


async def test_an_older_version_never_overwrites_a_newer(books: AsyncConnection) -> None:
    """Version 2 after 3 changes nothing and says so; 3 again is harmless; 4 counts. The id stays."""
    await catalog.upsert_item(books, LAMP)
    first = await catalog.item_by_sku(books, "LAMP-1")
    assert not await catalog.upsert_item(books, replace(LAMP, version=2, name="Old lamp", packagings=()))
    assert await catalog.item_by_sku(books, "LAMP-1") == first
    assert await catalog.upsert_item(books, LAMP)
    assert await catalog.item_by_sku(books, "LAMP-1") == first
    assert await catalog.upsert_item(books, replace(LAMP, version=4, name="New lamp"))
    newest = await catalog.item_by_sku(books, "LAMP-1")
    assert newest is not None
    assert first is not None
    assert (newest.id, newest.name) == (first.id, "New lamp")


async def test_a_packaging_that_is_not_told_any_more_stays_known(books: AsyncConnection) -> None:
    """Boxes already in the racks can still be scanned after the master drops them."""
    await catalog.upsert_item(books, LAMP)
    await catalog.upsert_item(books, replace(LAMP, version=4, packagings=LAMP.packagings[1:]))
    assert await catalog.packaging_by_gtin(books, BOX) is not None


async def test_a_gtin_belongs_to_one_item(books: AsyncConnection) -> None:
    """A second item with the lamp's GTIN is refused by name, and the lamp keeps it."""
    await catalog.upsert_item(books, LAMP)
    with pytest.raises(GtinTaken) as refused:
        async with books.begin_nested():
            await catalog.upsert_item(books, replace(LAMP, sku="LAMP-2"))
    assert refused.value.facts == {"items": ["LAMP-2"]}
    pack = await catalog.packaging_by_gtin(books, EACH)
    item = await catalog.item_by_sku(books, "LAMP-1")
    assert pack is not None
    assert item is not None
    assert pack.item_id == item.id


def test_a_wrong_gtin_never_becomes_a_master() -> None:
    """The check digit is looked at before anything is written."""
    with pytest.raises(ValueError, match="not a GTIN"):
        PackagingMaster(kind="each", quantity=Decimal(1), gtin=EACH[:-1] + str((int(EACH[-1]) + 1) % 10))


async def test_partners_are_guarded_by_version_too(books: AsyncConnection) -> None:
    """A customer's shelf life follows the newest version, whatever order the messages come in."""
    shop = PartnerMaster(kind="customer", number="C-9", name="Shop", version=5, min_shelf_life_days=90)
    assert await catalog.upsert_partner(books, shop)
    assert not await catalog.upsert_partner(books, replace(shop, version=4, min_shelf_life_days=10))
    found = await catalog.partner_by_number(books, "C-9")
    assert found is not None
    assert found.min_shelf_life_days == 90
    assert await catalog.partner(books, found.id) == found


async def test_a_partner_of_the_erp_is_as_it_says_last(books: AsyncConnection) -> None:
    """Name, address and mail follow the newest message; what the ERP does not say, the shelf life its goods must have left, stays."""
    shop = PartnerMaster(kind="customer", number="C-8", name="Shop", version=2, min_shelf_life_days=90)
    assert await catalog.upsert_partner(books, shop)
    told = PartnerChanged(
        number="C-8", version=3, kind="both", name="The Shop", email="shop@example.com", street="Havenweg 1\nHal 3",
        postal_code="8011 AB", city="Zwolle", country="NL",
    )  # fmt: skip
    assert await catalog.release_partner(books, told, "urn:erp")
    assert not await catalog.release_partner(books, replace(told, version=2, name="Old"), "urn:erp")
    found = await catalog.partner_by_number(books, "C-8")
    assert found is not None
    assert (found.kind, found.name, found.email, found.min_shelf_life_days) == (
        "both", "The Shop", "shop@example.com", 90,
    )  # fmt: skip
    assert catalog.address_lines(found.street, found.postal_code, found.city, found.country) == [
        "Havenweg 1", "Hal 3", "8011 AB  Zwolle", "NL",
    ]  # fmt: skip


async def test_a_place_keeps_its_id_and_its_block(books: AsyncConnection, demo: DemoFloor) -> None:
    """A place written again changes what is told of it, not who it is; blocked stays blocked."""
    new = PlaceMaster(kind="bin", code="Z-01-1-A", check_digits="11", zone="S")
    first = await catalog.upsert_place(books, demo.site, new)
    assert await catalog.upsert_place(books, demo.site, replace(new, zone="W")) == first
    found = await catalog.place_by_code(books, demo.site, "Z-01-1-A")
    assert found is not None
    assert (found.id, found.zone, found.blocked) == (first, "W", None)
    assert await catalog.place(books, first) == found
    assert await catalog.place_by_code(books, demo.site, "z-01-1-a") is None


async def test_places_are_found_by_kind_and_code(books: AsyncConnection, demo: DemoFloor) -> None:
    """Only what was asked for comes back, in the order of the codes."""
    docks = await catalog.places(books, demo.site, kinds=["dock"])
    assert {place.kind for place in docks} == {"dock"}
    assert [place.code for place in docks] == sorted(place.code for place in docks)
    two = await catalog.places(books, demo.site, codes=[docks[0].code, docks[1].code])
    assert two == docks[:2]


async def test_the_office_reads_masters_over_http(demo: DemoFloor) -> None:
    """Site with plan, places by kind, one place, a page of items, one item; unknown ones are 404 problems."""
    ann = await demo.worker("picker")
    site = await ann.get("/catalog/site")
    assert site["plan"]["aisles"] == 14
    docks = await ann.get("/catalog/places", kind="dock")
    assert {place["kind"] for place in docks} == {"dock"}
    assert (await ann.get(f"/catalog/places/{docks[0]['code']}")) == docks[0]
    page = await ann.get("/catalog/items", text="tyre", limit="5")
    assert len(page) == 5
    assert all("tyre" in item["name"].lower() or "tyr" in item["sku"].lower() for item in page)
    following = await ann.get("/catalog/items", text="tyre", limit="5", after=page[-1]["sku"])
    assert following[0]["sku"] > page[-1]["sku"]
    assert (await ann.get(f"/catalog/items/{page[0]['sku']}")) == page[0]
    for path in ("/catalog/places/NOWHERE", "/catalog/items/NOTHING"):
        missing = await ann.client.get(f"/api/floor{path}")
        assert missing.status_code == 404
        assert missing.json()["type"] == "/problems/not-found"
    wild = await ann.get("/catalog/items", text="%")
    assert wild == []
