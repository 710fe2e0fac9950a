"""The demo company as `fixtures/*.yaml` tells it, read into types; a slip of the pen in a file is refused by name."""

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

FIXTURES = Path(__file__).parents[2] / "fixtures"
T = TypeVar("T")

Span = tuple[int, int]
Velocity = Literal["A", "B", "C"]


class Edge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all that a fixture says: nothing unknown."""


class Level(Edge, frozen=True):
    """One shelf: what a bin on it can bear, and how high it is."""

    weight_kg: int
    height_mm: int


class Zone(Edge, frozen=True):
    """Some aisles of one kind of rack. Lengths in metres."""

    code: str
    name: str
    aisles: list[str]
    pitch: Decimal
    rack_depth: Decimal
    slots: list[str]
    levels: list[Level]
    rules: dict[str, Any] = {}


class Area(Edge, frozen=True):
    """A row of places in front of the racks. Lengths in metres."""

    kind: str
    code: str
    name: str
    count: int
    first_x: Decimal
    step_x: Decimal
    y: Decimal
    width: Decimal
    depth: Decimal
    digits: int = 1


class VirtualPlace(Edge, frozen=True):
    """Where the other half of a ledger move stands."""

    kind: str
    code: str


class Totes(Edge, frozen=True):
    """The totes of the site: a letter and a running number."""

    code: str
    count: int
    digits: int


class SitePlan(Edge, frozen=True):
    """`site.yaml`."""

    code: str
    name: str
    time_zone: str
    blocks: int
    aisle_length: Decimal
    cross_aisle_width: Decimal
    bay_width: Decimal
    bays_per_side: int
    depot: str
    zones: list[Zone]
    areas: list[Area]
    virtual: list[VirtualPlace]
    totes: Totes
    language: str = "en"


class Family(Edge, frozen=True):
    """Items that differ only in what `each` lists; weights in grams, volumes in millilitres."""

    sku: str
    group: str
    zone: str
    name: str
    each: dict[str, list[str | int]]
    stock: Span
    weight: Span
    volume: Span
    velocity: str
    boxed: int = 0
    palletised: int = 0
    unit: str = ""
    whole: bool = True
    tracking: Literal["none", "lot", "serial"] = "none"
    shelf_life_days: int = 0
    hazard: str = ""


class Assortment(Edge, frozen=True):
    """`items.yaml`."""

    company_prefix: str
    unit: str
    families: list[Family]


class LotPattern(Edge, frozen=True):
    """How lots are named and how old they are."""

    code: str
    each_item: dict[Velocity, int]
    days_left: list[Span]
    ages_days: Span


class SerialPattern(Edge, frozen=True):
    """How serials are named, and how many lie in one bin."""

    code: str
    first_number: int
    a_bin: int


class SetAside(Edge, frozen=True):
    """How many bins hold something that may not be picked."""

    damaged: int
    hold: int


class Pallet(Edge, frozen=True):
    """What a pallet takes at most."""

    volume_l: int
    weight_kg: int


class StockPattern(Edge, frozen=True):
    """`stock.yaml`."""

    seed: int
    velocity_factor: dict[Velocity, Decimal]
    pick_faces: dict[Velocity, int]
    face_share: dict[Velocity, Decimal]
    single_boxes: dict[Velocity, int]
    face_levels: list[int]
    pallet_zone: str
    pallet: Pallet
    fullest: Decimal
    second_lot: float
    lots: LotPattern
    serials: SerialPattern
    set_aside: SetAside


class Customer(Edge, frozen=True):
    """Who buys; `shelf_life` days must be left, `share` says how often it orders."""

    number: str
    name: str
    city: str
    country: str
    share: int
    shelf_life: int = 0


class Supplier(Edge, frozen=True):
    """Who supplies what."""

    number: str
    name: str
    city: str
    country: str
    groups: list[str]


class Partners(Edge, frozen=True):
    """`partners.yaml`."""

    customers: list[Customer]
    suppliers: list[Supplier]


class Person(Edge, frozen=True):
    """Somebody of the demonstration, PIN and all."""

    name: str
    badge: str
    pin: str
    language: str
    roles: list[str]


class People(Edge, frozen=True):
    """`people.yaml`."""

    people: list[Person]


class LineCount(Edge, frozen=True):
    """So many lines, so often."""

    count: Span
    share: int


class Due(Edge, frozen=True):
    """Due so many hours from now, so often."""

    hours: tuple[float, float]
    share: int
    priority: int


class Rush(Edge, frozen=True):
    """How many of a hundred orders cannot wait."""

    share: int
    priority: int


class OrderPattern(Edge, frozen=True):
    """`orders.yaml`."""

    seed: int
    first_number: int
    number: str
    lines: list[LineCount]
    velocity_share: dict[Velocity, int]
    pieces: dict[Velocity, Span]
    whole_box_share: int
    due: list[Due]
    rush: Rush
    carriers: dict[str, list[str]]


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """All fixtures together."""

    site: SitePlan
    assortment: Assortment
    stock: StockPattern
    partners: Partners
    people: list[Person]
    orders: OrderPattern


def read_company(folder: Path = FIXTURES) -> Company:
    """Reads the fixtures.

    Raises:
        ValueError: a file does not say what it must; the message names the file and the field.
    """
    return Company(
        site=_read(folder / "site.yaml", SitePlan),
        assortment=_read(folder / "items.yaml", Assortment),
        stock=_read(folder / "stock.yaml", StockPattern),
        partners=_read(folder / "partners.yaml", Partners),
        people=_read(folder / "people.yaml", People).people,
        orders=_read(folder / "orders.yaml", OrderPattern),
    )


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path.name}: {error}") from error
