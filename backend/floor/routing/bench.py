"""`gemba bench routing`: every figure of the router, into docs/routing.md and its charts.

Run `python -m backend.floor.routing.bench` (some ten minutes of one core; `--quick` a tenth of the cases).
"""

import argparse
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from . import benchcases as cases
from . import benchwaves as waves_and_bins
from .benchcases import Gap
from .benchchart import chart
from .jit import accelerate
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
    for part in (_rounds, _times, _graphs, _bins, _batches):
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
    for stops, count in ((30, 100 // few), (100, 30 // few)):
        best, gap, spent = cases.any_graph(stops, count)
        rows.append(f"| {stops} | {count} | {best:.1%} | {gap:.3%} | {spent:.1f} |")
    return "\n".join(
        [
            "## Any graph\n",
            "400 nodes, a third of the ways missing, some one-way; the default search against the best of two searches",
            "forty times as long.\n",
            "| stops | rounds | best known | mean gap | mean ms |",
            "|---|---|---|---|---|",
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write docs/routing.md, its charts and the page of the day."""
    parser = argparse.ArgumentParser(prog="gemba bench routing")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    chosen = parser.parse_args(arguments)
    text, gaps, page = report(quick=chosen.quick)
    pictures = chosen.docs / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    (chosen.docs / "routing.md").write_text(text, encoding="utf-8")
    (pictures / "routing-gap.svg").write_text(chart(gaps, "gap"), encoding="utf-8")
    (pictures / "routing-time.svg").write_text(chart(gaps, "time"), encoding="utf-8")
    (pictures / "simulated-day.html").write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
