"""`gemba bench routing`: every figure of the router, into docs/routing.md and its charts.

Run `python -m backend.floor.routing.bench` (some ten minutes of one core; `--quick` a tenth of the cases).
"""

import argparse
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import benchcases as cases
from . import benchwaves as waves_and_bins
from .benchcases import Gap
from .benchchart import chart
from .benchreplan import replans
from .compiled import accelerate
from .simday import Settings, totals
from .simulate import demo_floor, simulate

__all__ = ["main", "report"]

CELLS = ((10, 1), (10, 2), (30, 3), (100, 1))
STOPS = (5, 10, 20, 50, 100)


def report(*, quick: bool) -> tuple[str, list[Gap], str]:
    """All measurements: (markdown, gaps for the charts, page of the simulated day)."""
    accelerate()
    few = 10 if quick else 1
    parts = [_head(quick)]
    for part in PARTS.values():
        text = part(few)
        parts.append(text)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    gaps = cases.methods(CELLS, STOPS, max(2, 20 // few))
    parts.append(_methods(gaps))
    day, page = _day(few)
    parts.append(day)
    sys.stdout.write(parts[-2] + "\n" + day + "\n")
    return "\n".join(parts), gaps, page


def _head(quick: bool) -> str:
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    size = ", a tenth of the cases" if quick else ""
    return (
        "# The router, measured\n\nMade by `gemba bench routing`. CPU time of one thread, after one call to warm up"
        f"{size}; {machine}. Seeds are 0, 1, 2, … unless named.\n"
    )


def _rounds(few: int) -> str:
    compared, wrong = cases.small_against_held_karp(1000 // few)
    count, shorter, equal = cases.large_against_others(500 // few)
    rows = [f"| {name} | {shorter[name]} | {equal[name]} |" for name in shorter]
    return "\n".join(
        [
            "## Rounds are right\n",
            (
                f"{compared} random small floors (1-5 blocks, closures, uneven aisles, start and end apart) against "
                f"Held-Karp: **{wrong} mismatches**.\n"
            ),
            f"{count} rounds of 20-100 stops (seeds 10000, …), each re-walked by the checker at its claimed length:\n",
            "| other solver | shorter than exact | as short |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _times(few: int) -> str:
    cells = (
        (10, 1, 30),
        (10, 2, 30),
        (30, 3, 30),
        (100, 1, 100),
        (200, 2, 100),
        (200, 3, 100),
        (20, 5, 30),
        (30, 5, 100),
    )
    rows = cases.times(cells, 202 // few)
    lines = [
        f"| {floor} | {stops} | {mid:.2f} | {p99:.2f} | {away:.2f} |" for floor, stops, mid, p99, away in rows
    ]
    return "\n".join(
        [
            "## Proved rounds in milliseconds\n",
            "Order, legs and the independent check included; aisles x blocks.\n",
            "| floor | stops | median | p99 | p99, start elsewhere |",
            "|---|---|---|---|---|",
            *lines,
            "",
        ]
    )


def _graphs(few: int) -> str:
    rows = []
    floors = (("ragged", cases.ragged_round), ("one-way racks", cases.racks_round))
    for name, floor in floors:
        for stops, count in ((30, 100 // few), (100, 30 // few)):
            found = cases.any_graph(floor, stops, count)
            rows.append(
                f"| {name} | {stops} | {count} | {found.best:.1%} | {found.gap:.3%} | {found.mean:.1f} | {found.worst:.1f} |"
            )
    return "\n".join(
        [
            "## Any graph\n",
            "Ragged: 400 nodes, a third of the ways missing, some one-way. One-way racks: 12 aisles x 2 blocks, most sub-aisles",
            "one-way. The whole default round (search, bound, legs, check) on a floor whose walks are known. 30 stops against the",
            "optimum, proved by cutting planes; 100 stops against the best of OR-Tools (guided local search) and two searches",
            "forty times as long.\n",
            "| floor | stops | rounds | best known | mean gap | mean ms | worst ms |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _replans(few: int) -> str:
    del few
    rows = [
        f"| {event} | {ours:.1f} | {worst:.1f} | "
        + (f"{device:.1f} | {slowest:.1f} | {differ} |" if device is not None else "no node | | |")
        for event, ours, worst, device, slowest, differ in replans()
    ]
    return "\n".join(
        [
            "## Planned again\n",
            "12 aisles x 2 blocks, 40 open stops, the picker somewhere in an aisle; each event 50 times. The server as an API process",
            "(neither numba nor OR-Tools loaded), the device's own solver in node; milliseconds.\n",
            "| event | server, median | worst | device, median | worst | lengths that differ |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _bins(few: int) -> str:
    middle, worst = waves_and_bins.bin_choice(40 // few)
    return f"## Bins\n\nOne load among 50,000 bins, all rules: {middle:.1f} ms (worst {worst:.1f} ms).\n"


def _batches(few: int) -> str:
    del few
    suites = ((10, 1, 100_000), (10, 2, 100_000), (30, 3, 45_000))
    waves = [
        f"| {floor} | {first:.0f} | {saved:.0f} ({1 - saved / first:.1%}) | **{ours:.0f} ({1 - ours / first:.1%})** | {spent:.1f} |"
        for floor, first, saved, ours, spent in waves_and_bins.batching(suites)
    ]
    proved = [
        f"| {floor} | {orders} | {totes} | {metres:.1f} | {bound:.1f} | {'yes' if sure else f'{1 - bound / metres:.2%} gap'} | {spent:.1f} |"
        for floor, orders, totes, metres, bound, sure, spent in waves_and_bins.proved_waves()
    ]
    return "\n".join(
        [
            "## Waves\n",
            "200 orders of 1-10 lines, carts of 40 lines, seed 1; metres of the whole wave.\n",
            "| floor | first come | savings | annealing | CPU s |",
            "|---|---|---|---|---|",
            *waves,
            "\nSmall waves to proof (seed 5): all batches the cart allows are priced, and the best choice among them proved.\n",
            "| floor | orders | totes | metres | bound | proved | CPU s |",
            "|---|---|---|---|---|---|---|",
            *proved,
            "",
        ]
    )


def _methods(gaps: Sequence[Gap]) -> str:
    rows = [
        f"| {g.method} | {g.layout} | {g.stops} | {g.gap:.1%} | {g.optimal:.0%} | {g.milliseconds:.2f} |"
        for g in gaps
    ]
    return "\n".join(
        [
            "## Against other ways to walk\n",
            "![Gap to the proved optimum](pictures/routing-gap.svg)\n",
            "![CPU time](pictures/routing-time.svg)\n",
            "| method | floor | stops | mean gap | optimal | ms |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _day(few: int) -> tuple[str, str]:
    compared = simulate(demo_floor(), Settings(orders=10_000 // few, pickers=max(2, 20 // few)))
    rows = [f"| {name} | {old} | {new} |" for name, (old, new) in totals([compared.old, compared.new])]
    text = "\n".join(
        [
            "## A simulated day\n",
            (
                f"{compared.settings.orders} orders, {compared.settings.pickers} pickers, seed {compared.settings.seed}: "
                f"**{compared.saved:.1%} less walking**. [The page](pictures/simulated-day.html)\n"
            ),
            f"| | {compared.old.name} | {compared.new.name} |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
    return text, compared.html()


PARTS: dict[str, Callable[[int], str]] = {
    "rounds": _rounds,
    "times": _times,
    "graphs": _graphs,
    "replans": _replans,
    "bins": _bins,
    "batches": _batches,
}


def measured_anew(told: str, names: Sequence[str]) -> str:
    """The report with some of its parts measured again, each in its place (a new one before the bins)."""
    accelerate()
    for name in names:
        part = PARTS[name](1)
        sys.stdout.write(part + "\n")
        heading = part.split("\n", 1)[0]
        begin = told.find(heading + "\n")
        if begin < 0:
            begin = end = told.index("## Bins\n")
        else:
            end = told.index("\n## ", begin) + 1
        told = told[:begin] + part + "\n" + told[end:]
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write docs/routing.md, its charts and the page of the day."""
    parser = argparse.ArgumentParser(prog="gemba bench routing")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=(), help="measure these parts of the report anew"
    )
    chosen = parser.parse_args(arguments)
    page_of_all = chosen.docs / "routing.md"
    if chosen.only:
        page_of_all.write_text(
            measured_anew(page_of_all.read_text(encoding="utf-8"), chosen.only), encoding="utf-8"
        )
        return 0
    text, gaps, page = report(quick=chosen.quick)
    pictures = chosen.docs / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    page_of_all.write_text(text, encoding="utf-8")
    (pictures / "routing-gap.svg").write_text(chart(gaps, "gap"), encoding="utf-8")
    (pictures / "routing-time.svg").write_text(chart(gaps, "time"), encoding="utf-8")
    (pictures / "simulated-day.html").write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
