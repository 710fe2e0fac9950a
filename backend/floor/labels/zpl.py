"""Labels for Zebra printers: one graphic field a label, packed as the ZPL II Programming Guide says under ^GF.

The dots are ours, so every printer that speaks ZPL prints the same label in any language, whatever fonts it holds.
"""

from itertools import groupby
from typing import Final

import numpy as np

from backend.floor.labels.layout import Label
from backend.floor.labels.raster import Dots, raster

_ONES: Final = "GHIJKLMNOPQRSTUVWXY"  # 1 to 19 times
_TWENTIES: Final = "ghijklmnopqrstuvwxyz"  # 20 to 400 times
_CONTROL: Final = str.maketrans("^~", "  ")


def zpl(labels: list[Label], resolution: int, copies: int = 1) -> str:
    """The labels one after another, each `copies` times, for a printer of 203 or 300 dots an inch."""
    return "\n".join(_format(label, raster(label, resolution), copies) for label in labels)


def _format(label: Label, dots: Dots, copies: int) -> str:
    height, width = dots.shape
    packed = np.packbits(dots, axis=1)
    row_bytes = packed.shape[1]
    about = label.about.translate(_CONTROL).encode("ascii", "replace").decode()
    quantity = f"^PQ{copies}" if copies > 1 else ""
    return (
        f"^XA^FX {about}^FS^PW{width}^LL{height}^LH0,0"
        f"^FO0,0^GFA,{packed.size},{packed.size},{row_bytes},{_compressed(packed)}^FS{quantity}^XZ"
    )


def _compressed(packed: Dots) -> str:
    """Hexadecimal with runs: a count before a digit, `,` and `!` for the rest of a row, `:` for the row before again."""
    rows: list[str] = []
    before = ""
    for row in packed:
        digits = row.tobytes().hex().upper()
        rows.append(":" if digits == before else _row(digits))
        before = digits
    return "".join(rows)


def _row(digits: str) -> str:
    body, end = digits, ""
    for filler, mark in (("0", ","), ("F", "!")):
        if digits.endswith(filler):
            body, end = digits.rstrip(filler), mark
    return "".join(_run(digit, len(list(run))) for digit, run in groupby(body)) + end


def _run(digit: str, times: int) -> str:
    if times == 1:
        return digit
    code = ""
    while times >= 20:
        twenties = min(times // 20, len(_TWENTIES))
        code += _TWENTIES[twenties - 1]
        times -= twenties * 20
    return code + (_ONES[times - 1] if times else "") + digit
