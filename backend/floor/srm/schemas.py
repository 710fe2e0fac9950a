"""What suppliers and buyers say and are told."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from backend.kernel.edge import Edge, Told
from backend.kernel.quantity import checked

Note = Annotated[str, Meta(max_length=1000)]
Reason = Annotated[str, Meta(max_length=500)]
LotCode = Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[!-~]+$")]


class Promised(Edge):
    """So much on a day; a price only where another is asked than was ordered."""

    quantity: Decimal
    promised_on: date
    price: Decimal | None = None

    def __post_init__(self) -> None:
        checked(self.quantity)
        if self.price is not None:
            checked(self.price, zero=True)


class LineAnswer(Edge):
    """The answer to one line: its parts and what is rejected. `quantity` where another is offered than was ordered."""

    line: int
    schedule: Annotated[tuple[Promised, ...], Meta(max_length=20)] = ()
    rejected: Decimal = Decimal(0)
    quantity: Decimal | None = None
    reason: Reason = ""

    def __post_init__(self) -> None:
        checked(self.rejected, zero=True)
        if self.quantity is not None:
            checked(self.quantity)


class Answer(Edge):
    """An answer to a version of an order. A line that is not named is not answered yet, and stays so."""

    version: int
    lines: Annotated[list[LineAnswer], Meta(min_length=1, max_length=500)]
    note: Note = ""


class AdvisedPack(Edge):
    """So much in one pack; its SSCC is given out here."""

    quantity: Decimal

    def __post_init__(self) -> None:
        checked(self.quantity)


class AdvisedLine(Edge):
    """So much of one lot of an order line, in packs or loose."""

    line: int
    quantity: Decimal
    lot: LotCode | None = None
    expires_on: date | None = None
    packs: Annotated[tuple[AdvisedPack, ...], Meta(max_length=200)] = ()

    def __post_init__(self) -> None:
        checked(self.quantity)


class Advise(Edge):
    """What is sent on a day."""

    ships_on: date
    lines: Annotated[list[AdvisedLine], Meta(min_length=1, max_length=500)]
    carrier: Annotated[str, Meta(max_length=64)] = ""


class AnswerFor(Edge):
    """`supplier.answer_for`: what the supplier said on the telephone, entered on its behalf."""

    order: UUID
    version: int
    lines: Annotated[list[LineAnswer], Meta(min_length=1, max_length=500)]
    note: Note = ""


class AcceptAnswer(Edge):
    """`supplier.accept`: the buyer accepts all that waits. `seen` is the newest answer the buyer has seen."""

    order: UUID
    seen: UUID


class CounterAnswer(Edge):
    """`supplier.counter`: the buyer does not accept; a new version of the order will say how it is wanted."""

    order: UUID
    seen: UUID
    note: Annotated[str, Meta(min_length=1, max_length=1000)]


class RevokeLink(Edge):
    """`supplier.revoke_link`: the link opens nothing from now on."""

    link: UUID


class RenewLink(Edge):
    """`supplier.renew_link`: a new link to the supplier by mail; the old ones end."""

    order: UUID


class ResendMail(Edge):
    """`supplier.resend`: the mail about an order again, with the link in force."""

    order: UUID


class Decided(Told):
    """How the order stands after the buyer's decision."""

    order: UUID
    state: str


class LinkTold(Told):
    """A link after it was made, renewed or taken back."""

    link: UUID
    expires_at: datetime
    revoked: bool


class Receipt(Told):
    """What the supplier keeps: its answer is in our books under this number."""

    receipt: str
    order: UUID
    version: int
    state: str
    at: datetime
    agreed: list[int]
    waiting: list[int]
    open: list[int]


class PromisedPart(Told):
    """A part of a promise."""

    quantity: Decimal
    promised_on: date
    price: Decimal | None


class ReplyTold(Told):
    """The reply in force for a line."""

    schedule: list[PromisedPart]
    rejected: Decimal
    reason: str
    differs: list[str]
    verdict: str
    decision: str | None
    decision_note: str
    receipt: str
    at: datetime


class LineTold(Told):
    """A line as it stands. `shippable` is how much may still be advised; 0 while it is not agreed."""

    line: int
    sku: str
    revision: str
    name: str
    tracking: str
    expires: bool
    whole: bool
    unit: str
    quantity: Decimal
    price: Decimal
    wanted_on: date
    state: str
    shipped: Decimal
    shippable: Decimal
    reply: ReplyTold | None


class PackTold(Told):
    """A pack of an advice."""

    sscc: str
    quantity: Decimal


class AdviceLineTold(Told):
    """A line of an advice."""

    line: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    lot: str | None
    expires_on: date | None
    packs: list[PackTold]


class AdviceTold(Told):
    """A dispatch advice, whole."""

    id: UUID
    number: str
    ships_on: date
    carrier: str
    at: datetime
    lines: list[AdviceLineTold]


class OrderTold(Told):
    """An order as its supplier sees it."""

    id: UUID
    number: str
    version: int
    state: str
    currency: str
    deliver_to: str
    released_at: datetime
    answer_by: datetime | None
    reason: str
    lines: list[LineTold]
    advices: list[AdviceTold]


class OrderRow(Told):
    """An order in a supplier's list. `open_lines` need an answer; `due_on` is the first wanted or promised day."""

    id: UUID
    number: str
    version: int
    state: str
    lines: int
    open_lines: int
    shippable_lines: int
    due_on: date | None
    answer_by: datetime | None


class Overview(Told):
    """What a link opens."""

    supplier: str
    buyer: str
    language: str
    expires_at: datetime
    orders: list[OrderRow]


class Change(Told):
    """What changed in a line between two versions."""

    line: int
    field: Literal["quantity", "price", "wantedOn", "revision", "sku", "added", "removed"]
    was: str
    now: str
