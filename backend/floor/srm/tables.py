"""Purchase orders as suppliers see them, what they answer and send, and the links that let them in.

Every table a supplier may see has row-level security (migration `0003_suppliers`): the portal's role sees what the link named in
the transaction's setting `gemba.link` covers, and nothing without one.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.floor.srm.rules import LINE_STATES, ORDER_STATES
from backend.kernel.db import Amount, FloorBase, Id, Json

Rows = list[dict[str, Any]]


class PurchaseOrder(FloorBase):
    """An order to a supplier, as its newest version has it.

    `answers` counts what the supplier answered, `last_answer_id` is the newest. `deliver_to` and `time_zone` are the site's, copied because
    the portal's role cannot read sites; `advices` counts the dispatch advices, to number them.
    """

    __tablename__ = "purchase_order"

    id: Mapped[Id]
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    source: Mapped[str]
    number: Mapped[str]
    version: Mapped[int]
    supplier: Mapped[str]
    supplier_name: Mapped[str]
    email: Mapped[str]
    language: Mapped[str]
    currency: Mapped[str]
    days_early: Mapped[int]
    days_late: Mapped[int]
    over_percent: Mapped[Amount]
    deliver_to: Mapped[str]
    time_zone: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="sent")
    released_at: Mapped[datetime]
    viewed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answers: Mapped[int] = mapped_column(server_default="0")
    last_answer_id: Mapped[UUID | None]
    advices: Mapped[int] = mapped_column(server_default="0")
    reminders: Mapped[int] = mapped_column(server_default="0")
    remind_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        UniqueConstraint("site_id", "number"),
        CheckConstraint(f"state in {ORDER_STATES}", name="state"),
        Index("ix_purchase_order_supplier", "supplier", "number"),
        Index("ix_purchase_order_remind_at", "remind_at", postgresql_where=text("remind_at is not null")),
    )


class PurchaseVersion(FloorBase):
    """One released version of an order, as it came; kept for ever, also one that came too late to count."""

    __tablename__ = "purchase_version"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[Rows] = mapped_column(JSONB)
    received_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PurchaseLine(FloorBase):
    """One line as the newest version has it, how it stands, and the reply in force. `shipped` is what advices have named."""

    __tablename__ = "purchase_line"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    revision: Mapped[str]
    name: Mapped[str]
    gtin: Mapped[str]
    tracking: Mapped[str]
    expires: Mapped[bool]
    whole: Mapped[bool]
    unit: Mapped[str]
    quantity: Mapped[Amount]
    price: Mapped[Amount]
    wanted_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default="open")
    reply_id: Mapped[UUID | None]
    shipped: Mapped[Amount] = mapped_column(server_default="0")

    __table_args__ = (
        CheckConstraint(f"state in {LINE_STATES}", name="state"),
        CheckConstraint("quantity > 0 and shipped >= 0", name="amounts"),
    )


class PurchaseAnswer(FloorBase):
    """One thing a supplier sent us about an order's version. Its id is the command's key, `receipt` what the supplier keeps.

    `person_id` is the buyer who entered it on the supplier's behalf; `told_at` when the floor took it from the portal.
    """

    __tablename__ = "purchase_answer"

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"))
    version: Mapped[int]
    link_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    receipt: Mapped[str]
    digest: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_purchase_answer_order_id", "order_id", "at"),
        Index("ix_purchase_answer_untold", "at", postgresql_where=text("told_at is null")),
    )


class PurchaseReply(FloorBase):
    """What an answer says to one line. `turn` counts the order's answers; `about` is the line it answered; `schedule` [{"quantity",
    "promised_on", "price"}].

    `verdict`: it agrees by itself, or waits for the buyer, who may have made a `decision`.
    """

    __tablename__ = "purchase_reply"

    id: Mapped[Id]
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_answer.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"))
    line: Mapped[int]
    turn: Mapped[int]
    about: Mapped[Json]
    schedule: Mapped[Rows] = mapped_column(JSONB)
    rejected: Mapped[Amount] = mapped_column(server_default="0")
    reason: Mapped[str] = mapped_column(server_default="")
    differs: Mapped[list[str]]
    verdict: Mapped[str]
    decision: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        UniqueConstraint("answer_id", "line"),
        CheckConstraint("verdict in ('agree', 'propose')", name="verdict"),
        CheckConstraint("decision in ('accept', 'counter')", name="decision"),
        CheckConstraint("rejected >= 0", name="rejected"),
        Index("ix_purchase_reply_order_id", "order_id", "line", "turn"),
    )


class DispatchAdvice(FloorBase):
    """What a supplier says is on its way, for one order. Its id is the command's key."""

    __tablename__ = "dispatch_advice"

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"))
    number: Mapped[str]
    ships_on: Mapped[date]
    carrier: Mapped[str] = mapped_column(server_default="")
    link_id: Mapped[UUID | None]
    digest: Mapped[str]
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        Index("ix_dispatch_advice_untold", "at", postgresql_where=text("told_at is null")),
    )


class DispatchLine(FloorBase):
    """So much of one lot of one order line."""

    __tablename__ = "dispatch_line"

    advice_id: Mapped[UUID] = mapped_column(ForeignKey("dispatch_advice.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"))
    line: Mapped[int]
    quantity: Mapped[Amount]
    lot: Mapped[str | None]
    expires_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_dispatch_line_order_id", "order_id"),
    )


class DispatchPack(FloorBase):
    """One pack with its SSCC, and how much of the advised line is in it."""

    __tablename__ = "dispatch_pack"

    sscc: Mapped[str] = mapped_column(primary_key=True)
    advice_id: Mapped[UUID] = mapped_column(ForeignKey("dispatch_advice.id"))
    place: Mapped[int]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"))
    quantity: Mapped[Amount]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("sscc ~ '^[0-9]{18}$'", name="sscc"),
        Index("ix_dispatch_pack_advice_id", "advice_id", "place"),
        Index("ix_dispatch_pack_order_id", "order_id"),
    )


class SupplierLink(FloorBase):
    """What lets one supplier see some orders until a day. Its token lies nowhere, not even hashed: `tokens.py` makes it again."""

    __tablename__ = "supplier_link"

    id: Mapped[Id]
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    supplier: Mapped[str]
    email: Mapped[str]
    language: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]

    __table_args__ = (Index("ix_supplier_link_supplier", "site_id", "supplier"),)


class SupplierLinkOrder(FloorBase):
    """An order that a link covers."""

    __tablename__ = "supplier_link_order"

    link_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_link.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"), primary_key=True)

    __table_args__ = (Index("ix_supplier_link_order_order_id", "order_id"),)


class SupplierMail(FloorBase):
    """A mail to be sent by the worker, at least once. Its words and its link are made when it is sent, so no token lies here."""

    __tablename__ = "supplier_mail"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"))
    link_id: Mapped[UUID] = mapped_column(ForeignKey("supplier_link.id"))
    kind: Mapped[str]
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("kind in ('order', 'changed', 'reminder', 'cancelled', 'agreed')", name="kind"),
        CheckConstraint("state in ('waiting', 'sent', 'dead')", name="state"),
        Index("ix_supplier_mail_due", "next_try_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_supplier_mail_order_id", "order_id"),
    )
