"""Draws what was read on the picture: green where confirmed, amber where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from scanning.symbols import Reading

_GREEN, _AMBER = (60, 170, 30), (0, 160, 245)


def draw(data: bytes, reading: Reading) -> bytes:
    """The picture as PNG with a box and the text at every symbol. Raises ValueError when it cannot be decoded."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("The picture cannot be decoded.")
    width = max(2, picture.shape[1] // 300)
    for symbol in reading.symbols:
        colour = _GREEN if symbol.confirmed else _AMBER
        outline = np.array(symbol.corners, np.float32).round().astype(np.int32)
        cv2.polylines(picture, [outline], isClosed=True, color=colour, thickness=width)
        spot = (int(outline[:, 0].min()), max(12, int(outline[:, 1].min()) - 4))
        label = ("" if symbol.confirmed else "? ") + symbol.text.replace("\x1d", "|")[:60]
        size = max(0.4, picture.shape[1] / 1600)
        cv2.putText(picture, label, spot, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), width * 2 + 1)
        cv2.putText(picture, label, spot, cv2.FONT_HERSHEY_SIMPLEX, size, colour, width)
    done, png = cv2.imencode(".png", picture)
    if not done:
        raise ValueError("The picture cannot be written.")
    return png.tobytes()
