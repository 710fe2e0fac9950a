"""`python -m scanning FILE…` prints one reading a line as JSON; `--draw` also writes FILE.read.png with boxes.

The exit code is 0 when a confirmed code was found in any file, 1 when in none, 2 when a file could not be opened, or a
picture not written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from scanning import FORMATS, Reading, Refusal, read
from scanning.draw import draw
from scanning.header import MAX_BYTES


class _Line(msgspec.Struct):
    file: str
    reading: msgspec.Raw


def main(arguments: list[str] | None = None) -> int:
    """Reads the files named; the exit code tells whether anything was found, or a file was none."""
    options = _asked(arguments)
    found = failed = False
    for file in options.files:
        data = _bytes(file)
        reading = Reading(error=data) if isinstance(data, Refusal) else _read(data, options)
        print(msgspec.json.encode(_Line(str(file), msgspec.Raw(msgspec.json.encode(reading)))).decode())
        if isinstance(data, Refusal):
            failed = True
        elif options.draw and reading.error is None:
            failed |= not _written(file.with_suffix(".read.png"), draw(data, reading))
        found |= bool(reading.confirmed)
    return 2 if failed else 0 if found else 1


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    asked = argparse.ArgumentParser(
        prog="python -m scanning",
        description="Reads the bar codes in pictures and prints what they say, a line of JSON a picture.",
        epilog="Exit code: 0 a confirmed code was found, 1 none was, 2 a file could not be opened or written.",
    )
    asked.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JPEG, PNG or WebP up to 3 MB")
    asked.add_argument("--formats", type=_formats, help=f"comma-separated, of {', '.join(sorted(FORMATS))}")
    asked.add_argument("--expected", action="append", help="a text that is waited for; may be repeated")
    asked.add_argument("--live", action="store_true", help="as a live frame: fewer pixels, less time")
    asked.add_argument("--draw", action="store_true", help="write FILE.read.png with the symbols drawn in")
    return asked.parse_args(arguments)


def _formats(text: str) -> list[str]:
    """Names as typed, in any case; raises what argparse tells a person."""
    known = {name.lower(): name for name in FORMATS}
    typed = [name.strip().lower() for name in text.split(",") if name.strip()]
    if strange := [name for name in typed if name not in known] or ([] if typed else ["nothing"]):
        raise argparse.ArgumentTypeError(
            f"{', '.join(strange)}: not a symbology; choose of {', '.join(sorted(FORMATS))}"
        )
    return [known[name] for name in typed]


def _bytes(file: Path) -> bytes | Refusal:
    """A file's bytes, never more than a picture may have and one; or why there are none."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except IsADirectoryError:
        return Refusal("a-folder", "This is a folder. Name the pictures in it: FOLDER/*.jpg")
    except OSError as error:
        return Refusal(
            "not-opened", f"The file could not be opened: {(error.strerror or str(error)).lower()}."
        )


def _written(file: Path, picture: bytes) -> bool:
    """Whether the picture could be written; if not, the person is told why."""
    try:
        file.write_bytes(picture)
    except OSError as error:
        print(f"{file} could not be written: {(error.strerror or str(error)).lower()}.", file=sys.stderr)
        return False
    return True


def _read(data: bytes, options: argparse.Namespace) -> Reading:
    return read(
        data,
        formats=options.formats,
        expected=options.expected,
        still=not options.live,
        budget_ms=150 if options.live else 600,
    )


if __name__ == "__main__":
    sys.exit(main())
