"""One photograph of thirty labels: a shelf to count, a pallet to check."""

import numpy as np

from backend.floor.catalog import sscc_of
from backend.floor.labels import unit_label
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor
from tests.support.wall import HIGH, WIDE, photograph

COLUMNS, ROWS = 6, 5


async def test_thirty_labels_in_one_photograph(demo: DemoFloor) -> None:
    """All but one or two of thirty labels are read for certain, each at its own place, and nothing that is not there."""
    picker = await demo.worker("picker")
    codes = [sscc_of("8712345", number) for number in range(1, COLUMNS * ROWS + 1)]
    answer = await picker.client.post(
        "/api/floor/scanning/read",
        params={"expected": ",".join(f"00{code}" for code in codes)},
        content=photograph([unit_label(code, "box", "Dommel Cycles") for code in codes], COLUMNS, ROWS),
        timeout=120,
    )
    assert (answer.status_code, answer.json()["error"]) == (200, ""), answer.text
    seen = [code for code in answer.json()["codes"] if code["confirmed"]]
    assert {code["text"] for code in seen} <= {f"00{code}" for code in codes}
    assert len({code["text"] for code in seen}) >= len(codes) - 2
    for code in seen:
        place = codes.index(code["text"][2:])
        x, y = np.mean(code["corners"], axis=0) / [WIDE / COLUMNS, HIGH / ROWS]
        assert (int(x), int(y)) == (place % COLUMNS, place // COLUMNS)


async def test_what_a_pallet_should_hold(demo: DemoFloor) -> None:
    """A unit tells the units in it and in those, and all goods of any of them with the GTINs of their labels; nobody else's."""
    picker = await demo.worker("picker")
    pallet, box, inner = new_id(), new_id(), new_id()
    async with demo.db.transaction() as connection:
        for id_, kind, within in ((pallet, "pallet", None), (box, "box", pallet), (inner, "box", box)):
            await connection.exec_driver_sql(
                "insert into handling_unit (id, site_id, code, kind, parent_id) values ($1, $2, $3, $4, $5)",
                (id_, demo.site, f"T-{id_.hex[-6:]}", kind, within),
            )
    told = await picker.get(f"/work/units/{pallet}")
    assert {unit["id"] for unit in told["units"]} == {str(box), str(inner)}
    assert told["goods"] == []
    filled = await demo.scalar(
        "select handling_unit_id from quant where handling_unit_id is not null and quantity > 0 limit 1"
    )
    goods = (await picker.get(f"/work/units/{filled}"))["goods"]
    assert goods
    assert all(one["gtins"] and one["within"] == str(filled) for one in goods)
    assert (await picker.client.get(f"/api/floor/work/units/{new_id()}")).status_code == 404
