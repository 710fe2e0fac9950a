"""Home: what this person can do now, by urgency."""

from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.work.schemas import CarryOn, Home, KindCount
from backend.floor.work.tables import FloorException, Task
from backend.kernel.commands import Who

Progress = dict[str, Any]


async def home(connection: AsyncConnection, who: Who) -> Home:
    """Work at hand and work that waits. Lines and progress of a task are its own slice's; see `PROGRESS`."""
    mine = await connection.execute(
        select(Task.id, Task.kind, Task.number, Task.claimed_at)
        .where(Task.site_id == who.site_id, Task.state == "claimed", Task.person_id == who.person_id)
        .order_by(Task.claimed_at.desc())
    )
    carry_on = []
    for row in mine.all():
        progress = await _progress(connection, row.kind, row.id)
        carry_on.append(
            CarryOn(
                task=row.id,
                kind=row.kind,
                number=row.number,
                touched_at=progress.pop("touched_at") or row.claimed_at,
                **progress,
            )
        )
    kinds = await _kinds(connection, who)
    for counted in COUNTED:
        kinds += await counted(connection, who)
    return Home(
        carry_on=carry_on,
        kinds=kinds,
        exceptions=await _open_exceptions(connection, who) if "supervisor" in who.roles else 0,
    )


async def _kinds(connection: AsyncConnection, who: Who) -> list[KindCount]:
    rows = await connection.execute(
        select(
            Task.kind,
            func.count().label("open"),
            func.min(Task.due_at).label("due_at"),
            func.min(Task.created_at).label("oldest_at"),
        )
        .where(Task.site_id == who.site_id, Task.state == "released")
        .group_by(Task.kind)
        .order_by(case((func.min(Task.due_at).is_(None), 1), else_=0), func.min(Task.due_at))
    )
    return [
        KindCount(
            kind=row.kind,
            open=row.open,
            lines=await _lines(connection, who, row.kind) or row.open,
            due_at=row.due_at,
            oldest_at=row.oldest_at,
        )
        for row in rows.all()
    ]


async def _open_exceptions(connection: AsyncConnection, who: Who) -> int:
    found = await connection.execute(
        select(func.count()).where(FloorException.site_id == who.site_id, FloorException.state == "open")
    )
    return found.scalar_one()


NOTHING: Progress = {"done": 0, "total": 1, "totes": 0, "place": "", "touched_at": None}

# Slices above say how far a task of theirs is, and how many lines of a kind wait: {kind: function}.
PROGRESS: dict[str, Any] = {}
LINES: dict[str, Any] = {}
# Work that waits without a task of its own (deliveries, loads at a dock): functions (connection, who) -> [KindCount].
COUNTED: list[Any] = []


async def _progress(connection: AsyncConnection, kind: str, task: Any) -> Progress:
    tell = PROGRESS.get(kind)
    return dict(NOTHING) if tell is None else await tell(connection, task)


async def _lines(connection: AsyncConnection, who: Who, kind: str) -> int:
    tell = LINES.get(kind)
    return 0 if tell is None else await tell(connection, who.site_id)
