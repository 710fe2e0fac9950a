"""`gemba bench spine`: a supplier's answer to a line, as a buyer enters it from the telephone; the portal books the same way."""

from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from backend.kernel import clock
from backend.kernel.ids import new_id


class Stage(Protocol):
    """What of the bench's stage is needed here."""

    books: asyncpg.Connection
    site: UUID
    count: int


async def answer(stage: Stage) -> list[tuple[str, dict[str, Any]]]:
    """One answer after another to the same line; each replaces the former, and the ERP is told of each."""
    order, wanted = new_id(), clock.now().date() + timedelta(days=30)
    await stage.books.execute(
        "insert into purchase_order (id, site_id, source, number, version, supplier, supplier_name, email, language, currency,"
        " days_early, days_late, over_percent, deliver_to, time_zone, released_at)"
        " values ($1, $2, 'bench', 'BENCH', 1, 'S2001', 'Bench', '', 'en', 'EUR', 5, 5, 0, 'Bench', 'UTC', now())",
        order,
        stage.site,
    )
    await stage.books.execute(
        "insert into purchase_line (order_id, line, sku, revision, name, gtin, tracking, expires, whole, unit, quantity, price, wanted_on)"
        " values ($1, 10, 'BENCH', 'A', 'Bench', '', 'none', false, true, 'pc', 100, 1, $2)",
        order,
        wanted,
    )
    days = [(wanted + timedelta(days=number % 5)).isoformat() for number in range(stage.count)]
    return [
        (
            "/suppliers/answer-for",
            {
                "order": str(order),
                "version": 1,
                "lines": [{"line": 10, "schedule": [{"quantity": "100", "promisedOn": day}]}],
            },
        )
        for day in days
    ]
