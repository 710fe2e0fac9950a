"""What a buyer is told about orders, and what suppliers said to them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from backend.floor.srm.schemas import OrderTold, PromisedPart
from backend.kernel.edge import Told
from backend.kernel.paging import Page


class AnsweredLineTold(Told):
    """One line of one answer in an order's history."""

    line: int
    schedule: list[PromisedPart]
    rejected: Decimal
    reason: str
    differs: list[str]
    verdict: str
    decision: str | None


class AnswerTold(Told):
    """One answer in an order's history."""

    id: UUID
    version: int
    receipt: str
    at: datetime
    note: str
    on_behalf: bool
    lines: list[AnsweredLineTold]


class MailTold(Told):
    """A mail about an order."""

    kind: str
    state: str
    made_at: datetime
    sent_at: datetime | None
    last_error: str | None


class LinkRow(Told):
    """A link that covers an order."""

    id: UUID
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class Drift(Told):
    """How a line's promise moved: the first promised day, the last, and how often it changed."""

    line: int
    first: date | None
    last: date | None
    moved: int


class BuyerRow(Told):
    """An order in the buyer's list."""

    id: UUID
    number: str
    version: int
    supplier: str
    supplier_name: str
    state: str
    released_at: datetime
    answered_at: datetime | None
    remind_at: datetime | None
    reminders: int
    call: bool
    lines: int
    open_lines: int
    waiting_lines: int
    differs: list[str]
    moved: int


class BuyerRows(Page):
    """Orders, what waits for the buyer first."""

    items: list[BuyerRow]


class BuyerOrder(Told):
    """An order as the buyer sees it, with all that was said."""

    order: OrderTold
    supplier: str
    supplier_name: str
    email: str
    language: str
    seen: UUID | None
    reminders: int
    call: bool
    answers: list[AnswerTold]
    mails: list[MailTold]
    links: list[LinkRow]
    drift: list[Drift]
