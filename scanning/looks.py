"""What one engine saw once: the unit of evidence that the confirm rule weighs."""

from __future__ import annotations

from typing import Literal

import msgspec

Engine = Literal["zxing", "zbar", "bars"]
Family = Literal["plain", "crop", "contrast", "sharpened", "turned", "clear", "very-clear", "other-rows"]


class Look(msgspec.Struct, frozen=True):
    """One engine having read a text in one variant of one frame."""

    engine: Engine
    family: Family
    frame: int = 0
