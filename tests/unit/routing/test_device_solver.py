"""The solver on the device against the one on the server: the same stops, the same round."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

from backend.floor.routing import (
    BlockLayout,
    InAisle,
    Layout,
    OnCross,
    Place,
    UnreachableStop,
    shortest_round,
)

ROOT = Path(__file__).parents[3]
RUNNER = """
import { readFileSync } from "node:fs";
const { shortestRound } = await import(process.argv[1]);
const cases = JSON.parse(readFileSync(0, "utf8"));
const answers = cases.map((c) => shortestRound(c.plan, c.stops, c.start, c.end));
console.log(JSON.stringify(answers.map((a) => a && { order: a.order, length: a.length, legs: a.legs.length })));
"""


def _node() -> str:
    inside = ROOT / ".venv" / "bin" / "node"
    return str(inside) if inside.exists() else "node"


def _sent(place: Place) -> dict[str, int]:
    if isinstance(place, InAisle):
        return {"aisle": place.aisle, "block": place.block, "offset": place.offset}
    assert isinstance(place, OnCross)
    return {"cross": place.cross, "x": place.x}


def _case(seed: int) -> tuple[BlockLayout, list[Place], Place, Place]:
    rng = random.Random(seed)
    aisles, blocks = rng.randint(1, 9), rng.choice([1, 1, 2, 2, 3, 3, 4, 5])
    uneven = [[rng.randint(4, 20) for _ in range(blocks)] for _ in range(aisles)]
    layout = Layout.blocks(
        aisles=aisles,
        blocks=blocks,
        aisle_length=uneven if rng.random() < 0.3 else float(rng.randint(5, 30)),
        pitch=[rng.randint(2, 6) for _ in range(aisles - 1)],
        depot=rng.choice(["front-left", "front-centre", "rear-right"]),
    )
    if rng.random() < 0.4:
        shut = [(rng.randrange(aisles), rng.randrange(blocks)) for _ in range(2)]
        layout = layout.closing([*shut, (rng.randrange(aisles), rng.randrange(blocks), 1.0, 2.0)])

    def place() -> Place:
        aisle, block = rng.randrange(aisles), rng.randrange(blocks)
        return layout.at(
            aisle=aisle, block=block, offset=rng.randint(0, layout.lengths[aisle][block] // 100) / 10
        )

    stops = [place() for _ in range(rng.choice([0, 1, 3, 8, 15, 30]))]
    start = place() if rng.random() < 0.5 else layout.depot
    return layout, stops, start, (place() if rng.random() < 0.5 else start)


def _plan(layout: BlockLayout) -> dict[str, Any]:
    closed = [[*key, *span] for key, spans in layout.closed_spans.items() for span in spans]
    return {"xs": layout.xs, "lengths": layout.lengths, "closed": closed}


def test_device_gives_the_same_rounds() -> None:
    """120 seeded rounds (1-5 blocks, closures, uneven aisles, start and end apart) agree in order and length."""
    cases = [_case(seed) for seed in range(120)]
    sent = [
        {"plan": _plan(layout), "stops": [_sent(s) for s in stops], "start": _sent(start), "end": _sent(end)}
        for layout, stops, start, end in cases
    ]
    ran = subprocess.run(
        [
            _node(),
            "--no-warnings",
            "--input-type=module",
            "-e",
            RUNNER,
            str(ROOT / "pwa/src/floor/pick/route.ts"),
        ],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    answers = json.loads(ran.stdout)
    walked = 0
    for number, ((layout, stops, start, end), answer) in enumerate(zip(cases, answers, strict=True)):
        try:
            here = shortest_round(layout, stops, start=start, end=end)
        except UnreachableStop:
            assert answer is None, number
            continue
        walked += 1
        assert answer["length"] == round(here.length * 1000), number
        assert tuple(answer["order"]) == here.order, number
        assert answer["legs"] == len(stops) + 1
    assert walked > 80
