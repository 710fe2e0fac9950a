"""Lists that are shown a page at a time, whole or by one of their counted filters."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar.params import QueryParameter
from sqlalchemy import ColumnElement, Row, Select, func
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kernel.edge import Told
from backend.kernel.problems import BadRequest

LARGEST = 200

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=100_000, description="From 1.")]
PageSize = Annotated[int, QueryParameter(name="size", ge=1, le=LARGEST, description="Rows a page.")]
Search = Annotated[str, QueryParameter(name="search", max_length=64, description="Part of a number or name.")]
Show = Annotated[
    str,
    QueryParameter(name="show", max_length=64, description="One of the list's filters; all rows without."),
]
Filters = Mapping[str, ColumnElement[bool]]


class Asked(msgspec.Struct, frozen=True):
    """Which page, how long one is, and which of the list's filters is on."""

    page: int = 1
    size: int = 50
    show: str = ""


class FilterCount(Told):
    """How many rows one filter of a list would show, beside what is searched for."""

    name: str
    count: int


class Page(msgspec.Struct, rename="camel", kw_only=True):
    """Base of a page: `total` counts the rows of all pages, `every` those of the list without its filter."""

    total: int
    page: int
    size: int
    every: int
    filters: list[FilterCount]


class Found(msgspec.Struct, frozen=True):
    """The rows of one page, and what goes beside them: `Orders(items=…, **found.page)`."""

    rows: list[Row[*tuple[Any, ...]]]
    page: dict[str, Any]


async def listed(
    connection: AsyncConnection,
    statement: Select[*tuple[Any, ...]],
    asked: Asked,
    filters: Filters | None = None,
) -> Found:
    """One page of a statement's rows, with how many it has in all and by each filter.

    All rows are counted, so what is dear to reckon of each does not belong in the statement: it is read for the page's rows afterwards.

    Args:
        connection: where to.
        statement: selects and orders them.
        asked: which page.
        filters: what may be chosen, by name: conditions on the statement's tables. One that asks other tables does so by `in_` of an
            uncorrelated query, which PostgreSQL reads once; `exists` it would ask again for every row counted.

    Raises:
        BadRequest: the list has no such filter.
    """
    filters = filters or {}
    if asked.show and asked.show not in filters:
        raise BadRequest(f"This list can be shown by {', '.join(filters) or 'nothing'}.")
    counts = [func.count(), *(func.count().filter(one) for one in filters.values())]
    counting = statement.with_only_columns(*counts, maintain_column_froms=True).order_by(None)
    every, *by_filter = (await connection.execute(counting)).one()
    counted = dict(zip(filters, by_filter, strict=True))
    shown = statement.where(filters[asked.show]) if asked.show else statement
    rows = await connection.execute(shown.limit(asked.size).offset((asked.page - 1) * asked.size))
    return Found(
        rows=list(rows),
        page={
            "total": counted.get(asked.show, every),
            "page": asked.page,
            "size": asked.size,
            "every": every,
            "filters": [FilterCount(name=name, count=count) for name, count in counted.items()],
        },
    )


def contains(text: str) -> str:
    """A LIKE pattern for a part of a text, with what LIKE reads otherwise escaped by a backslash."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
