"""Masters as the office sees them, and what it says of a partner."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from backend.core import amounts
from backend.core.paging import Page
from backend.kernel.edge import Edge, Told


class SavePartner(Edge):
    """`partner.save`: a customer or supplier as it is from now on, whole. The floor is told: addresses on papers, mail to suppliers.

    `country` is ISO 3166-1 alpha-2, `language` BCP 47; without a `credit_limit` there is none.
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


class Partners(Page):
    """Partners by number."""

    items: list[PartnerFacts]
