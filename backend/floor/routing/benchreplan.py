"""What is left of a round planned again, as an API process does it (no numba) and as the device does it (its own solver, in node).

Run as a module it measures the server's side in a process of its own and prints milliseconds a case as JSON.
"""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from .blocklayout import BlockLayout
from .layout import Layout
from .rounds import shortest_round
from .values import InAisle, OnCross, Place

__all__ = ["replans"]

CASES = 50
OPEN = 40
EVENTS = ("short", "skip", "blocked aisle", "added order")
_APP = Path(__file__).parents[3] / "pwa/src/floor/pick/route.ts"
_DEVICE = """
import { readFileSync } from "node:fs";
const { shortestRound } = await import(process.argv[1]);
const cases = JSON.parse(readFileSync(0, "utf8"));
const solve = (c) => {
  const begun = process.cpuUsage();
  const found = shortestRound(c.plan, c.stops, c.start, c.end);
  const used = process.cpuUsage(begun);
  return [(used.user + used.system) / 1000, found && found.length];
};
cases.slice(0, 20).forEach(solve);
console.log(JSON.stringify(cases.map(solve)));
"""


class Question(NamedTuple):
    """A round that something happened to: the floor as it is now, the open stops, where the picker stands."""

    event: str
    layout: BlockLayout
    closed: tuple[tuple[int, int], ...]
    stops: list[Place]
    start: Place


def questions() -> list[Question]:
    """Twelve aisles in two blocks; each event fifty times, the picker somewhere in an aisle."""
    layout = Layout.blocks(aisles=12, blocks=2, aisle_length=24.0, pitch=4.0, depot="front-centre")
    asked = []
    for seed in range(CASES):
        rng = random.Random(seed)

        def place(rng: random.Random = rng) -> Place:
            return layout.at(aisle=rng.randrange(12), block=rng.randrange(2), offset=rng.randint(1, 239) / 10)

        start, stops, added = place(), [place() for _ in range(OPEN)], [place() for _ in range(4)]
        shut = (rng.randrange(12), rng.randrange(2))
        outside = [s for s in stops if isinstance(s, InAisle) and (s.aisle, s.block) != shut]
        away = layout.depot if isinstance(start, InAisle) and (start.aisle, start.block) == shut else start
        asked += [
            Question("short", layout, (), stops, start),
            Question("skip", layout, (), stops[1:], start),
            Question("blocked aisle", layout, (shut,), list(outside), away),
            Question("added order", layout, (), [*stops, *added], start),
        ]
    return asked


def replans() -> list[tuple[str, float, float, float | None, float | None, int]]:
    """Per event: server's median and worst, the device's (None without node), and how many lengths differ. CPU ms."""
    ran = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", __name__], capture_output=True, text=True, check=True
    )
    here: list[list[float]] = json.loads(ran.stdout)
    there = _on_device()
    rows = []
    for place, event in enumerate(EVENTS):
        ours = [ms for ms, _ in here[place :: len(EVENTS)]]
        theirs = [ms for ms, _ in there[place :: len(EVENTS)]] or None
        differ = sum(
            a[1] != b[1]
            for a, b in zip(here[place :: len(EVENTS)], there[place :: len(EVENTS)], strict=False)
        )
        rows.append(
            (
                event,
                sorted(ours)[CASES // 2],
                max(ours),
                sorted(theirs)[CASES // 2] if theirs else None,
                max(theirs) if theirs else None,
                differ,
            )
        )
    return rows


def _on_device() -> list[list[float]]:
    beside = Path(sys.executable).parent / "node"
    node = str(beside) if beside.exists() else shutil.which("node")
    if node is None or not _APP.exists():
        return []
    sent = [
        {
            "plan": {
                "xs": asked.layout.xs,
                "lengths": asked.layout.lengths,
                "closed": [[*shut, 0, asked.layout.lengths[shut[0]][shut[1]]] for shut in asked.closed],
            },
            "stops": [_sent(stop) for stop in asked.stops],
            "start": _sent(asked.start),
            "end": _sent(asked.layout.depot),
        }
        for asked in questions()
    ]
    command = [node, "--no-warnings", "--input-type=module", "-e", _DEVICE, str(_APP)]
    ran = subprocess.run(  # noqa: S603 - node on our own file
        command, input=json.dumps(sent), capture_output=True, text=True, check=True
    )
    answers: list[list[float]] = json.loads(ran.stdout)
    return answers


def _sent(place: Place) -> dict[str, Any]:
    if isinstance(place, InAisle):
        return {"aisle": place.aisle, "block": place.block, "offset": place.offset}
    assert isinstance(place, OnCross)
    return {"cross": place.cross, "x": place.x}


def main() -> int:
    """The server's side: closing, the stops cut off, the proved round with its legs, checked."""
    answers = []
    for warm, asked in [(True, questions()[0]), *((False, one) for one in questions())]:
        begun = process_time()
        today = asked.layout.closing(asked.closed) if asked.closed else asked.layout
        today.matrix([today.depot], asked.stops)
        found = shortest_round(today, asked.stops, start=asked.start, end=today.depot)
        if not warm:
            answers.append([(process_time() - begun) * 1000, round(found.length * 1000)])
    if "numba" in sys.modules or "ortools" in sys.modules:
        raise AssertionError("an API process has neither")
    sys.stdout.write(json.dumps(answers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
