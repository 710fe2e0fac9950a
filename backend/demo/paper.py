"""What a ZPL printer makes of graphic fields: written from the ZPL II Programming Guide's words, not from our packing of them."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np

from backend.floor.labels.raster import Dots

FORMAT: Final = re.compile(r"\^XA.*?\^XZ", re.DOTALL)
_FIELD: Final = re.compile(r"\^PW(\d+)\^LL(\d+).*?\^GFA,(\d+),(\d+),(\d+),([^\^]+)\^FS", re.DOTALL)
_COPIES: Final = re.compile(r"\^PQ(\d+)")
_COUNT: Final = {code: times for times, code in enumerate("GHIJKLMNOPQRSTUVWXY", start=1)} | {
    code: 20 * times for times, code in enumerate("ghijklmnopqrstuvwxyz", start=1)
}


class Paper(msgspec.Struct, frozen=True):
    """One format as it comes out: its dots (height x width, 1 is black) and how often."""

    dots: Dots
    copies: int


def printed(zpl: str) -> Iterator[Paper]:
    """The labels of a stream, in their order.

    Raises:
        ValueError: a graphic field does not hold what it says.
    """
    for found in FORMAT.finditer(zpl):
        field = _FIELD.search(found[0])
        if field is None:
            continue
        width, height, size, total, row_bytes = map(int, field.groups()[:5])
        rows = _rows(field[6], row_bytes * 2)
        if not (size == total == row_bytes * height and len(rows) == height):
            raise ValueError(f"{len(rows)} rows of {row_bytes} bytes are not {size} bytes of {height} rows")
        packed = np.array([list(bytes.fromhex(row)) for row in rows], dtype=np.uint8)
        copies = _COPIES.search(found[0])
        yield Paper(np.unpackbits(packed, axis=1)[:, :width], int(copies[1]) if copies else 1)


def _rows(data: str, digits: int) -> list[str]:
    """Rows of hexadecimal digits, unfolded: counts, `,` and `!` for the rest of a row, `:` for the row before again."""
    rows: list[str] = []
    row, times = "", 0
    for sign in data:
        if sign in _COUNT:
            times += _COUNT[sign]
            continue
        if sign == ":":
            row = rows[-1] if rows and not row else "x" * (digits + 1)
        elif sign in ",!":
            row = row.ljust(digits, "0" if sign == "," else "F")
        else:
            row += sign * max(1, times)
        times = 0
        if len(row) > digits:
            raise ValueError("a row is longer than the field is wide")
        if len(row) == digits:
            rows.append(row)
            row = ""
    if row:
        raise ValueError("the last row is not whole")
    return rows
