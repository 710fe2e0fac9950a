"""What customers ordered, what went to them, what they were billed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.erp.ordered import Ordered
from backend.core.erp.sales.rules import STATES
from backend.kernel.db import Amount, CoreBase


class SalesOrder(CoreBase):
    """A customer's order. `version` counts what the floor was told of it."""

    __tablename__ = "sales_order"

    number: Mapped[str] = mapped_column(primary_key=True)
    customer: Mapped[str] = mapped_column(ForeignKey("partner.number"))
    state: Mapped[str] = mapped_column(server_default="entered")
    version: Mapped[int] = mapped_column(server_default="1")
    due_at: Mapped[datetime]
    carrier: Mapped[str] = mapped_column(server_default="")
    priority: Mapped[int] = mapped_column(server_default="0")
    site: Mapped[str] = mapped_column(server_default="")
    entered_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_sales_order_state", "state", "due_at"),
        Index("ix_sales_order_customer", "customer"),
    )


class SalesLine(Ordered, CoreBase):
    """One line. `quantity` in `unit` as ordered, `pieces` in the item's own unit; the rest is in pieces, `price` for one of them."""

    __tablename__ = "sales_line"

    number: Mapped[str] = mapped_column(ForeignKey("sales_order.number"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    pieces: Mapped[Amount]
    picked: Mapped[Amount] = mapped_column(server_default="0")
    shorted: Mapped[Amount] = mapped_column(server_default="0")
    shipped: Mapped[Amount] = mapped_column(server_default="0")
    invoiced: Mapped[Amount] = mapped_column(server_default="0")

    __table_args__ = (
        CheckConstraint("quantity > 0 and pieces > 0 and price >= 0", name="quantity"),
        CheckConstraint("invoiced <= shipped", name="invoiced"),
        Index("ix_sales_line_sku", "sku"),
    )


class CustomerInvoice(CoreBase):
    """What a customer was billed for one order's shipped goods, net of tax; `paid` so much of it."""

    __tablename__ = "customer_invoice"

    number: Mapped[str] = mapped_column(primary_key=True)
    sales_order: Mapped[str] = mapped_column(ForeignKey("sales_order.number"))
    customer: Mapped[str] = mapped_column(ForeignKey("partner.number"))
    total: Mapped[Amount]
    paid: Mapped[Amount] = mapped_column(server_default="0")
    invoiced_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    due_on: Mapped[date]

    __table_args__ = (
        CheckConstraint("0 <= paid and paid <= total", name="paid"),
        Index("ix_customer_invoice_customer", "customer"),
        Index("ix_customer_invoice_sales_order", "sales_order"),
    )


class CustomerInvoiceLine(CoreBase):
    """One line of a bill."""

    __tablename__ = "customer_invoice_line"

    number: Mapped[str] = mapped_column(ForeignKey("customer_invoice.number"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    quantity: Mapped[Amount]
    price: Mapped[Amount]
