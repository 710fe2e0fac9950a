"""What a newer version of an order changed: told to whoever answered an older one."""

from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.srm import rules
from backend.floor.srm.schemas import Change
from backend.floor.srm.tables import PurchaseVersion


async def changes_between(connection: AsyncConnection, order_id: UUID, old: int, new: int) -> list[Change]:
    """What a newer version changed, line by line; empty where the older one is not known."""
    found = await connection.execute(
        select(PurchaseVersion.version, PurchaseVersion.lines).where(
            PurchaseVersion.order_id == order_id, PurchaseVersion.version.in_([old, new])
        )
    )
    versions = {row.version: msgspec.convert(row.lines, list[rules.Ordered]) for row in found}
    if old not in versions or new not in versions:
        return []
    before = {line.line: line for line in versions[old]}
    after = {line.line: line for line in versions[new]}
    changes: list[Change] = []
    for line in sorted(before.keys() | after.keys()):
        changes += _line_changes(line, before.get(line), after.get(line))
    return changes


def _line_changes(line: int, was: rules.Ordered | None, now: rules.Ordered | None) -> list[Change]:
    if was is None or now is None:
        told = was or now
        assert told is not None
        field: Literal["added", "removed"] = "added" if was is None else "removed"
        amount = f"{told.quantity.normalize():f} {told.unit} {told.sku}"
        return [
            Change(
                line=line, field=field, was="" if was is None else amount, now=amount if was is None else ""
            )
        ]
    pairs = (
        ("sku", was.sku, now.sku),
        ("revision", was.revision, now.revision),
        ("quantity", f"{was.quantity.normalize():f}", f"{now.quantity.normalize():f}"),
        ("price", f"{was.price.normalize():f}", f"{now.price.normalize():f}"),
        ("wantedOn", was.wanted_on.isoformat(), now.wanted_on.isoformat()),
    )
    return [
        Change(line=line, field=field, was=before, now=after)  # type: ignore[arg-type]  # the names above
        for field, before, after in pairs
        if before != after
    ]
