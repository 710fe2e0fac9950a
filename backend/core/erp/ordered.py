"""What every line of an order stands on, bought or sold: so that it can be told when a revision or a cost has moved on."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.db import Amount


class Ordered:
    """Columns of a line: the item's revision, its BOM's and its cost's at the time of ordering; `price` for one of its own unit."""

    sku: Mapped[str] = mapped_column(ForeignKey("item.sku"))
    revision: Mapped[str]
    bom_revision: Mapped[str | None]
    cost_version: Mapped[int | None]
    quantity: Mapped[Amount]
    unit: Mapped[str]
    price: Mapped[Amount]
