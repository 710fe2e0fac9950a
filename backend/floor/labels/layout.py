"""What a label is made of, in millimetres from its top left corner."""

from typing import Literal

import msgspec

from backend.floor.labels.symbols import Kind

Align = Literal["left", "centre", "right"]
REGULAR, BOLD = 400, 700


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """Text in a box `width` wide; it shrinks to fit, down to 0.4 of its `height`, then ends in an ellipsis.

    With two `lines` it is parted where that lets it be larger.
    """

    x: float
    y: float
    width: float
    height: float
    text: str
    weight: int = REGULAR
    align: Align = "left"
    inverse: bool = False
    lines: Literal[1, 2] = 1


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol in the middle of a box; `module` is the wished width of the narrowest bar, `smallest` the least readable."""

    x: float
    y: float
    width: float
    height: float
    kind: Kind
    text: str
    module: float
    smallest: float = 0.25


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A black rectangle: a line, or the ground of inverse text."""

    x: float
    y: float
    width: float
    height: float


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A label of one size. `about` says in a few words what it names, for a list or a printer's log."""

    about: str
    width: float
    height: float
    elements: tuple[Text | Code | Bar, ...]
