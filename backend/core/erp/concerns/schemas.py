"""What a person must look at, and what they decide."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta

from backend.core.paging import Page
from backend.kernel.edge import Edge, Told

Decision = Literal["use_up", "rework", "cancel", "recost", "settled"]


class ConcernFacts(Told):
    """One concern. `key` names it for a decision.

    Attributes:
        kind: `purchase_on_old_revision`, `sale_on_old_revision`, `work_on_old_revision`, `cost_on_old_revision`,
            `new_version_asked` (a buyer's, `revision` being the answer's id), or what a fact brought: `unknown_order`, `over_receipt`, `discrepancy`, `claim`, `answer_to_old_version`, `unknown_item`.
        revision: the revision the document or cost stands on; `current` the released one.
        quantity: how much of the line is still open.
    """

    key: str
    kind: str
    document: str
    line: int | None
    sku: str | None
    name: str | None
    revision: str | None
    current: str | None
    quantity: Decimal | None
    facts: dict[str, Any]
    raised_at: datetime | None
    decision: str | None
    note: str | None
    decided_at: datetime | None


class Concerns(Page):
    """Concerns, those that are open unless others are asked for."""

    items: list[ConcernFacts]


class DecideConcern(Edge):
    """`concern.decide`: what is done about it: use the old revision up, rework, cancel, cost anew, or it is settled."""

    key: Annotated[str, Meta(min_length=1, max_length=300)]
    decision: Decision
    note: Annotated[str, Meta(max_length=500)] = ""


class ConcernDecided(Told):
    """The decision as it is kept."""

    key: str
    decision: str
