"""What the floor asks of any ERP: six verbs, over records of a few kinds. The adapters stand in `erps`.

No ERP seen has an idempotency key, none tells by itself what changed, and an answer without an error says nothing about what became
of a document. So the port is made of verbs that can be sent again: `ensure` looks our reference up before it creates,
`advance` says where a document shall stand and what shall have moved (never "so much more"), and both return the record as
it was read again afterwards. Whoever calls compares.
"""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

import msgspec

Kind = Literal["item", "partner", "purchase", "shipment", "work", "receipt", "correction", "stock"]
State = Literal["draft", "open", "under_way", "done", "cancelled"]
PULLED: tuple[Kind, ...] = ("item", "partner", "purchase", "shipment", "work")


class ErpAway(Exception):
    """It does not answer, or takes nothing now; nothing that is to be sent is to blame."""


class ErpRefused(Exception):
    """It said no to this very thing and will again; a person must look. The text is the ERP's own."""


class ErpStale(Exception):
    """Somebody else wrote the record since it was read; read it again and try once more."""


class ErpFault(Exception):
    """It broke while at it; tried again, so many times."""


class ErpCannot(Exception):
    """What the floor did has no place in the ERP as its documents stand: everything has moved, or somebody else holds it."""


class RecordLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a record as the ERP has it, in the item's own unit. `id` is the ERP's and stays the line's."""

    id: str
    sku: str
    wanted: Decimal
    done: Decimal = Decimal(0)
    lot: str | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One document or master of the ERP.

    Attributes:
        id: the ERP's own.
        number: what people call it.
        state: `draft` before it binds anyone, `under_way` once the ERP has booked part of it.
        stamp: changes with every change of the record; compared for being equal only.
        our_ref: the floor's reference that it carries, or "".
        lines: what is wanted and done; for `stock` one line for each item and lot.
        by_lot: of `stock`: whether the ERP keeps lots apart.
        unread: of `stock`: items of messages that the ERP has taken and not booked yet.
        message: what the floor is to be told, a Struct of the contract with version 1 and lines numbered 1, 2, … in the
            order of `lines`; None for what is not the floor's business (yet).
    """

    kind: Kind
    id: str
    number: str
    state: State
    stamp: str = ""
    our_ref: str = ""
    lines: tuple[RecordLine, ...] = ()
    by_lot: bool = True
    unread: tuple[str, ...] = ()
    message: msgspec.Struct | None = None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Some changed records, and the cursor to go on from once they are booked. `unreadable` names those that make no sense."""

    records: tuple[Record, ...]
    cursor: str
    unreadable: tuple[str, ...] = ()


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """So much of an item and lot that the floor moved for a line (the ERP's id). Below zero: it went into a production, or a correction
    takes it away. `serials` for an ERP that knows each piece.
    """

    sku: str
    quantity: Decimal
    line: str | None = None
    lot: str | None = None
    expires_on: date | None = None
    serials: tuple[str, ...] = ()


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What `ensure` needs to make or mark a record.

    Attributes:
        of: the ERP's id of the document it belongs to (a receipt's purchase) or that is to carry our reference; "" for a
            correction, which belongs to none.
        moved: what a new record starts with.
        on: the day it happened on.
    """

    of: str
    moved: tuple[Moved, ...] = ()
    on: date | None = None


class StockBook(Protocol):
    """Whatever tells how much there is: an `Erp`, or our own core, of which the link asks nothing else."""

    @property
    def name(self) -> str:
        """Which ERP."""
        ...

    def changed_since(self, kind: Kind, cursor: str | None) -> AsyncIterator[Changes]:
        """For the kind `stock`, all there is."""
        ...

    async def close(self) -> None:
        """Closes its connections."""
        ...


class Erp(Protocol):
    """One ERP. Every verb raises ErpAway; ErpRefused and ErpFault, those that write also ErpStale and ErpCannot."""

    @property
    def name(self) -> str:
        """Which ERP: in bindings, documents of differences and message sources."""
        ...

    @property
    def url(self) -> str:
        """Where it is, without any secret: for logs and screens."""
        ...

    def changed_since(self, kind: Kind, cursor: str | None) -> AsyncIterator[Changes]:
        """What changed since a cursor (None: everything), in pages. A record may well come again: compare its stamp."""
        ...

    async def get(self, kind: Kind, record_id: str) -> Record | None:
        """One record, whole; None if there is none."""
        ...

    async def find_by_our_ref(self, kind: Kind, our_ref: str) -> Record | None:
        """The record that carries our reference."""
        ...

    async def ensure(self, kind: Kind, our_ref: str, body: Body) -> Record:
        """The record that carries our reference: found, else marked or made."""
        ...

    async def advance(self, kind: Kind, record_id: str, to_state: State, lines: tuple[Moved, ...]) -> Record:
        """Brings a record to a state with just these quantities, step by step from where it stands; returns it read again."""
        ...

    async def read_state(self, kind: Kind, record_id: str) -> Record:
        """How a record stands now, line by line.

        Raises:
            ErpCannot: it is gone.
        """
        ...

    async def close(self) -> None:
        """Closes its connections."""
        ...
