"""What was ordered from suppliers, in which versions, what they promised, what came, what they billed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.erp.ordered import Ordered
from backend.core.erp.purchasing.rules import ANSWER_STATES, STATES
from backend.kernel.db import Amount, CoreBase, Json


class PurchaseOrder(CoreBase):
    """An order as its newest version has it. `version` 0 was never released."""

    __tablename__ = "purchase_order"

    number: Mapped[str] = mapped_column(primary_key=True)
    supplier: Mapped[str] = mapped_column(ForeignKey("partner.number"))
    state: Mapped[str] = mapped_column(server_default="draft")
    version: Mapped[int] = mapped_column(server_default="0")
    currency: Mapped[str]
    site: Mapped[str] = mapped_column(server_default="")
    tolerance: Mapped[Json] = mapped_column(server_default=text("'{}'"))
    made_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_purchase_order_state", "state", "number"),
        Index("ix_purchase_order_supplier", "supplier"),
    )


class PurchaseLine(Ordered, CoreBase):
    """One line. Quantities in the item's own unit, `price` for one of them. A line that a new version dropped is `cancelled`."""

    __tablename__ = "purchase_line"

    number: Mapped[str] = mapped_column(ForeignKey("purchase_order.number"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    wanted_on: Mapped[date]
    received: Mapped[Amount] = mapped_column(server_default="0")
    returned: Mapped[Amount] = mapped_column(server_default="0")
    invoiced: Mapped[Amount] = mapped_column(server_default="0")
    advised: Mapped[Amount] = mapped_column(server_default="0")
    cancelled: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("quantity > 0 and price >= 0", name="quantity"),
        Index("ix_purchase_line_sku", "sku"),
    )


class PurchaseVersion(CoreBase):
    """One released version, whole, as the supplier got it."""

    __tablename__ = "purchase_version"

    number: Mapped[str] = mapped_column(ForeignKey("purchase_order.number"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[Json]
    released_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PurchaseAnswer(CoreBase):
    """What the supplier answered to one version; `note` is the buyer's, who said no to it and asks for another version."""

    __tablename__ = "purchase_answer"

    number: Mapped[str] = mapped_column(ForeignKey("purchase_order.number"), primary_key=True)
    answer_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    state: Mapped[str]
    content: Mapped[Json]
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (CheckConstraint(f"state in {ANSWER_STATES}", name="state"),)


class PurchaseAdvice(CoreBase):
    """What the supplier says is on its way."""

    __tablename__ = "purchase_advice"

    number: Mapped[str] = mapped_column(ForeignKey("purchase_order.number"), primary_key=True)
    advice_id: Mapped[str] = mapped_column(primary_key=True)
    ships_on: Mapped[date]
    content: Mapped[Json]
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PurchasePromise(CoreBase):
    """So much promised for a day, as agreed; a line without any counts with its wanted date."""

    __tablename__ = "purchase_promise"

    number: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[Amount]
    promised_on: Mapped[date]

    __table_args__ = (
        ForeignKeyConstraint(["number", "line"], ["purchase_line.number", "purchase_line.line"]),
        CheckConstraint("quantity > 0", name="quantity"),
    )


class SupplierInvoice(CoreBase):
    """What a supplier billed for one order, by its own number; net of tax."""

    __tablename__ = "supplier_invoice"

    supplier: Mapped[str] = mapped_column(ForeignKey("partner.number"), primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    purchase_order: Mapped[str] = mapped_column(ForeignKey("purchase_order.number"))
    total: Mapped[Amount]
    booked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (Index("ix_supplier_invoice_purchase_order", "purchase_order"),)


class SupplierInvoiceLine(CoreBase):
    """One billed line of an order."""

    __tablename__ = "supplier_invoice_line"

    supplier: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[Amount]
    price: Mapped[Amount]

    __table_args__ = (
        ForeignKeyConstraint(
            ["supplier", "number"], ["supplier_invoice.supplier", "supplier_invoice.number"]
        ),
        CheckConstraint("quantity > 0 and price >= 0", name="quantity"),
    )
