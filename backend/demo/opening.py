"""The stock of the first morning, decided before anything is written: what lies where, in which lot, on which unit."""

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from backend.demo.assortment import Article
from backend.demo.company import Company, StockPattern
from backend.demo.floor_plan import depot_x
from backend.demo.shelves import Shelves, nearest_first
from backend.floor.catalog import ItemMaster, PlaceMaster, sscc_of

ONE = Decimal(1)


class OpeningLot(msgspec.Struct, frozen=True):
    """A lot, and when it expires if it does."""

    sku: str
    code: str
    expires_on: date | None


class OpeningUnit(msgspec.Struct, frozen=True):
    """A sealed box or a pallet with its SSCC, and where it stands."""

    code: str
    kind: str
    place: str


class OpeningStock(msgspec.Struct, frozen=True, kw_only=True):
    """So much of one thing in one place."""

    sku: str
    place: str
    quantity: Decimal
    age_days: int
    lot: str | None = None
    serial: str | None = None
    unit: str | None = None
    status: str = "free"


class Opening(msgspec.Struct, frozen=True):
    """The first morning, whole."""

    lots: list[OpeningLot]
    units: list[OpeningUnit]
    stock: list[OpeningStock]


def opening(
    company: Company, articles: Sequence[Article], places: Sequence[PlaceMaster], today: date
) -> Opening:
    """Spreads every item over the bins of its zone; the same for the same fixtures and day."""
    morning = _Morning(company, places, today)
    quickest = sorted(articles, key=lambda article: article.master.velocity)
    for article in quickest:
        morning.put(article)
    morning.set_aside()
    return Opening(morning.lots, morning.units, morning.stock)


class _Morning:
    def __init__(self, company: Company, places: Sequence[PlaceMaster], today: date) -> None:
        self.lots: list[OpeningLot] = []
        self.units: list[OpeningUnit] = []
        self.stock: list[OpeningStock] = []
        self._pattern: StockPattern = company.stock
        self._today = today
        self._draw = random.Random(company.stock.seed)
        self._prefix = company.assortment.company_prefix
        self._sscc = itertools.count(1)
        self._serial = itertools.count(company.stock.serials.first_number)
        self._faces, self._above = self._shelves(company, places)

    def _shelves(
        self, company: Company, places: Sequence[PlaceMaster]
    ) -> tuple[dict[str, Shelves], dict[str, Shelves]]:
        home = depot_x(company.site)
        faces, above = {}, {}
        for zone in company.site.zones:
            bins = [place for place in places if place.kind == "bin" and place.zone == zone.code]
            every = range(1, len(zone.levels) + 1)
            low = [level for level in self._pattern.face_levels if level in every]
            high = [level for level in every if level not in low] or low
            if zone.code == self._pattern.pallet_zone:
                low, high = [], list(every)
            faces[zone.code] = Shelves(nearest_first(bins, low, home), self._pattern.fullest)
            above[zone.code] = Shelves(nearest_first(bins, high, home), self._pattern.fullest)
        return faces, above

    def put(self, article: Article) -> None:
        """Finds places for all pieces of an item: loose in its faces, then boxes, then pallets."""
        item, family, pattern = article.master, article.family, self._pattern
        pieces = int(self._draw.randint(*family.stock) * pattern.velocity_factor[item.velocity])
        if item.tracking == "serial":
            self._put_serials(article, pieces)
            return
        lots = self._make_lots(article)
        loose = int(pieces * pattern.face_share[item.velocity]) if family.boxed else pieces
        self._put_faces(article, loose, lots)
        boxes = (pieces - loose) // family.boxed if family.boxed else 0
        alone = min(boxes, pattern.single_boxes[item.velocity])
        for _ in range(alone):
            self._put_unit(article, Decimal(family.boxed), lots, kind="box")
        for quantity in self._pallet_loads(article, boxes - alone):
            self._put_unit(article, quantity, lots, kind="pallet")

    def _put_faces(self, article: Article, loose: int, lots: Sequence[str | None]) -> None:
        item, left = article.master, Decimal(loose)
        faces = self._pattern.pick_faces[item.velocity]
        for face in range(faces):
            share = (left / (faces - face)).to_integral_value()
            room = self._faces[article.family.zone].take(item, share, least=min(share, ONE), joins=False)
            if room is None or share <= 0:
                return
            place, quantity = room
            left -= quantity
            lot, other = lots[face % len(lots)], lots[(face + 1) % len(lots)]
            some = (quantity / 5).to_integral_value()
            if other != lot and some >= 1 and self._draw.random() < self._pattern.second_lot:
                self._lay(item, place, some, lot=other)
                quantity -= some
            self._lay(item, place, quantity, lot=lot)

    def _put_unit(
        self, article: Article, quantity: Decimal, lots: Sequence[str | None], *, kind: str
    ) -> None:
        zone = self._pattern.pallet_zone if kind == "pallet" else article.family.zone
        room = self._above[zone].take(article.master, quantity, least=quantity, joins=kind == "box")
        if room is None:
            return
        unit = OpeningUnit(sscc_of(self._prefix, next(self._sscc)), kind, room[0])
        self.units.append(unit)
        self._lay(article.master, room[0], quantity, lot=lots[-1], unit=unit.code)

    def _pallet_loads(self, article: Article, boxes: int) -> Iterator[Decimal]:
        """Boxes shared out over pallets that neither a person nor a fork-lift truck would refuse."""
        item, boxed = article.master, article.family.boxed
        if boxes <= 0:
            return
        by_weight = self._pattern.pallet.weight_kg * 1000 // (item.weight_g * boxed)
        by_volume = self._pattern.pallet.volume_l * 1000 // (item.volume_ml * boxed)
        most = max(1, int(min(by_weight, by_volume)))
        if article.family.palletised:
            most = min(most, article.family.palletised // boxed)
        for start in range(0, boxes, most):
            yield Decimal(min(most, boxes - start) * boxed)

    def _put_serials(self, article: Article, pieces: int) -> None:
        item, a_bin = article.master, Decimal(self._pattern.serials.a_bin)
        left = Decimal(pieces)
        while left > 0:
            room = self._faces[article.family.zone].take(item, min(left, a_bin), least=ONE, joins=False)
            if room is None:
                return
            for _ in range(int(room[1])):
                serial = self._pattern.serials.code.format(sku=item.sku, number=next(self._serial))
                self._lay(item, room[0], ONE, serial=serial)
            left -= room[1]

    def _make_lots(self, article: Article) -> list[str | None]:
        item, pattern = article.master, self._pattern.lots
        if item.tracking != "lot":
            return [None]
        made: list[str | None] = []
        for number in range(pattern.each_item[item.velocity]):
            if item.expires:
                left = timedelta(days=self._draw.randint(*pattern.days_left[number]))
                expires_on: date | None = self._today + left
                born = self._today + left - timedelta(days=article.family.shelf_life_days)
            else:
                expires_on, born = None, self._today - timedelta(days=self._draw.randint(*pattern.ages_days))
            year, week, _ = born.isocalendar()
            code = pattern.code.format(year=f"{year % 100:02d}", week=f"{week:02d}", letter="ABC"[number])
            self.lots.append(OpeningLot(item.sku, code, expires_on))
            made.append(code)
        return made

    def _lay(
        self,
        item: ItemMaster,
        place: str,
        quantity: Decimal,
        *,
        lot: str | None = None,
        serial: str | None = None,
        unit: str | None = None,
        status: str = "free",
    ) -> None:
        age = self._draw.randint(*self._pattern.lots.ages_days)
        self.stock.append(
            OpeningStock(
                sku=item.sku,
                place=place,
                quantity=quantity,
                age_days=age,
                lot=lot,
                serial=serial,
                unit=unit,
                status=status,
            )
        )

    def set_aside(self) -> None:
        """Turns a few pieces of some faces into damaged ones, and holds a few faces whole."""
        faces = [
            index
            for index, here in enumerate(self.stock)
            if here.unit is None and here.serial is None and here.quantity >= 10
        ]
        aside = self._pattern.set_aside
        chosen = self._draw.sample(faces, aside.damaged + aside.hold)
        for index in chosen[: aside.damaged]:
            here, broken = self.stock[index], Decimal(self._draw.randint(1, 3))
            self.stock[index] = msgspec.structs.replace(here, quantity=here.quantity - broken)
            self.stock.append(msgspec.structs.replace(here, quantity=broken, status="damaged"))
        for index in chosen[aside.damaged :]:
            self.stock[index] = msgspec.structs.replace(self.stock[index], status="hold")
