"""`python -m scanning FILE…` prints one reading a line as JSON; `--draw` also writes FILE.read.png with boxes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from scanning import FORMATS, read
from scanning.draw import draw


class _Line(msgspec.Struct):
    file: str
    reading: msgspec.Raw


def main(arguments: list[str] | None = None) -> int:
    """Reads the files named; the exit code is 1 when nothing confirmed was found in any of them."""
    asked = argparse.ArgumentParser(prog="python -m scanning", description=__doc__)
    asked.add_argument("files", nargs="+", type=Path, metavar="FILE")
    asked.add_argument("--formats", help=f"comma-separated, of {', '.join(sorted(FORMATS))}")
    asked.add_argument("--expected", action="append", help="a text that is waited for; may be repeated")
    asked.add_argument("--live", action="store_true", help="as a live frame: fewer pixels, less time")
    asked.add_argument("--draw", action="store_true", help="write FILE.read.png with the symbols drawn in")
    options = asked.parse_args(arguments)
    formats = options.formats.split(",") if options.formats else None
    found = False
    for file in options.files:
        data = file.read_bytes()
        reading = read(
            data,
            formats=formats,
            expected=options.expected,
            still=not options.live,
            budget_ms=150 if options.live else 600,
        )
        found |= bool(reading.confirmed)
        print(msgspec.json.encode(_Line(str(file), msgspec.Raw(msgspec.json.encode(reading)))).decode())
        if options.draw and reading.error is None:
            file.with_suffix(".read.png").write_bytes(draw(data, reading))
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
