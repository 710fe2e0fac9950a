"""The server reads what a device could not."""

import asyncio

import numpy as np

from backend.floor.labels import place_label, png
from scanning.bench.render import draw
from scanning.bench.stress import stored
from tests.support.demo_floor import DemoFloor


async def test_a_label_is_read_with_its_place_in_the_picture(demo: DemoFloor) -> None:
    """A bin label as a PNG comes back confirmed, with corners; the workers' health is told to a supervisor."""
    picker, supervisor = await demo.worker("picker"), await demo.worker("supervisor")
    answer = await picker.client.post(
        "/api/floor/scanning/read", content=LABEL, headers={"content-type": "image/png"}
    )
    assert answer.status_code == 200, answer.text
    code = answer.json()["codes"][0]
    assert (code["text"], code["confirmed"], len(code["corners"])) == (CODE, True, 4)
    health = await supervisor.get("/scanning/health")
    assert (health["alive"], health["frames"]) == (1, 1)


async def test_what_is_no_picture_is_answered_with_a_reason(demo: DemoFloor) -> None:
    """Garbage and unknown symbologies get words, not a fault."""
    picker = await demo.worker("picker")
    answer = await picker.client.post("/api/floor/scanning/read", content=b"not a picture")
    assert (answer.status_code, answer.json()["codes"]) == (200, [])
    assert answer.json()["error"] == "not-a-picture"
    for size, told in ((0, "empty"), (3_100_000, "too-large")):
        answer = await picker.client.post("/api/floor/scanning/read", content=LABEL[:size] + b"\0" * size)
        assert answer.json()["error"] == told
    huge = await picker.client.post("/api/floor/scanning/read", content=b"\0" * 50_000_000)
    assert (huge.status_code, huge.json()["type"]) == (413, "/problems/too-large")
    odd = await picker.client.post("/api/floor/scanning/read?formats=Runes", content=LABEL)
    assert odd.status_code == 400


async def test_more_frames_than_can_be_read_are_told_to_slow_down(demo: DemoFloor) -> None:
    """Twenty frames at once: some are read, the rest get 429, none is left without an answer."""
    picker = await demo.worker("picker")
    answers = await asyncio.gather(
        *(picker.client.post("/api/floor/scanning/read", content=LABEL, timeout=60) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {200, 429}


async def test_a_site_reads_what_it_allows(demo: DemoFloor) -> None:
    """Code 39 is no scan until a supervisor allows it, then it is; what ITF cannot be and what a picker wishes is refused."""
    picker, supervisor = await demo.worker("picker"), await demo.worker("supervisor")
    label = stored(np.pad(draw("Code39", "RACK 12", 3.0), 40, constant_values=255), 0)

    async def read() -> list[str]:
        answer = await picker.client.post("/api/floor/scanning/read", content=label)
        return [code["text"] for code in answer.json()["codes"]]

    usual = await picker.get("/scanning/labels")
    assert {"UPCE", "EAN8", "Code39"} & set(usual["formats"]) == set()
    assert await read() == []
    chosen = {"formats": [*usual["formats"], "Code39"], "itfLengths": [8, 14]}
    assert (await picker.post("/scanning/labels", chosen)).status_code == 403
    assert (await supervisor.refused("/scanning/labels", chosen | {"itfLengths": [7]}))["status"] == 400
    assert (await supervisor.refused("/scanning/labels", chosen | {"formats": ["Runes"]}))["status"] == 400
    assert (await supervisor.done("/scanning/labels", chosen))["itfLengths"] == [8, 14]
    assert await read() == ["RACK 12"]


CODE = "C-07-3-B"
LABEL = png(place_label(CODE, "42"), 203)
