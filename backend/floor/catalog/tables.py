"""Masters the floor works with: a replica of the ERP's items and partners, and the floor's own sites and places."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, FloorBase, Id, Json

PLACE_KINDS = ("bin", "dock", "pack", "cart", "line", "supplier", "customer", "production", "scrap", "count")
PHYSICAL_KINDS = ("bin", "dock", "pack", "cart", "line")


class Site(FloorBase):
    """One warehouse or plant: its zone of time and its floor plan."""

    __tablename__ = "site"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    time_zone: Mapped[str]
    plan: Mapped[Json]


class Place(FloorBase):
    """Somewhere stock can be: a bin, dock, packing table or cart, or a virtual place that balances the ledger."""

    __tablename__ = "place"

    id: Mapped[Id]
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str]
    code: Mapped[str]
    check_digits: Mapped[str] = mapped_column(server_default="")
    zone: Mapped[str] = mapped_column(server_default="")
    aisle: Mapped[int | None]
    block: Mapped[int | None]
    side: Mapped[str] = mapped_column(server_default="")
    bay: Mapped[int | None]
    level: Mapped[int | None]
    slot: Mapped[str] = mapped_column(server_default="")
    offset_m: Mapped[Amount | None]
    x: Mapped[Amount | None]
    y: Mapped[Amount | None]
    max_weight_g: Mapped[int | None]
    max_volume_ml: Mapped[int | None]
    max_height_mm: Mapped[int | None]
    rules: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    blocked: Mapped[str | None]
    filled_by: Mapped[int | None] = mapped_column(BigInteger)
    """The transaction that was the last to keep room here or to put something in by its rules: who did not see it looks again."""

    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        CheckConstraint(f"kind in {PLACE_KINDS}", name="kind"),
        Index("ix_place_site_id_kind", "site_id", "kind"),
    )

    @property
    def physical(self) -> bool:
        """Whether stock can really lie here."""
        return self.kind in PHYSICAL_KINDS


class Item(FloorBase):
    """Something that is stored, made, bought or sold. With an inspection plan it is received into status `quality`."""

    __tablename__ = "item"

    id: Mapped[Id]
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    unit: Mapped[str]
    whole: Mapped[bool] = mapped_column(server_default=text("true"))
    tracking: Mapped[str] = mapped_column(server_default="none")
    expires: Mapped[bool] = mapped_column(server_default=text("false"))
    weight_g: Mapped[Amount] = mapped_column(server_default="0")
    volume_ml: Mapped[Amount] = mapped_column(server_default="0")
    group: Mapped[str] = mapped_column(server_default="")
    velocity: Mapped[str] = mapped_column(server_default="C")
    revision: Mapped[str] = mapped_column(server_default="")
    inspection_plan: Mapped[str | None]
    attributes: Mapped[Json] = mapped_column(server_default=text("'{}'"))

    __table_args__ = (
        CheckConstraint("tracking in ('none', 'lot', 'serial')", name="tracking"),
        CheckConstraint("velocity in ('A', 'B', 'C')", name="velocity"),
    )


class Packaging(FloorBase):
    """How an item is packed: each, box, pallet; its content in the item's unit, and the GTIN printed on it."""

    __tablename__ = "packaging"

    id: Mapped[Id]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    kind: Mapped[str]
    quantity: Mapped[Amount]
    gtin: Mapped[str] = mapped_column(unique=True)

    __table_args__ = (
        UniqueConstraint("item_id", "kind"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("gtin ~ '^[0-9]{14}$'", name="gtin"),
    )


class Partner(FloorBase):
    """A customer, a supplier or both: how to reach it, and what a customer asks of what it gets."""

    __tablename__ = "partner"

    id: Mapped[Id]
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    min_shelf_life_days: Mapped[int] = mapped_column(server_default="0")
    attributes: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    email: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="")
    street: Mapped[str] = mapped_column(server_default="")
    postal_code: Mapped[str] = mapped_column(server_default="")
    city: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (CheckConstraint("kind in ('customer', 'supplier', 'both')", name="kind"),)
