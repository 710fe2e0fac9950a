"""What a person must look at, and what they decide."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta

from backend.core.erp.concerns.rules import Decision
from backend.kernel.edge import Edge, Told
from backend.kernel.paging import Page


class ConcernFacts(Told):
    """One concern. `key` names it for a decision.

    Attributes:
        kind: one of `backend.core.erp.concerns.rules.CHOICES`; of `new_version_asked`, `revision` is the answer's id.
        choices: what may be decided about it.
        revision: the revision the document or cost stands on; `current` the released one.
        quantity: how much of the line is still open.
    """

    key: str
    kind: str
    choices: list[Decision]
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
