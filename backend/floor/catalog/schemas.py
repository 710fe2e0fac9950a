"""Masters as they arrive from the ERP or a fixture, and as the floor's screens see them."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from backend.floor.catalog import rules
from backend.kernel import edge

Tracking = Literal["none", "lot", "serial"]
Velocity = Literal["A", "B", "C"]
PartnerKind = Literal["customer", "supplier", "both"]


class PackagingMaster(msgspec.Struct, frozen=True, kw_only=True):
    """One way an item is packed; `quantity` in the item's unit, `gtin` 8 to 14 digits.

    Raises:
        ValueError: the GTIN's check digit is wrong.
    """

    kind: str
    quantity: Decimal
    gtin: str

    def __post_init__(self) -> None:
        rules.gtin14(self.gtin)


class ItemMaster(msgspec.Struct, frozen=True, kw_only=True):
    """An item as its master tells it. `version` counts the master's changes: an older one never overwrites a newer."""

    sku: str
    name: str
    unit: str
    version: int
    whole: bool = True
    tracking: Tracking = "none"
    expires: bool = False
    weight_g: Decimal = Decimal(0)
    volume_ml: Decimal = Decimal(0)
    group: str = ""
    velocity: Velocity = "C"
    revision: str = ""
    inspection_plan: str | None = None
    packagings: tuple[PackagingMaster, ...] = ()
    attributes: dict[str, Any] = {}


class PartnerMaster(msgspec.Struct, frozen=True, kw_only=True):
    """A customer or supplier as its master tells it; `country` in two letters, `street` with a line for each of its own."""

    kind: PartnerKind
    number: str
    name: str
    version: int
    min_shelf_life_days: int = 0
    email: str = ""
    language: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    attributes: dict[str, Any] = {}


class PlaceMaster(msgspec.Struct, frozen=True, kw_only=True):
    """A place of a site. The floor is its own master here, so there is no version.

    `aisle` and `block` count from 0; `offset_m` is how far into its block the place lies, `x` and `y` where a person
    stands before it, all in metres from the plan's origin.
    """

    kind: str
    code: str
    check_digits: str = ""
    zone: str = ""
    aisle: int | None = None
    block: int | None = None
    side: str = ""
    bay: int | None = None
    level: int | None = None
    slot: str = ""
    offset_m: Decimal | None = None
    x: Decimal | None = None
    y: Decimal | None = None
    max_weight_g: int | None = None
    max_volume_ml: int | None = None
    max_height_mm: int | None = None
    rules: dict[str, Any] = {}


class SiteMaster(msgspec.Struct, frozen=True, kw_only=True):
    """A site and its floor plan (`plan`, drawn as in `fixtures/README.md`)."""

    code: str
    name: str
    time_zone: str
    plan: dict[str, Any]


class Told(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Base of what a screen is told."""


class SetSite(edge.Edge):
    """`site.set`: the language of a site's labels and papers, and the zone (of the IANA database) whose clocks hang there."""

    language: Literal["en", "nl", "zh"]
    time_zone: Annotated[str, Meta(min_length=1, max_length=64)]


class SiteSet(edge.Told):
    """As the site is from now on."""

    language: str
    time_zone: str


class SiteFacts(Told, frozen=True):
    """A site with its plan."""

    id: UUID
    code: str
    name: str
    time_zone: str
    plan: dict[str, Any]


class PlaceFacts(Told, frozen=True):
    """A place as a screen shows it and a map draws it."""

    id: UUID
    site_id: UUID
    kind: str
    code: str
    check_digits: str
    zone: str
    aisle: int | None
    block: int | None
    side: str
    bay: int | None
    level: int | None
    slot: str
    offset_m: Decimal | None
    x: Decimal | None
    y: Decimal | None
    max_weight_g: int | None
    max_volume_ml: int | None
    max_height_mm: int | None
    rules: dict[str, Any]
    blocked: str | None


class PackagingFacts(Told, frozen=True):
    """A packaging, and the item it holds."""

    id: UUID
    item_id: UUID
    kind: str
    quantity: Decimal
    gtin: str


class ItemFacts(Told, frozen=True):
    """An item with all its packagings, smallest first."""

    id: UUID
    sku: str
    name: str
    unit: str
    whole: bool
    tracking: str
    expires: bool
    weight_g: Decimal
    volume_ml: Decimal
    group: str
    velocity: str
    revision: str
    inspection_plan: str | None
    attributes: dict[str, Any]
    packagings: tuple[PackagingFacts, ...] = ()


class PartnerFacts(Told, frozen=True):
    """A partner: how to reach it, and what it asks of what it gets."""

    id: UUID
    kind: str
    number: str
    name: str
    min_shelf_life_days: int
    email: str
    language: str
    street: str
    postal_code: str
    city: str
    country: str
    attributes: dict[str, Any]
