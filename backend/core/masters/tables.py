"""What the whole company means by its words: items by revision, how each is made, partners, accounts, prices, costs.

Masters are known by the numbers people use, so these are their keys; nothing here is ever renamed.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, CoreBase, Json

REVISION_STATES = ("draft", "released", "superseded")


class Unit(CoreBase):
    """What things are counted in."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Item(CoreBase):
    """Something bought, made, stored or sold. `version` counts the master's changes; `procurement` is buy or make."""

    __tablename__ = "item"

    sku: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    version: Mapped[int] = mapped_column(server_default="1")
    whole: Mapped[bool] = mapped_column(server_default=text("true"))
    tracking: Mapped[str] = mapped_column(server_default="none")
    shelf_life_days: Mapped[int | None]
    inspection_plan: Mapped[str | None]
    weight_g: Mapped[Amount] = mapped_column(server_default="0")
    volume_ml: Mapped[Amount] = mapped_column(server_default="0")
    group: Mapped[str] = mapped_column(server_default="")
    velocity: Mapped[str] = mapped_column(server_default="C")
    packagings: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    procurement: Mapped[str] = mapped_column(server_default="buy")
    valuation: Mapped[str] = mapped_column(server_default="average")
    supplier: Mapped[str | None]
    lead_days: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        CheckConstraint("tracking in ('none', 'lot', 'serial')", name="tracking"),
        CheckConstraint("procurement in ('buy', 'make')", name="procurement"),
        CheckConstraint("valuation in ('average', 'standard')", name="valuation"),
        CheckConstraint("lead_days >= 0", name="lead_days"),
    )


class ItemRevision(CoreBase):
    """One revision of an item's drawing. Of an item at most one is released; a release supersedes the one before.

    `stopped`: superseded, and nobody may make to it any more without a deviation; else what stands on it is used up.
    """

    __tablename__ = "item_revision"

    sku: Mapped[str] = mapped_column(ForeignKey("item.sku"), primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default="draft")
    note: Mapped[str] = mapped_column(server_default="")
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    released_at: Mapped[datetime | None]
    stopped: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint(f"state in {REVISION_STATES}", name="state"),
        CheckConstraint("not stopped or state = 'superseded'", name="stopped"),
        Index("uq_item_revision_released", "sku", unique=True, postgresql_where=text("state = 'released'")),
    )


class Bom(CoreBase):
    """How a revision of an item is made: materials and operations under one revision of their own."""

    __tablename__ = "bom"

    sku: Mapped[str] = mapped_column(primary_key=True)
    bom_revision: Mapped[str] = mapped_column(primary_key=True)
    item_revision: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(["sku", "item_revision"], ["item_revision.sku", "item_revision.revision"]),
        CheckConstraint(f"state in {REVISION_STATES}", name="state"),
        Index("uq_bom_released", "sku", unique=True, postgresql_where=text("state = 'released'")),
    )


class BomMaterial(CoreBase):
    """So much of a component goes into each piece, at an operation."""

    __tablename__ = "bom_material"

    sku: Mapped[str] = mapped_column(primary_key=True)
    bom_revision: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    component: Mapped[str] = mapped_column(ForeignKey("item.sku"))
    quantity_each: Mapped[Amount]
    operation: Mapped[int]
    consumption: Mapped[str] = mapped_column(server_default="scan")

    __table_args__ = (
        ForeignKeyConstraint(["sku", "bom_revision"], ["bom.sku", "bom.bom_revision"]),
        CheckConstraint("quantity_each > 0", name="quantity_each"),
        CheckConstraint("consumption in ('scan', 'backflush', 'none')", name="consumption"),
        CheckConstraint("component <> sku", name="component"),
        Index("ix_bom_material_component", "component"),
    )


class WorkCentre(CoreBase):
    """Where operations are done, and what an hour there costs."""

    __tablename__ = "work_centre"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    rate_per_hour: Mapped[Amount]


class BomOperation(CoreBase):
    """One step of making an item; times in minutes."""

    __tablename__ = "bom_operation"

    sku: Mapped[str] = mapped_column(primary_key=True)
    bom_revision: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[int] = mapped_column(primary_key=True)
    work_centre: Mapped[str] = mapped_column(ForeignKey("work_centre.code"))
    name: Mapped[str]
    setup_minutes: Mapped[Amount] = mapped_column(server_default="0")
    run_minutes_each: Mapped[Amount] = mapped_column(server_default="0")
    skill: Mapped[str | None]
    instructions: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (ForeignKeyConstraint(["sku", "bom_revision"], ["bom.sku", "bom.bom_revision"]),)


class Partner(CoreBase):
    """A customer or supplier, and on which terms. `credit_limit` None: no limit; `version` counts the master's changes."""

    __tablename__ = "partner"

    number: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    street: Mapped[str] = mapped_column(server_default="")
    postal_code: Mapped[str] = mapped_column(server_default="")
    city: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="en")
    credit_limit: Mapped[Amount | None]
    payment_days: Mapped[int] = mapped_column(server_default="30")
    version: Mapped[int] = mapped_column(server_default="1")
    tolerance: Mapped[Json] = mapped_column(server_default=text("'{}'"))

    __table_args__ = (CheckConstraint("kind in ('customer', 'supplier')", name="kind"),)


class Price(CoreBase):
    """What one unit costs from a supplier (`list` is its number), or is sold for (`list` is `sales`), from a quantity on."""

    __tablename__ = "price"

    list: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("item.sku"), primary_key=True)
    from_quantity: Mapped[Amount] = mapped_column(primary_key=True)
    price: Mapped[Amount]

    __table_args__ = (CheckConstraint("price >= 0 and from_quantity > 0", name="price"),)


class Account(CoreBase):
    """One account of the general ledger. `role` names what the postings use it for.

    `names` gives the name in other languages ({"nl": "Bank"}); who reads one that is not there reads `name`.
    """

    __tablename__ = "account"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    names: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    kind: Mapped[str]
    role: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (
        CheckConstraint("kind in ('asset', 'liability', 'equity', 'income', 'expense')", name="kind"),
    )


class CostVersion(CoreBase):
    """What one unit is reckoned to cost, by which revision of item and BOM; an item's newest version is in force."""

    __tablename__ = "cost_version"

    sku: Mapped[str] = mapped_column(ForeignKey("item.sku"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[str]
    bom_revision: Mapped[str | None]
    material: Mapped[Amount]
    labour: Mapped[Amount] = mapped_column(server_default="0")
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (CheckConstraint("material >= 0 and labour >= 0", name="cost"),)


class NumberSeries(CoreBase):
    """The next free number of a kind of document."""

    __tablename__ = "number_series"

    kind: Mapped[str] = mapped_column(primary_key=True)
    next: Mapped[int]
