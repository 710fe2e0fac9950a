"""Tryton behind the port: which models the kinds are, how changes are found, how a document is brought to a state."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from backend.floor.link.erps.tryton import corrections, production, receipts, records, shipments, stock
from backend.floor.link.erps.tryton.rpc import Tryton
from backend.floor.link.erps.tryton.store import Clause, Row, Store, since, written
from backend.floor.link.port import Body, Changes, ErpCannot, ErpRefused, Kind, Moved, Record, State

# Tryton stamps a row when it is written, not when its transaction commits: what a slow transaction wrote shows up late.
OVERLAP: Final = timedelta(minutes=5)
_START: Final = datetime(2000, 1, 1)  # noqa: DTZ001  # Tryton's times are UTC, told naively

Read = Callable[[Store, Row], Awaitable[Record]]


class _Model(msgspec.Struct, frozen=True):
    name: str
    fields: list[str]
    read: Read
    children: tuple[str, ...] = ()
    only: tuple[Clause, ...] = ()


_MODELS: Final[dict[Kind, _Model]] = {
    "item": _Model(
        "product.product", records.ITEM, records.item, ("template",),
        (["code", "!=", None], ["code", "!=", ""], ["template.type", "=", "goods"]),
    ),
    "partner": _Model(
        "party.party", records.PARTNER, records.partner, ("addresses", "contact_mechanisms"),
        (["code", "!=", None], ["code", "!=", ""]),
    ),
    "purchase": _Model(
        "purchase.purchase", records.PURCHASE, records.purchase, ("lines",), (["number", "!=", None],)
    ),
    "shipment": _Model(
        "stock.shipment.out", records.SHIPMENT, records.shipment, ("moves",), (["number", "!=", None],)
    ),
    "work": _Model("production", records.WORK, records.work, ("inputs", "outputs"), (["number", "!=", None],)),
    "receipt": _Model("stock.shipment.in", records.RECEIPT, records.receipt, ("moves",)),
    "correction": _Model("stock.inventory", records.CORRECTION, records.correction, ("lines",)),
}  # fmt: skip
_MAKE: Final[dict[Kind, Callable[[Store, str, Body], Awaitable[int]]]] = {
    "receipt": receipts.make, "correction": corrections.make,
}  # fmt: skip
_STEPS: Final = {
    "receipt": receipts.NEXT, "shipment": shipments.NEXT, "work": production.NEXT, "correction": corrections.NEXT,
}  # fmt: skip


class TrytonErp:
    """One Tryton database as an `Erp`."""

    name = "tryton"

    def __init__(self, tryton: Tryton, *, overlap: timedelta = OVERLAP) -> None:
        self._store = Store(tryton)
        self._tryton = tryton
        self._overlap = overlap

    @property
    def url(self) -> str:
        """The server and database."""
        return self._tryton.url

    async def changed_since(self, kind: Kind, cursor: str | None) -> AsyncIterator[Changes]:
        """By time of writing, with a window that overlaps the last look; the cursor is Tryton's own time, never ours.

        It moves on with the last page only, as pages go by id and times do not. Should Tryton's clock have been set
        back, it goes back as well.
        """
        if kind == "stock":
            yield Changes(records=(await stock.everything(self._store),), cursor="")
            return
        model = _MODELS[kind]
        last = datetime.fromisoformat(cursor) if cursor else _START
        clauses: list[Clause] = list(model.only)
        if cursor:
            now = await self._tryton.now()
            clauses.append(since(min(last, now) - self._overlap, *model.children))
            last = min(last, now)
        async for page in self._store.pages(model.name, clauses, model.fields):
            last = max(last, *(written(row) for row in page))
            yield await self._changes(model, page, cursor or "")
        yield Changes(records=(), cursor=last.isoformat())

    async def _changes(self, model: _Model, page: list[Row], cursor: str) -> Changes:
        """A page's records. One that makes no sense is named, and keeps no other from the floor."""
        found: list[Record] = []
        odd: list[str] = []
        for row in page:
            try:
                found.append(await model.read(self._store, row))
            except (KeyError, TypeError, ValueError, ArithmeticError, ErpCannot) as error:
                odd.append(f"{model.name} {row['id']}: {type(error).__name__} {error}"[:200])
        return Changes(records=tuple(found), cursor=cursor, unreadable=tuple(odd))

    async def get(self, kind: Kind, record_id: str) -> Record | None:
        """One record by Tryton's id."""
        row = await self._row(kind, ["id", "=", int(record_id)])
        return None if row is None else await _MODELS[kind].read(self._store, row)

    async def find_by_our_ref(self, kind: Kind, our_ref: str) -> Record | None:
        """By the field `reference`, where our reference may stand behind the office's own; the oldest, of twins. A correction by its note."""
        if kind == "correction":
            found = await corrections.find(self._store, our_ref)
            return None if found is None else await self.read_state(kind, str(found))
        row = await self._row(kind, ["reference", "like", f"%{_escaped(our_ref)}"])
        return None if row is None else await _MODELS[kind].read(self._store, row)

    async def ensure(self, kind: Kind, our_ref: str, body: Body) -> Record:
        """A receipt or a correction is made; of the others the document exists, and is marked as being carried out by us."""
        found = await self.find_by_our_ref(kind, our_ref) if kind != "correction" else None
        if found is not None:
            return found
        if make := _MAKE.get(kind):
            return await self.read_state(kind, str(await make(self._store, our_ref, body)))
        row = await self._must(kind, body.of)
        if row["state"] not in {"done", "cancelled"}:
            reference = f"{row['reference']} {our_ref}" if row["reference"] else our_ref
            await self._store.write(_MODELS[kind].name, row, {"reference": reference})
        return await self.read_state(kind, body.of)

    async def advance(self, kind: Kind, record_id: str, to_state: State, lines: tuple[Moved, ...]) -> Record:
        """Step by step from where the document stands; done already is success."""
        if to_state != "done":
            raise ErpCannot(f"the link brings no {kind} to {to_state}")
        steps = _STEPS[kind]
        for _ in range(len(steps) + 4):  # a step that changes nothing must not go round for ever
            row = await self._must(kind, record_id)
            step = steps.get(row["state"])
            if step is None:
                break
            try:
                await step(self._store, row, lines)
            except ErpRefused:
                # Tryton refuses a step that it has taken already: the same request came twice, or somebody was first.
                if (await self._must(kind, record_id))["state"] == row["state"]:
                    raise
        return await self.read_state(kind, record_id)

    async def read_state(self, kind: Kind, record_id: str) -> Record:
        """The document as it stands."""
        return await _MODELS[kind].read(self._store, await self._must(kind, record_id))

    async def close(self) -> None:
        """Closes the connections."""
        await self._tryton.close()

    async def _row(self, kind: Kind, clause: Clause) -> Row | None:
        model = _MODELS[kind]
        rows = await self._store.rows(model.name, [clause], model.fields, most=1)
        return rows[0] if rows else None

    async def _must(self, kind: Kind, record_id: str) -> Row:
        row: Any = await self._row(kind, ["id", "=", int(record_id)])
        if row is None:
            raise ErpCannot(f"its {kind} {record_id} is gone")
        found: Row = row
        return found


def _escaped(text: str) -> str:
    """Text for a LIKE: our references have no percent sign or underscore, and nothing else's may act as one."""
    return text.replace("%", "").replace("_", "")
