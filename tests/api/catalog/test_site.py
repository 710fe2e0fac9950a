"""A site's language and time zone, changed by an administrator."""

from tests.support.demo_floor import DemoFloor


async def test_an_administrator_sets_the_sites_language_and_zone(demo: DemoFloor) -> None:
    """Nobody else may; a zone must exist; what is set is what every screen and label reads, and the rest of the plan stays."""
    admin, boss = await demo.worker("admin"), await demo.worker("supervisor")
    dutch = {"language": "nl", "timeZone": "Europe/Brussels"}
    before = await boss.get("/catalog/site")
    assert (await boss.post("/catalog/site", dutch)).status_code == 403
    assert (await admin.post("/catalog/site", {**dutch, "timeZone": "Europe/Atlantis"})).status_code == 400
    assert (await admin.post("/catalog/site", {**dutch, "language": "xx"})).status_code == 400
    try:
        await admin.done("/catalog/site", dutch)
        now = await boss.get("/catalog/site")
        assert now == before | {"timeZone": "Europe/Brussels", "plan": before["plan"] | {"language": "nl"}}
    finally:
        back = {"language": before["plan"]["language"], "timeZone": before["timeZone"]}
        assert await admin.done("/catalog/site", back) == back
