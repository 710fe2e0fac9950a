"""A wall of printed labels, photographed by a phone."""

from collections.abc import Sequence

import cv2
import numpy as np

from backend.floor.labels import Label, raster
from scanning.bench.stress import stored

WIDE, HIGH = 4000, 3000


def photograph(labels: Sequence[Label], columns: int, rows: int, seed: int = 5) -> bytes:
    """Labels as their printer draws them, hung by hand in rows on a grey wall, as a JPEG of 12 megapixels."""
    random = np.random.default_rng(seed)
    wall = np.full((HIGH, WIDE), 150, np.uint8)
    for place, label in enumerate(labels):
        dots = np.where(np.asarray(raster(label, 203)) > 0, 0, 255).astype(np.uint8)
        small = cv2.resize(dots, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
        high, wide = small.shape
        turn = np.asarray(cv2.getRotationMatrix2D((wide / 2, high / 2), random.uniform(-4, 4), 1.0))
        centre = ((place % columns + 0.5) * WIDE / columns, (place // columns + 0.5) * HIGH / rows)
        turn[:, 2] += np.subtract(centre, (wide / 2, high / 2))
        paper = cv2.warpAffine(np.full_like(small, 255), turn, (WIDE, HIGH))
        wall = np.where(paper > 128, cv2.warpAffine(small, turn, (WIDE, HIGH)), wall)
    soft = cv2.GaussianBlur(wall.astype(np.float32) * 0.7 + 30, (0, 0), 0.7)
    return stored(np.clip(soft + random.normal(0, 4, wall.shape), 0, 255).astype(np.uint8), 70)
