"""`python -m scanning.bench --data DIR --stress --films --pool` measures reading; exit code 1 on a wrong fact."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from scanning.bench.run import PICTURE, bench


def main(arguments: list[str] | None = None) -> int:
    """Runs what is asked for; the exit code is 1 when anything wrong was confirmed."""
    asked = argparse.ArgumentParser(prog="python -m scanning.bench", description=__doc__)
    asked.add_argument("--data", type=Path, help="folder with photographs and their manifest.json")
    asked.add_argument("--also", type=Path, help="JSON of genuine texts the manifest lacks, by file")
    asked.add_argument("--worn", type=int, metavar="SEED", help="make each photograph harder first")
    asked.add_argument(
        "--packs", type=int, metavar="SEED", help="drawn packs: on cans, wrapped, torn, dim, far"
    )
    asked.add_argument("--stress", action="store_true", help="drawn codes under stress, with a chart")
    asked.add_argument("--films", action="store_true", help="twelve drawn films")
    asked.add_argument("--pool", action="store_true", help="two workers against one")
    asked.add_argument("--picture", type=Path, default=PICTURE, help="where the chart is written")
    options = asked.parse_args(arguments)
    if not (options.data or options.packs is not None or options.stress or options.films or options.pool):
        asked.error("say what to measure: --data DIR, --packs SEED, --stress, --films or --pool")
    report = bench(
        options.data,
        also=options.also,
        worn_seed=options.worn,
        packs_seed=options.packs,
        with_stress=options.stress,
        with_films=options.films,
        with_pool=options.pool,
        picture=options.picture,
    )
    return 1 if report.confirmed_wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main())
