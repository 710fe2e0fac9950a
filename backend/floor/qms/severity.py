"""The severity of each supplier, item and class in the books: read when a lot opens, moved on when one is decided."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, ColumnElement, Text, Uuid, column, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.qms.rules import SENIOR
from backend.floor.qms.schemas import Permit, Permitted
from backend.floor.qms.switching import Outcome, Permission, Standing, after, switched
from backend.floor.qms.tables import SeverityNow, SeverityStep
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.problems import NotAllowed


async def standing(
    connection: AsyncConnection, site: UUID, supplier: str, item: UUID, of_class: str
) -> Standing:
    """How severely the next lot is inspected."""
    found = await connection.execute(
        select(SeverityNow.standing).where(
            SeverityNow.site_id == site,
            SeverityNow.supplier == supplier,
            SeverityNow.item_id == item,
            SeverityNow.of_class == of_class,
        )
    )
    kept = found.scalar_one_or_none()
    return Standing() if kept is None else msgspec.convert(kept, Standing)


async def count(connection: AsyncConnection, lot: Any, outcomes: Mapping[Any, Outcome]) -> dict[str, str]:
    """Lets a decided lot count, a class. Returns the severities from now on."""
    if not outcomes:
        return {}
    whose = _Whose(lot.site_id, lot.supplier, lot.item_id)
    rows = await whose.locked(connection, outcomes)
    if len(rows) < len(outcomes):  # the first decision of its kind
        new = [whose.key(of_class) | {"standing": msgspec.to_builtins(Standing())} for of_class in outcomes]
        await connection.execute(pg_insert(SeverityNow).values(new).on_conflict_do_nothing())
        rows = await whose.locked(connection, outcomes)
    steps = []
    for row in rows:
        outcome = outcomes[row.of_class]
        before = msgspec.convert(row.standing, Standing)
        now = after(before, outcome, Permission(row.steady, row.authorised))
        steps.append(_Step(row.of_class, before, now, lot.id, outcome.accepted))
    await _write(connection, whose, steps)
    return {step.of_class: step.now.severity for step in steps}


async def permit(connection: AsyncConnection, command: Command[Permit]) -> Permitted:
    """Says whether production is steady and reduced inspection authorised; unsteady ends it at once. Resumes what was discontinued.

    Raises:
        NotAllowed: who is responsible says so, a supervisor.
    """
    facts = command.payload
    if SENIOR.isdisjoint(command.who.roles):
        raise NotAllowed("A supervisor permits it.", needed=["supervisor"])
    whose = _Whose(command.who.site_id, facts.supplier, facts.item)
    steps = []
    for row in await whose.locked(connection):
        before = msgspec.convert(row.standing, Standing)
        now = before if facts.steady and facts.authorised else switched(before, "irregular", before.since)
        now = switched(now, "resumed", now.since) if facts.resume else now
        steps.append(_Step(row.of_class, before, now, None, accepted=None))
    await connection.execute(
        update(SeverityNow).where(*whose.rows()).values(steady=facts.steady, authorised=facts.authorised)
    )
    await _write(connection, whose, steps)
    return Permitted(severities={step.of_class: step.now.severity for step in steps})


class _Whose(NamedTuple):
    """Whose lots of what: a row a class."""

    site: UUID
    supplier: str
    item: UUID

    def key(self, of_class: str) -> dict[str, Any]:
        return {
            "site_id": self.site,
            "supplier": self.supplier,
            "item_id": self.item,
            "of_class": of_class,
        }

    def rows(self) -> tuple[ColumnElement[bool], ...]:
        return (
            SeverityNow.site_id == self.site,
            SeverityNow.supplier == self.supplier,
            SeverityNow.item_id == self.item,
        )

    async def locked(self, connection: AsyncConnection, classes: Collection[str] | None = None) -> Any:
        """The rows of all classes, or of these, locked in one order by whoever counts a lot or permits."""
        wanted = (
            select(SeverityNow)
            .where(*self.rows())
            .order_by(SeverityNow.of_class)
            .with_for_update(key_share=True)
        )
        if classes is not None:
            wanted = wanted.where(SeverityNow.of_class.in_(list(classes)))
        return (await connection.execute(wanted)).all()


class _Step(NamedTuple):
    of_class: str
    before: Standing
    now: Standing
    lot: UUID | None
    accepted: bool | None


async def _write(connection: AsyncConnection, whose: _Whose, steps: Sequence[_Step]) -> None:
    if not steps:
        return
    told = [
        {
            "id": new_id(),
            "of_class": one.of_class,
            "was": one.before.severity,
            "severity": one.now.severity,
            "accepted": one.accepted,
            "standing": one.now,
        }
        for one in steps
    ]
    now = _rows(literal(msgspec.to_builtins(told), JSONB))
    moved_on = (
        update(SeverityNow)
        .where(*whose.rows(), SeverityNow.of_class == now.c.of_class)
        .values(severity=now.c.severity, standing=now.c.standing)
        .returning(SeverityNow.of_class)
        .cte("moved_on")
    )
    columns = [
        "id", "site_id", "supplier", "item_id", "of_class", "inspection_id", "accepted", "from_severity", "to_severity",
        "standing",
    ]  # fmt: skip
    rows = select(
        now.c.id, literal(whose.site, Uuid()), literal(whose.supplier, Text()), literal(whose.item, Uuid()), now.c.of_class,
        literal(steps[0].lot, Uuid()), now.c.accepted, now.c.was, now.c.severity, now.c.standing,
    )  # fmt: skip
    await connection.execute(insert(SeverityStep).from_select(columns, rows).add_cte(moved_on))


def _rows(told: ColumnElement[Any]) -> Any:
    """The steps as rows of a statement: one parameter however many they are, so that it is compiled once."""
    names = (
        ("id", Uuid), ("of_class", Text), ("was", Text), ("severity", Text), ("accepted", Boolean), ("standing", JSONB),
    )  # fmt: skip
    rows = func.jsonb_to_recordset(told).table_valued(*(column(name, type_()) for name, type_ in names))
    return rows.render_derived(name="now", with_types=True)
