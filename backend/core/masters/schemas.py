"""Masters as the office sees them, and what it says of a partner."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta

from backend.core import amounts
from backend.kernel.edge import Edge, Told
from backend.kernel.paging import Page


class TermsGiven(Edge):
    """How far a supplier's answer may differ and still agree by itself: days before and after, per cent above the order."""

    days_early: Annotated[int, Meta(ge=0, le=365)] = 0
    days_late: Annotated[int, Meta(ge=0, le=365)] = 0
    over_percent: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        amounts.price(self.over_percent)


class SavePartner(Edge):
    """`partner.save`: a customer or supplier as it is from now on, whole. The floor is told: addresses on papers, mail to suppliers.

    `country` is ISO 3166-1 alpha-2, `language` BCP 47; without a `credit_limit` there is none. `tolerance` left out stays as it is.
    """

    number: Annotated[str, Meta(min_length=1, max_length=64)]
    kind: Literal["customer", "supplier"]
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    street: Annotated[str, Meta(max_length=500)] = ""
    postal_code: Annotated[str, Meta(max_length=32)] = ""
    city: Annotated[str, Meta(max_length=255)] = ""
    country: Annotated[str, Meta(pattern="^([A-Z]{2})?$")] = ""
    email: Annotated[str, Meta(max_length=254, pattern="^([^@ ]+@[^@ ]+)?$")] = ""
    language: Annotated[str, Meta(pattern="^[a-zA-Z-]{2,35}$")] = "en"
    credit_limit: Decimal | None = None
    payment_days: Annotated[int, Meta(ge=0, le=365)] = 30
    tolerance: TermsGiven | None = None

    def __post_init__(self) -> None:
        amounts.price(self.credit_limit)


class PartnerFacts(Told):
    """A customer or supplier and its terms."""

    number: str
    kind: str
    name: str
    street: str
    postal_code: str
    city: str
    country: str
    email: str
    language: str
    credit_limit: Decimal | None
    payment_days: int
    version: int
    tolerance: dict[str, Any]


class PartnerChange(Told):
    """One time the master was written: when, by whom, and what it said from then on."""

    at: datetime
    person: UUID | None
    facts: dict[str, Any]


class PartnerWhole(PartnerFacts):
    """A partner with its changes, the newest first."""

    changes: list[PartnerChange]


class Partners(Page):
    """Partners by number."""

    items: list[PartnerFacts]
