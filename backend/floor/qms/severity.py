"""The severity of each supplier, item and class in the books: read when a lot opens, moved on when one is decided."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.qms.schemas import Permit, Permitted
from backend.floor.qms.switching import Outcome, Permission, Standing, after, switched
from backend.floor.qms.tables import SeverityNow, SeverityStep
from backend.kernel.commands import Command
from backend.kernel.ids import new_id


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
    told: dict[str, str] = {}
    for of_class, outcome in sorted(outcomes.items()):
        row = await _locked(connection, lot.site_id, lot.supplier, lot.item_id, of_class)
        before = msgspec.convert(row.standing, Standing)
        now = after(before, outcome, Permission(row.steady, row.authorised))
        await _write(connection, row, before, now, lot=lot.id, accepted=outcome.accepted)
        told[of_class] = now.severity
    return told


async def permit(connection: AsyncConnection, command: Command[Permit]) -> Permitted:
    """Says whether production is steady and reduced inspection authorised; unsteady ends it at once. Resumes what was discontinued."""
    facts = command.payload
    rows = await connection.execute(
        select(SeverityNow.of_class)
        .where(
            SeverityNow.site_id == command.who.site_id,
            SeverityNow.supplier == facts.supplier,
            SeverityNow.item_id == facts.item,
        )
        .order_by(SeverityNow.of_class)
    )
    told: dict[str, str] = {}
    for of_class in list(rows.scalars()):
        row = await _locked(connection, command.who.site_id, facts.supplier, facts.item, of_class)
        before = msgspec.convert(row.standing, Standing)
        now = before if facts.steady and facts.authorised else switched(before, "irregular", before.since)
        now = switched(now, "resumed", now.since) if facts.resume else now
        await connection.execute(
            _of(update(SeverityNow), row).values(steady=facts.steady, authorised=facts.authorised)
        )
        await _write(connection, row, before, now, lot=None, accepted=None)
        told[of_class] = now.severity
    return Permitted(severities=told)


def _of(statement: Any, row: Any) -> Any:
    return statement.where(
        SeverityNow.site_id == row.site_id,
        SeverityNow.supplier == row.supplier,
        SeverityNow.item_id == row.item_id,
        SeverityNow.of_class == row.of_class,
    )


async def _locked(connection: AsyncConnection, site: UUID, supplier: str, item: UUID, of_class: str) -> Any:
    key = {"site_id": site, "supplier": supplier, "item_id": item, "of_class": of_class}
    row = pg_insert(SeverityNow).values(**key, standing=msgspec.to_builtins(Standing()))
    await connection.execute(row.on_conflict_do_nothing())
    found = await connection.execute(select(SeverityNow).filter_by(**key).with_for_update(key_share=True))
    return found.one()


async def _write(
    connection: AsyncConnection,
    row: Any,
    before: Standing,
    now: Standing,
    *,
    lot: UUID | None,
    accepted: bool | None,
) -> None:
    facts = msgspec.to_builtins(now)
    await connection.execute(_of(update(SeverityNow), row).values(severity=now.severity, standing=facts))
    await connection.execute(
        insert(SeverityStep).values(
            id=new_id(),
            site_id=row.site_id,
            supplier=row.supplier,
            item_id=row.item_id,
            of_class=row.of_class,
            inspection_id=lot,
            accepted=accepted,
            from_severity=before.severity,
            to_severity=now.severity,
            standing=facts,
        )
    )
