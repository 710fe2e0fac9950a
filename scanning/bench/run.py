"""Runs the benches and prints their tables."""

from __future__ import annotations

from pathlib import Path

import msgspec

from scanning.bench import films, packs, photographs, stress
from scanning.bench import pool as pool_bench
from scanning.bench.chart import chart

PICTURE = Path("docs/pictures/scanning-stress.svg")


class Report(msgspec.Struct):
    """What was measured; the parts not asked for are None."""

    photographs: photographs.Result | None = None
    stress: list[stress.Cell] | None = None
    films: list[films.FilmResult] | None = None
    pool: pool_bench.PoolResult | None = None
    packs: dict[str, packs.Tally] | None = None

    @property
    def confirmed_wrong(self) -> int:
        """Wrong texts told as facts, in everything measured."""
        wrong = 0
        if self.photographs:
            wrong += self.photographs.overall("gemba").confirmed_wrong
            wrong += self.photographs.overall("gemba", negative=True).confirmed_wrong
        wrong += sum(cell.confirmed_wrong for cell in self.stress or [])
        wrong += sum(len(tally.confirmed_wrong) for tally in (self.packs or {}).values())
        return wrong + sum(film.wrong for film in self.films or [])


def bench(
    data_dir: Path | str | None = None,
    *,
    also: Path | None = None,
    worn_seed: int | None = None,
    packs_seed: int | None = None,
    with_stress: bool = False,
    with_films: bool = False,
    with_pool: bool = False,
    picture: Path = PICTURE,
    say: object = print,
) -> Report:
    """Measures what is asked for and prints a table of each.

    Args:
        data_dir: A folder of photographs with a `manifest.json`.
        also: JSON with genuine texts the manifest lacks, by file.
        worn_seed: Make each photograph harder first, by this seed (see `worn.py`).
        packs_seed: Draw packs by this seed, each with one harm that photographs of goods suffer (see `packs.py`).
        with_stress: Draw codes under stress and write the chart to `picture`.
        with_films: Read twelve drawn films.
        with_pool: Compare two workers with one.
        picture: Where the chart goes.
        say: Called with each line of output.
    """
    tell = say if callable(say) else print
    report = Report()
    if data_dir is not None:
        report.photographs = photographs.bench_photographs(
            Path(data_dir), photographs.load_also(also), worn_seed
        )
        tell(photographs.table(report.photographs))
    if packs_seed is not None:
        report.packs = packs.bench_packs(packs_seed)
        tell(packs.table(report.packs))
    if with_stress:
        report.stress = stress.bench_stress()
        tell(stress.table(report.stress))
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_text(chart(report.stress), "utf-8")
        tell(f"chart: {picture}")
    if with_films:
        report.films = films.bench_films()
        tell(films.table(report.films))
    if with_pool:
        report.pool = pool_bench.bench_pool()
        tell(pool_bench.table(report.pool))
    return report
