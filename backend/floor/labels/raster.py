"""A label as dots of one printer: every module is a whole number of dots, so that no bar is ever blurred.

All forms (PNG, ZPL, PDF) are made of these dots, so what a test reads back is what comes out of the printer. Text is drawn
with OpenCV's own fonts: Latin, Greek and Cyrillic with a slashed zero, and Chinese, whatever fonts the machine has.
"""

import threading
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backend.floor.labels.layout import Bar, Code, Label, Text
from backend.floor.labels.symbols import Modules, encode

Dots = NDArray[np.uint8]
"""Rows of dots, 1 for black."""

RESOLUTIONS: Final = {203: 8, 300: 12, 600: 24}
"""Dots a millimetre by the resolution's usual name."""

_INK: Final = 128
_LINE: Final = 0.88  # of a box's height: leaves room for what hangs below the line
_SMALLEST_TEXT: Final = 0.4
_TRIAL: Final = 40  # a size to compare widths at
_CHINESE: Final = "\u2e80"  # and beyond: a line may break before each
_FONT = threading.local()  # a font face is not safe to share between threads


class DoesNotFit(ValueError):
    """A symbol would have to be printed too fine to be read; the label needs another form or less content."""


def raster(label: Label, resolution: int) -> Dots:
    """The label's dots at 203, 300 or 600 dots an inch.

    Raises:
        NotEncodable: a symbol cannot hold its text.
        DoesNotFit: a symbol does not fit its box at a readable size.
    """
    scale = RESOLUTIONS[resolution]
    dots: Dots = np.zeros((_round(label.height, scale), _round(label.width, scale)), dtype=np.uint8)
    for element in label.elements:
        match element:
            case Text():
                _draw_text(dots, element, scale)
            case Code():
                _draw_code(dots, element, scale)
            case Bar():
                top, left = _round(element.y, scale), _round(element.x, scale)
                dots[
                    top : top + _round(element.height, scale), left : left + _round(element.width, scale)
                ] = 1
    return dots


def _round(millimetres: float, scale: int) -> int:
    return round(millimetres * scale)


def module_dots(code: Code, modules: Modules, scale: int) -> int:
    """How many dots wide a module becomes: the wished width where it fits, else the widest that does.

    Raises:
        DoesNotFit: even the smallest readable module is too wide.
    """
    left, right, _ = modules.quiet
    fits = _round(code.width, scale) // (modules.width + left + right)
    if not modules.linear:
        _, _, around = modules.quiet
        fits = min(fits, _round(code.height, scale) // (len(modules.rows) + 2 * around))
    chosen = min(fits, max(1, round(code.module * scale)))
    if chosen < code.smallest * scale:
        raise DoesNotFit(f"{code.kind} of {code.text[:40]!r} does not fit {code.width} x {code.height} mm")
    return chosen


def _draw_code(dots: Dots, code: Code, scale: int) -> None:
    modules = encode(code.kind, code.text)
    size = module_dots(code, modules, scale)
    drawn = np.array(modules.rows, dtype=np.uint8).repeat(size, axis=1)
    drawn = drawn.repeat(_round(code.height, scale) if modules.linear else size, axis=0)
    left, right, _ = modules.quiet
    spare = _round(code.width, scale) - drawn.shape[1] - (left + right) * size
    x = _round(code.x, scale) + left * size + spare // 2
    y = _round(code.y, scale) + (_round(code.height, scale) - drawn.shape[0]) // 2
    dots[y : y + drawn.shape[0], x : x + drawn.shape[1]] = drawn


def _draw_text(dots: Dots, text: Text, scale: int) -> None:
    import cv2

    box = dots[
        _round(text.y, scale) : _round(text.y + text.height, scale),
        _round(text.x, scale) : _round(text.x + text.width, scale),
    ]
    height, width = box.shape
    canvas = np.full((height, width), 255, dtype=np.uint8)
    lines = lines_of(text, width, height)
    high = height / len(lines)
    for place, line in enumerate(lines):
        x = {"left": 0, "centre": (width - line.taken) // 2, "right": width - line.taken}[text.align]
        # Capitals of these fonts are some 0.72 of the size high: the line's middle comes to its part's middle.
        y = round((2 * place + 1) * high / 2 + 0.36 * line.size)
        cv2.putText(canvas, line.words, (x, y), 0, _font(), line.size, text.weight)
    drawn = (canvas < _INK).astype(np.uint8)
    box[:] = 1 - drawn if text.inverse else box | drawn


class Line(NamedTuple):
    """A line of text as it will stand: its size and how wide it runs, in dots."""

    words: str
    size: int
    taken: int


def lines_of(text: Text, width: int, height: int) -> list[Line]:
    """The text on one line, or on two where it may and comes out larger or less shortened so; width and height in dots."""
    whole = _fitted(text.text, text.weight, width, height)
    if text.lines == 1 or whole.size >= round(height * _LINE):
        return [whole]
    halves = [_fitted(half, text.weight, width, height // 2) for half in _halved(text.text, text.weight)]
    size = min(half.size for half in halves)
    if size < whole.size and whole.words == text.text:
        return [whole]
    return [Line(half.words, size, _measure(half.words, size, text.weight)) for half in halves]


def _halved(words: str, weight: int) -> tuple[str, str]:
    """The words in two lines of much the same width: parted at a space, or between Chinese characters."""
    places = [
        at for at in range(1, len(words)) if words[at] == " " or min(words[at - 1 : at + 1]) >= _CHINESE
    ]
    whole = _measure(words, _TRIAL, weight)
    at = min(
        places, key=lambda at: abs(2 * _measure(words[:at], _TRIAL, weight) - whole), default=len(words) // 2
    )
    return words[:at].rstrip(), words[at:].lstrip()


def _fitted(words: str, weight: int, width: int, height: int) -> Line:
    """The words as one line: smaller if need be, then shorter."""
    size = round(height * _LINE)
    least = max(1, round(height * _SMALLEST_TEXT))
    taken = _measure(words, size, weight)
    if taken > width:
        size = max(least, size * width // taken + 1)
        taken = _measure(words, size, weight)
    while taken > width and size > least:  # a font does not shrink by quite the same share as its size
        size -= 1
        taken = _measure(words, size, weight)
    while taken > width and len(words) > 1:
        words = words.removesuffix("…")[:-1].rstrip() + "…"
        taken = _measure(words, size, weight)
    return Line(words, size, taken)


def _measure(words: str, size: int, weight: int) -> int:
    import cv2

    if not words:
        return 0
    _, _, width, _ = cv2.getTextSize((1, 1), words, (0, 0), _font(), size, weight)
    return int(width) + 1


def _font() -> Any:
    import cv2

    if not hasattr(_FONT, "sans"):
        _FONT.sans = cv2.FontFace("sans")
    return _FONT.sans
