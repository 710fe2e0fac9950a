"""What an engineer does to a revision."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.kernel.edge import Edge, Told

Sku = Annotated[str, Meta(min_length=1, max_length=64)]
Revision = Annotated[str, Meta(min_length=1, max_length=32)]


class DraftRevision(Edge):
    """`item.draft_revision`: begin the next revision. A BOM of the item is copied to `bom_revision` for it, if one is named."""

    sku: Sku
    revision: Revision
    note: Annotated[str, Meta(max_length=500)] = ""
    bom_revision: Annotated[str, Meta(max_length=32)] = ""


class ReleaseRevision(Edge):
    """`item.release_revision`: from now on (or from a day) this is the revision to make, buy and store.

    The one before is superseded, and so is its BOM; everyone who works with the item hears of it in one message. `before` says what
    becomes of orders that stand on it: they are used up with a warning, or nobody begins on them any more (`stop`).
    """

    sku: Sku
    revision: Revision
    effective_from: date | None = None
    before: Literal["use_up", "stop"] = "use_up"


class RevisionState(Told):
    """How a revision stands after a command."""

    sku: str
    revision: str
    state: str
    superseded: str | None = None
