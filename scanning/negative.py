"""Bars printed light on dark: no engine reads them, so they are told by their ground and shown with greys exchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

if TYPE_CHECKING:
    from scanning.localise import Crop

DARKER: Final = 0.1  # of the greys of bars, by which their dark ground is darker than they are on the average


def is_light_on_dark(crop: Crop) -> bool:
    """Whether both margins of an upright crop are darker than its bars are on the average: print on a dark ground."""
    columns = crop.grey.mean(axis=0, dtype=np.float32)
    wide = len(columns)
    near, far = round(0.02 * wide), max(round(0.08 * wide), round(0.02 * wide) + 1)
    bars = columns[wide // 5 : -(wide // 5)]
    beside = max(float(columns[near:far].mean()), float(columns[wide - far : wide - near].mean()))
    return beside < float(bars.mean()) - DARKER * float(np.ptp(bars))


def negative(crop: Crop) -> Crop:
    """The crop with light and dark exchanged."""
    return msgspec.structs.replace(crop, grey=np.asarray(255 - crop.grey, np.uint8))
