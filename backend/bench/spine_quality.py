"""Inspection's cases of `gemba bench spine`: readings of lots that came in, and decisions of lots that were read."""

from typing import Any

from backend.bench.spine_stage import Request, Stage
from backend.kernel.ids import new_id

HUB = "HUB-103"
LOT_SIZE = "200"


async def read(stage: Stage) -> list[Request]:
    """One good value after another, lot after lot: judged, kept, and the lot's verdict derived anew each time."""
    wanted: list[Request] = []
    while len(wanted) < stage.count:
        wanted += [("/quality/read", body) for body in await _cells(stage, await _lot(stage))]
    return wanted[: stage.count]


async def decide(stage: Stage) -> list[Request]:
    """Lots with one critical piece out of limits: every unit to its place, with report, claim and switching."""
    wanted: list[Request] = []
    for _ in range(stage.count):
        lot = await _lot(stage)
        first = (await _cells(stage, lot))[0]
        await stage.post("/quality/read", first | {"value": "8.80"})
        allocated = {"return": "150", "scrap": "1", "sort": "49"}
        wanted.append(
            ("/quality/decide", {"lot": lot, "verdict": "reject", "allocated": allocated, "claim": True})
        )
    return wanted


async def _lot(stage: Stage) -> str:
    """Hubs that came in on a supplier's order and wait for inspection."""
    item = await stage.books.fetchval("select id from item where sku = $1", HUB)
    dock = await stage.books.fetchval("select id from place where kind = 'dock' order by code limit 1")
    goods = {
        "item": str(item),
        "quantity": LOT_SIZE,
        "place": str(dock),
        "lotCode": f"B-{new_id().hex[-10:]}",
    }
    told = await stage.post("/receiving/goods", goods | await _ordered(stage, item))
    lot = await stage.books.fetchval(
        "select id from inspection_lot where source_id::text = $1", told["receipt"]
    )
    return str(lot)


async def _ordered(stage: Stage, item: Any) -> dict[str, str]:
    delivery, line = new_id(), new_id()
    await stage.books.execute(
        "insert into expected_delivery (id, site_id, kind, number, purchase_order, supplier)"
        " values ($1::uuid, $2, 'purchase', 'BENCH-' || ($1::uuid)::text, 'BENCH', 'S2001')",
        delivery,
        stage.site,
    )
    await stage.books.execute(
        "insert into expected_line (id, site_id, delivery_id, line, sku, item_id, unit, quantity)"
        " values ($1, $2, $3, 1, $4, $5, 'pc', $6::text::numeric)",
        line,
        stage.site,
        delivery,
        HUB,
        item,
        LOT_SIZE,
    )
    return {"delivery": str(delivery), "line": str(line)}


async def _cells(stage: Stage, lot: str) -> list[dict[str, Any]]:
    """What `quality.read` sends for each cell of a lot's grid."""
    answer = await stage.client.get(f"/api/floor/quality/lots/{lot}")
    document = answer.json()
    sizes = {one["ofClass"]: one["n"] for one in document["classes"]}
    gauges = {one["type"]: one["id"] for one in document["gauges"] if one["usable"]}
    return [
        {
            "lot": lot,
            "characteristic": one["number"],
            "sample": sample,
            "value": one["nominal"] if one["kind"] == "variable" else "0",
            "gauge": gauges.get(one["gaugeType"]),
        }
        for one in document["characteristics"]
        for sample in range(1, sizes[one["ofClass"]] + 1)
    ]
