"""Masters as the office sees them."""

from decimal import Decimal

from backend.core.paging import Page
from backend.kernel.edge import Told


class PartnerFacts(Told):
    """A customer or supplier and its terms."""

    number: str
    kind: str
    name: str
    city: str
    country: str
    email: str
    language: str
    credit_limit: Decimal | None
    payment_days: int


class Partners(Page):
    """Partners by number."""

    items: list[PartnerFacts]
