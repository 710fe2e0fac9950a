"""Looks: what each person counted in a count that is not settled yet, kept, compared, taken back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.floor.wms.counting import rules
from backend.floor.wms.counting.tables import CountLook, CountTask
from backend.floor.work import Task
from backend.kernel import clock
from backend.kernel.commands import Command
from backend.kernel.ids import new_id
from backend.kernel.quantity import plain


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What one person found."""

    expected: Decimal
    counted: Decimal
    differences: rules.Differences


async def looks_at(connection: AsyncConnection, task: UUID) -> list[Look]:
    """The looks that stand, the first one first."""
    rows = await connection.execute(
        select(CountLook.expected, CountLook.counted, CountLook.differences)
        .where(CountLook.task_id == task, CountLook.state == "given")
        .order_by(CountLook.given_at, CountLook.id)
    )
    return [
        Look(expected=row.expected, counted=row.counted, differences=_read(row.differences)) for row in rows
    ]


async def keep(connection: AsyncConnection, command: Command[Any], task: UUID, look: Look) -> None:
    """Writes down what this person found."""
    rows = [
        {"lot": _text(lot), "serial": _text(serial), "unit": _text(unit), "more": plain(more)}
        for (lot, serial, unit), more in look.differences.items()
    ]
    await connection.execute(
        insert(CountLook).values(
            id=new_id(),
            task_id=task,
            command_id=command.id,
            person_id=command.who.person_id,
            device_id=command.who.device_id,
            expected=look.expected,
            counted=look.counted,
            differences=rows,
            given_at=clock.now(),
        )
    )


async def take_back(connection: AsyncConnection, command: Command[Any], key: UUID) -> Any:
    """Withdraws this person's own look that came with the command `key`. Returns its task and what it said, or None."""
    withdrawn = await connection.execute(
        update(CountLook)
        .where(
            CountLook.command_id == key,
            CountLook.person_id == command.who.person_id,
            CountLook.state == "given",
            CountLook.task_id == CountTask.id,
            CountTask.site_id == command.who.site_id,
        )
        .values(state="withdrawn")
        .returning(
            CountLook.task_id,
            CountTask.state,
            CountTask.place_id,
            CountTask.item_id,
            CountTask.site_id,
            CountLook.differences,
        )
    )
    return withdrawn.first()


def turned(row: Any) -> rules.Differences:
    """What a count finds that takes back the booked look `row`."""
    return {key: -more for key, more in _read(row.differences).items()}


def looked_last(person: UUID) -> ColumnElement[bool]:
    """Whether the newest look at a task is this person's: then the next is somebody else's turn."""
    later = aliased(CountLook)
    return exists().where(
        CountLook.task_id == Task.id,
        CountLook.person_id == person,
        CountLook.state == "given",
        ~exists().where(
            later.task_id == CountLook.task_id, later.state == "given", later.given_at > CountLook.given_at
        ),
    )


def _read(rows: list[Mapping[str, Any]]) -> rules.Differences:
    return {(_id(row["lot"]), _id(row["serial"]), _id(row["unit"])): Decimal(row["more"]) for row in rows}


def _text(one: UUID | None) -> str | None:
    return None if one is None else str(one)


def _id(one: str | None) -> UUID | None:
    return None if one is None else UUID(one)
