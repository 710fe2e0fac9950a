"""The codes a device keeps, to say off line what a scan is."""

from tests.support.demo_floor import DemoFloor


async def test_a_device_gets_every_code_once(demo: DemoFloor) -> None:
    """All places stock lies in and all items with their GTINs, small enough to keep; who has this version gets nothing."""
    bins = await demo.scalar("select count(*) from place where kind = 'bin'")
    packs = await demo.scalar("select count(*) from packaging")
    picker = await demo.worker("picker")
    answer = await picker.client.get("/api/floor/catalog/codes")
    assert answer.status_code == 200
    book = answer.json()
    assert len(book["places"]["bin"]) == bins
    assert sum(len(item["packs"]) for item in book["items"]) == packs
    assert "supplier" not in book["places"]
    assert len(book["totes"]) == await demo.scalar("select count(*) from handling_unit where kind = 'tote'")
    assert len(answer.content) <= 100 * (bins + packs)
    again = await picker.client.get(
        "/api/floor/catalog/codes", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
