"""`gemba simulate --orders 10000 --pickers 20`: a seeded day, S-shape and first come against exact rounds and waves."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .blocklayout import BlockLayout
from .compiled import accelerate
from .layout import Layout
from .simday import Outcome, Settings, make_day, run_day, totals
from .simpage import page

__all__ = ["Comparison", "demo_floor", "main", "simulate"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both outcomes of one day on one floor."""

    layout: BlockLayout
    settings: Settings
    old: Outcome
    new: Outcome

    @property
    def saved(self) -> float:
        """The share of walking saved."""
        return 1 - self.new.metres / self.old.metres

    def table(self) -> str:
        """The figures as text."""
        rows = [("", [self.old.name, self.new.name]), *totals([self.old, self.new])]
        lines = [f"{name:<28}{a:>24}{b:>32}" for name, (a, b) in rows]
        return "\n".join([*lines, f"walking saved: {self.saved:.1%} (seed {self.settings.seed})"])

    def html(self) -> str:
        """The page."""
        return page(self.layout, self.settings, self.old, self.new)


def demo_floor() -> BlockLayout:
    """Twenty aisles in three blocks, the depot in the middle of the front."""
    return Layout.blocks(aisles=20, blocks=3, aisle_length=24.0, pitch=4.0, depot="front-centre")


def simulate(
    layout: BlockLayout,
    settings: Settings,
    *,
    progress: Callable[[str, float], None] = lambda _name, _share: None,
) -> Comparison:
    """The same day worked twice. Deterministic: no clock, one seed. Call `accelerate()` before for a large day."""
    day = make_day(layout, settings)
    old = run_day(layout, day, settings, ours=False, progress=lambda share: progress("S-shape", share))
    new = run_day(layout, day, settings, ours=True, progress=lambda share: progress("exact", share))
    return Comparison(layout, settings, old, new)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="gemba simulate", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--pickers", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", type=Path, default=Path("simulated-day.html"))
    chosen = parser.parse_args(arguments)
    accelerate()
    compared = simulate(
        demo_floor(), Settings(orders=chosen.orders, pickers=chosen.pickers, seed=chosen.seed)
    )
    chosen.page.write_text(compared.html(), encoding="utf-8")
    sys.stdout.write(f"{compared.table()}\n{chosen.page}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
