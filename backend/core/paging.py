"""Lists that are shown a page at a time."""

from typing import Annotated, Any

import msgspec
from litestar.params import QueryParameter
from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

LARGEST = 200

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=100_000, description="From 1.")]
PageSize = Annotated[int, QueryParameter(name="size", ge=1, le=LARGEST, description="Rows a page.")]
Search = Annotated[str, QueryParameter(name="search", max_length=64, description="Part of a number or name.")]


class Asked(msgspec.Struct, frozen=True):
    """Which page, and how long one is."""

    page: int = 1
    size: int = 50


class Page(msgspec.Struct, rename="camel", kw_only=True):
    """Base of a page: `total` counts the rows of all pages."""

    total: int
    page: int
    size: int


async def rows(
    connection: AsyncConnection, statement: Select[*tuple[Any, ...]], asked: Asked
) -> tuple[int, list[Row[*tuple[Any, ...]]]]:
    """How many rows a statement has in all, and those of one page."""
    counted = await connection.execute(select(func.count()).select_from(statement.order_by(None).subquery()))
    found = await connection.execute(statement.limit(asked.size).offset((asked.page - 1) * asked.size))
    return counted.scalar_one(), list(found)


def contains(text: str) -> str:
    """A LIKE pattern for a part of a text, with what LIKE reads otherwise escaped by a backslash."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def chosen(states: str) -> tuple[str, ...]:
    """The states of a comma-separated list; none means all."""
    return tuple(state for state in states.split(",") if state)
