"""The books: what stock is worth, and every posting in double entry. Amounts in the company's one currency, to the cent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount, CoreBase, Id

ENTRY_KINDS = (
    "opening", "receipt", "supplier_invoice", "issue", "labour", "production", "variance", "scrap", "return", "shipment",
    "customer_invoice", "payment", "adjustment",
)  # fmt: skip


class StockValue(CoreBase):
    """How much of an item there is in all, and what it is worth. `quantity` may be below zero: a fact that came too early.

    `last_cost` is what a unit cost when there last was any; it values what is taken from nothing.
    """

    __tablename__ = "stock_value"

    sku: Mapped[str] = mapped_column(ForeignKey("item.sku"), primary_key=True)
    quantity: Mapped[Amount] = mapped_column(server_default="0")
    value: Mapped[Amount] = mapped_column(server_default="0")
    last_cost: Mapped[Amount] = mapped_column(server_default="0")


class JournalEntry(CoreBase):
    """One posting. `cause` is the fact behind it and unique: a fact that comes twice is posted once."""

    __tablename__ = "journal_entry"

    id: Mapped[Id]
    kind: Mapped[str]
    cause: Mapped[str]
    document: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime]
    booked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        UniqueConstraint("cause"),
        CheckConstraint(f"kind in {ENTRY_KINDS}", name="kind"),
        Index("ix_journal_entry_document", "document"),
        Index("ix_journal_entry_booked_at", "booked_at"),
    )


class JournalLine(CoreBase):
    """One side of a posting. The debits and credits of an entry are equal; a trigger says so at the commit."""

    __tablename__ = "journal_line"

    id: Mapped[Id]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entry.id"))
    account: Mapped[str] = mapped_column(ForeignKey("account.code"))
    debit: Mapped[Amount] = mapped_column(server_default="0")
    credit: Mapped[Amount] = mapped_column(server_default="0")
    sku: Mapped[str | None] = mapped_column(ForeignKey("item.sku"))
    quantity: Mapped[Amount | None]
    partner: Mapped[str | None] = mapped_column(ForeignKey("partner.number"))

    __table_args__ = (
        CheckConstraint("debit >= 0 and credit >= 0 and (debit > 0) <> (credit > 0)", name="one_side"),
        Index("ix_journal_line_entry_id", "entry_id"),
        Index("ix_journal_line_account", "account"),
        Index("ix_journal_line_sku", "sku", postgresql_where=text("sku is not null")),
    )
