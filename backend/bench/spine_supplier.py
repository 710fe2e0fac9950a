"""`gemba bench spine`: a supplier's answer to a line, through its link, and as a buyer enters it from the telephone.

What follows from an answer (the ERP is told, receiving expects it) is the worker's and not measured here.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.bench.ground import SECRET
from backend.bench.spine_stage import Request, Stage
from backend.floor.srm import tokens
from backend.kernel import clock
from backend.kernel.ids import new_id

A_LINK = 20  # calls of one link, far below what it may ask at once


async def answer(stage: Stage) -> list[Request]:
    """One answer after another to the same line from the supplier's phone; each replaces the former."""
    order, days = await _ordered(stage)
    expires_at = clock.now().replace(microsecond=0) + timedelta(days=1)
    for _ in range(1 + stage.count // A_LINK):
        link = new_id()
        await stage.books.execute(
            "insert into supplier_link (id, site_id, supplier, email, language, made_at, expires_at)"
            " values ($1, $2, 'S2001', '', 'en', now(), $3)",
            link,
            stage.site,
            expires_at,
        )
        await stage.books.execute("insert into supplier_link_order values ($1, $2)", link, order)
        stage.links.append(tokens.make(SECRET, link, expires_at))
    return [(f"/api/portal/orders/{order}/answer", {"version": 1, "lines": _lines(day)}) for day in days]


async def answer_for(stage: Stage) -> list[Request]:
    """The same, entered by a buyer on the supplier's behalf."""
    order, days = await _ordered(stage)
    body = {"order": str(order), "version": 1}
    return [("/suppliers/answer-for", body | {"lines": _lines(day)}) for day in days]


def _lines(day: str) -> list[dict[str, Any]]:
    return [{"line": 10, "schedule": [{"quantity": "100", "promisedOn": day}]}]


async def _ordered(stage: Stage) -> tuple[UUID, list[str]]:
    """An order of one line, and the days to promise it for."""
    order, wanted = new_id(), clock.now().date() + timedelta(days=30)
    await stage.books.execute(
        "insert into purchase_order (id, site_id, source, number, version, supplier, supplier_name, email, language, currency,"
        " days_early, days_late, over_percent, deliver_to, time_zone, released_at)"
        " values ($1, $2, 'bench', 'BENCH-' || ($1::uuid)::text, 1, 'S2001', 'Bench', '', 'en', 'EUR', 5, 5, 0, 'Bench', 'UTC', now())",
        order,
        stage.site,
    )
    await stage.books.execute(
        "insert into purchase_line (order_id, line, sku, revision, name, gtin, tracking, expires, whole, unit, quantity, price, wanted_on)"
        " values ($1, 10, 'BENCH', 'A', 'Bench', '', 'none', false, true, 'pc', 100, 1, $2)",
        order,
        wanted,
    )
    return order, [(wanted + timedelta(days=number % 5)).isoformat() for number in range(stage.count)]
