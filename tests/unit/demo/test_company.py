"""The demo company, before it is written anywhere."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from backend.demo.assortment import Article, articles
from backend.demo.company import FIXTURES, Company, read_company
from backend.demo.floor_plan import places, plan_document
from backend.demo.opening import Opening, opening
from backend.demo.orders import requests
from backend.floor.catalog import PlaceMaster, bin_address, gtin14, place_check_digits
from backend.floor.routing import Layout
from scanning.gs1 import has_check_digit

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def company() -> Company:
    return read_company()


@pytest.fixture(scope="module")
def floor(company: Company) -> list[PlaceMaster]:
    return places(company.site)


@pytest.fixture(scope="module")
def bins(floor: list[PlaceMaster]) -> list[PlaceMaster]:
    return [place for place in floor if place.kind == "bin"]


@pytest.fixture(scope="module")
def stock(company: Company) -> list[Article]:
    return articles(company.assortment)


@pytest.fixture(scope="module")
def morning(company: Company, stock: list[Article], floor: list[PlaceMaster]) -> Opening:
    return opening(company, stock, floor, TODAY)


def test_the_floor_is_as_large_as_promised(bins: list[PlaceMaster]) -> None:
    """At least 2,000 bins with codes of their own, in at least 12 aisles of 2 blocks."""
    assert len({place.code for place in bins}) == len(bins) >= 2000
    assert len({place.aisle for place in bins}) >= 12
    assert {place.block for place in bins} == {0, 1}


def test_every_code_says_where_the_bin_is(company: Company, bins: list[PlaceMaster]) -> None:
    """Aisle letter, bay, level and slot of the code are those of the place, and the check digits follow from it."""
    letters = plan_document(company.site)["aisle_codes"]
    for place in bins:
        address = bin_address(place.code)
        assert address is not None
        assert (address.bay, address.level, address.slot) == (place.bay, place.level, place.slot)
        assert place.aisle is not None
        assert letters[place.aisle] == address.aisle
        assert place.side == ("L" if address.bay % 2 else "R")
        assert place.check_digits == place_check_digits(place.code)


def test_every_bin_has_limits(bins: list[PlaceMaster]) -> None:
    """Weight, volume and height are given, so that putaway and batching have something to hold to."""
    assert all(place.max_weight_g and place.max_volume_ml and place.max_height_mm for place in bins)


def test_the_router_finds_every_bin_where_the_map_draws_it(company: Company, bins: list[PlaceMaster]) -> None:
    """`Layout.blocks` takes the plan as it stands, and puts each bin at the x and y that the place says."""
    plan = plan_document(company.site)
    names = ("aisles", "blocks", "aisle_length", "pitch", "depot")
    layout = Layout.blocks(**{name: plan[name] for name in names})
    for place in bins:
        assert place.aisle is not None
        assert place.block is not None
        spot = layout.at(aisle=place.aisle, block=place.block, offset=float(place.offset_m or 0))
        assert layout.point(spot) == pytest.approx((float(place.x or 0), float(place.y or 0)))


def test_what_stands_in_front_can_be_walked_to(company: Company, floor: list[PlaceMaster]) -> None:
    """Packing tables, docks and carts lie between the first and the last aisle, before the racks."""
    xs = plan_document(company.site)["aisle_x"]
    front = [place for place in floor if place.kind in {"pack", "dock", "cart"}]
    assert Counter(place.kind for place in front).keys() == {"pack", "dock", "cart"}
    assert all(place.x is not None and xs[0] <= place.x <= xs[-1] for place in front)
    assert all(place.y is not None and place.y < 0 for place in front)


def test_every_drawn_rack_holds_its_bins(company: Company, bins: list[PlaceMaster]) -> None:
    """The rectangles of the plan name exactly the bays that have bins, each on its side of its aisle."""
    drawn = {
        (rack["aisle"], rack["block"], rack["side"], bay)
        for rack in plan_document(company.site)["racks"]
        for bay in rack["bays"]
    }
    assert drawn == {(place.aisle, place.block, place.side, place.bay) for place in bins}


def test_there_are_400_items_with_names_of_their_own(stock: list[Article]) -> None:
    """No number and no name stands for two items."""
    assert len(stock) == 400
    assert len({article.master.sku for article in stock}) == 400
    assert len({article.master.name for article in stock}) == 400


def test_every_packaging_has_its_own_valid_gtin(stock: list[Article]) -> None:
    """14 digits, a right check digit, the company's prefix, and no two alike."""
    gtins = [pack.gtin for article in stock for pack in article.master.packagings]
    assert len(set(gtins)) == len(gtins)
    assert all(gtin14(gtin) == gtin and gtin[1:8] == "9521234" for gtin in gtins)
    assert {pack.kind for article in stock for pack in article.master.packagings} == {"each", "box", "pallet"}


def test_every_kind_of_item_occurs(stock: list[Article]) -> None:
    """Tracked by lot, by serial and not at all; expiring and not; fast, middling and slow; by piece and by metre."""
    masters = [article.master for article in stock]
    assert {master.tracking for master in masters} == {"none", "lot", "serial"}
    assert {master.velocity for master in masters} == {"A", "B", "C"}
    assert {master.unit for master in masters} == {"pc", "m"}
    assert all(master.tracking == "lot" for master in masters if master.expires)
    assert any(master.tracking == "lot" and not master.expires for master in masters)
    assert all(master.weight_g > 0 and master.volume_ml > 0 for master in masters)


def test_a_lot_has_an_expiry_exactly_where_its_item_expires(stock: list[Article], morning: Opening) -> None:
    """No date on a lot of brake levers, none missing on a lot of glue, and none in the past."""
    expires = {article.master.sku: article.master.expires for article in stock}
    assert len(morning.lots) > 100
    assert all((lot.expires_on is not None) == expires[lot.sku] for lot in morning.lots)
    assert all(lot.expires_on > TODAY for lot in morning.lots if lot.expires_on)


def test_stock_is_tracked_as_its_item_asks(stock: list[Article], morning: Opening) -> None:
    """A lot on what has lots, a serial on single pieces that have serials, neither on the rest."""
    tracking = {article.master.sku: article.master.tracking for article in stock}
    for here in morning.stock:
        assert (here.lot is not None) == (tracking[here.sku] == "lot")
        assert (here.serial is not None) == (tracking[here.sku] == "serial")
        assert here.quantity == 1 if here.serial else here.quantity > 0
    serials = [here.serial for here in morning.stock if here.serial]
    assert len(set(serials)) == len(serials) > 100


def test_every_handling_unit_has_a_valid_sscc(morning: Opening) -> None:
    """18 digits with a right check digit, no two alike, and something on each."""
    codes = [unit.code for unit in morning.units]
    assert len(set(codes)) == len(codes) > 500
    assert all(len(code) == 18 and has_check_digit(code) for code in codes)
    assert {here.unit for here in morning.stock if here.unit} == set(codes)
    where = {unit.code: unit.place for unit in morning.units}
    assert all(here.place == where[here.unit] for here in morning.stock if here.unit)


def test_no_bin_is_overloaded(stock: list[Article], bins: list[PlaceMaster], morning: Opening) -> None:
    """What lies in a bin fits its weight and its volume."""
    item = {article.master.sku: article.master for article in stock}
    weight: dict[str, Decimal] = defaultdict(Decimal)
    volume: dict[str, Decimal] = defaultdict(Decimal)
    for here in morning.stock:
        weight[here.place] += here.quantity * item[here.sku].weight_g
        volume[here.place] += here.quantity * item[here.sku].volume_ml
    for place in bins:
        assert weight[place.code] <= (place.max_weight_g or 0)
        assert volume[place.code] <= (place.max_volume_ml or 0)


def test_every_item_is_somewhere_in_its_zone(
    stock: list[Article], bins: list[PlaceMaster], morning: Opening
) -> None:
    """All 400 items can be picked by the piece from a bin of their own zone; lithium lies behind the fire wall."""
    zone = {place.code: place.zone for place in bins}
    loose: dict[str, set[str]] = defaultdict(set)
    for here in morning.stock:
        if here.unit is None and here.status == "free":
            loose[here.sku].add(zone[here.place])
    assert {article.master.sku: {article.family.zone} for article in stock} == loose
    lithium = {article.master.sku for article in stock if article.family.hazard == "lithium"}
    assert lithium
    assert all(loose[sku] == {"E"} for sku in lithium)


def test_no_two_rows_of_stock_are_the_same_thing(morning: Opening) -> None:
    """The key of a quant occurs once, or the ledger would refuse it."""
    keys = [(h.sku, h.place, h.lot, h.serial, h.unit, h.status) for h in morning.stock]
    assert len(set(keys)) == len(keys)


def test_some_stock_may_not_be_picked(morning: Opening) -> None:
    """Damaged and held pieces lie about, for the first refusals."""
    statuses = Counter(here.status for here in morning.stock)
    assert statuses["damaged"] >= 3
    assert statuses["hold"] >= 3


def test_the_morning_is_the_same_at_every_run(
    company: Company, stock: list[Article], floor: list[PlaceMaster]
) -> None:
    """Same fixtures, same day: same stock to the last piece."""
    assert opening(company, stock, floor, TODAY) == opening(read_company(), stock, floor, TODAY)


def test_orders_are_many_due_soon_and_can_be_understood(company: Company, stock: list[Article]) -> None:
    """Each of 150 orders names a known customer and known items, in a unit the item has, due after now."""
    wanted = list(requests(company, stock, 150, NOW))
    units = {
        article.master.sku: {article.master.unit, *(pack.kind for pack in article.master.packagings)}
        for article in stock
    }
    assert len({order.number for order in wanted}) == 150
    assert {order.customer for order in wanted} <= {who.number for who in company.partners.customers}
    for order in wanted:
        assert NOW < order.due_at < NOW + timedelta(hours=36)
        assert [line.line for line in order.lines] == list(range(1, len(order.lines) + 1))
        assert all(line.unit in units[line.sku] and line.quantity > 0 for line in order.lines)
    assert any(line.unit == "box" for order in wanted for line in order.lines)
    assert any(order.priority == company.orders.rush.priority for order in wanted)


def test_more_orders_begin_with_the_same_ones(company: Company, stock: list[Article]) -> None:
    """5,000 orders are the first 150 and 4,850 further ones, so loading more never asks for the same goods twice."""
    few = list(requests(company, stock, 150, NOW))
    assert list(islice(requests(company, stock, 5000, NOW), 150)) == few


def test_badges_and_pins_are_usable(company: Company) -> None:
    """Badges differ, every PIN has four digits, and each language of the app is somebody's."""
    badges = [person.badge for person in company.people]
    assert len(set(badges)) == len(badges) >= 8
    assert all(len(person.pin) == 4 and person.pin.isdigit() for person in company.people)
    assert {person.language for person in company.people} == {"en", "nl", "zh"}
    roles = {role for person in company.people for role in person.roles}
    assert {"picker", "planner", "supervisor", "admin"} <= roles


def test_a_slip_of_the_pen_is_named(tmp_path: Path) -> None:
    """A misspelt field is refused with the file's name, not passed over."""
    for file in FIXTURES.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "stock.yaml").write_text((FIXTURES / "stock.yaml").read_text().replace("fullest:", "fulest:"))
    with pytest.raises(ValueError, match=r"stock\.yaml.*fulest"):
        read_company(tmp_path)
