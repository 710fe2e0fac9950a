"""Reading and writing Tryton's records: pages, dotted fields, products, lots and units by name."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from backend.floor.link.erps.tryton.codec import Quantity
from backend.floor.link.erps.tryton.rpc import Tryton, TrytonAsks
from backend.floor.link.erps.tryton.units import Unit, converted, unit_of
from backend.floor.link.port import ErpCannot

PAGE = 200
MOST_QUESTIONS = 5
Row = dict[str, Any]
Clause = Sequence[Any]


class Store:
    """One Tryton's records. Products and units are looked up once and remembered."""

    def __init__(self, tryton: Tryton) -> None:
        self.tryton = tryton
        self._units: dict[int, Unit] = {}
        self._products: dict[str, tuple[int, int]] = {}
        self._lots = asyncio.Lock()

    async def rows(
        self,
        model: str,
        clauses: Iterable[Clause],
        fields: Sequence[str],
        *,
        most: int | None = None,
        **context: Any,
    ) -> list[Row]:
        """Records that fit, by id. Dotted fields come nested: `party.code` as `row["party."]["code"]`."""
        found: list[Row] = []
        async for page in self.pages(model, clauses, fields, **context):
            found += page
            if most is not None and len(found) >= most:
                return found[:most]
        return found

    async def pages(
        self, model: str, clauses: Iterable[Clause], fields: Sequence[str], **context: Any
    ) -> AsyncIterator[list[Row]]:
        """The same, page by page. Pages go by id, so that a record made or removed meanwhile moves no other."""
        last = 0
        while True:
            page: list[Row] = await self.tryton.call(
                model,
                "search_read",
                [*clauses, ["id", ">", last]],
                0,
                PAGE,
                [["id", "ASC"]],
                list(fields),
                context=context,
            )
            if page:
                yield page
            if len(page) < PAGE:
                return
            last = page[-1]["id"]

    async def write(self, model: str, row: Row, values: Row) -> None:
        """Changes a record as it was read: refused (ErpStale) when somebody changed it since. `row` has id and _timestamp."""
        stamps = {f"{model},{row['id']}": row["_timestamp"]}
        await self.tryton.call(model, "write", [row["id"]], values, timestamps=stamps)

    async def step(self, model: str, record: int, button: str) -> Any:
        """Presses a button. What the floor tells has happened, so Tryton's questions whether one is sure are answered yes."""
        for _ in range(MOST_QUESTIONS):
            try:
                return await self.tryton.call(model, button, [record])
            except TrytonAsks as asked:
                await self.tryton.call("res.user.warning", "skip", asked.warning)
        return await self.tryton.call(model, button, [record])

    async def unit(self, unit_id: int) -> Unit:
        """A unit by its id."""
        if unit_id not in self._units:
            rows = await self.rows("product.uom", [], ["symbol", "factor", "rate", "digits"])
            self._units = {row["id"]: unit_of(row) for row in rows}
        return self._units[unit_id]

    async def product(self, sku: str) -> tuple[int, Unit]:
        """A product's id and its own unit.

        Raises:
            ErpCannot: Tryton has no such product.
        """
        if sku not in self._products:
            rows = await self.rows("product.product", [["code", "=", sku]], ["default_uom"], most=1)
            if not rows:
                raise ErpCannot(f"Tryton has no product {sku}")
            self._products[sku] = rows[0]["id"], rows[0]["default_uom"]
        product, unit = self._products[sku]
        return product, await self.unit(unit)

    async def lot(self, sku: str, number: str) -> int:
        """A lot's id; made when Tryton has none of that number. Of twins the older one counts."""
        product, _ = await self.product(sku)
        clauses: list[Clause] = [["product", "=", product], ["number", "=", number]]
        async with self._lots:
            rows = await self.rows("stock.lot", clauses, ["id"], most=1)
            if not rows:
                await self.tryton.call("stock.lot", "create", [{"product": product, "number": number}])
                rows = await self.rows("stock.lot", clauses, ["id"], most=1)
        return int(rows[0]["id"])

    async def own(self, quantity: Decimal, unit: int, own: int) -> Decimal:
        """A quantity in the product's own unit, as the floor counts it."""
        return converted(quantity, await self.unit(unit), await self.unit(own))

    async def theirs(self, quantity: Decimal, sku: str, unit: int) -> Quantity:
        """The floor's quantity in the unit of a Tryton line."""
        _, own = await self.product(sku)
        return Quantity(converted(quantity, own, await self.unit(unit)))


def stamp(*rows: Row) -> str:
    """When the latest of some rows was written, and which they are: a line that is gone changes it, too."""
    latest = max(written(row) for row in rows)
    return f"{latest:%Y-%m-%dT%H:%M:%S.%f} {len(rows)}:{sum(row['id'] for row in rows)}"


def written(row: Row) -> datetime:
    """When a row was last written: `write_date` is empty until the first change."""
    found: datetime = row.get("write_date") or row["create_date"]
    return found


def since(start: datetime, *children: str) -> list[Any]:
    """A domain: records, or rows of theirs, written or made at or after a moment."""
    clauses: list[Any] = ["OR"]
    for path in ("", *(f"{child}." for child in children)):
        clauses += [[f"{path}write_date", ">=", start], [f"{path}create_date", ">=", start]]
    return clauses


def noon(day: date | None) -> datetime:
    """A day as the moment when something is due; today where none is given."""
    day = day or datetime.now(UTC).date()
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
