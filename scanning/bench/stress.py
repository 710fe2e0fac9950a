"""Drawn codes under one stress at a time, harder step by step, until reading fails.

The value of a stress is its last level at which at least five of six codes are read exactly and nothing wrong is
confirmed. Seeds are fixed, so a run repeats itself.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from scanning import gs1
from scanning.bench.photographs import says
from scanning.bench.render import modules, resized
from scanning.ladder import read
from scanning.symbols import comparable

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanning.engines import Grey

CODES: Final = ("Code128", "EAN13", "ITF", "GS1-128", "QR", "DataMatrix")
EACH: Final = 6
Sheet = npt.NDArray[np.float32]
ENOUGH: Final = 5
DARK, LIGHT, NOISE = 40.0, 190.0, 1.5
PIXELS: Final = 3.0


class Cell(msgspec.Struct):
    """How many of six codes were read at one level of one stress."""

    stress: str
    code: str
    level: float
    read: int
    confirmed_wrong: int = 0


class Stress(msgspec.Struct, frozen=True):
    """A named row of levels from easy to hard; `floors` is what published engines reach, by code."""

    name: str
    levels: tuple[float, ...]
    floors: dict[str, float]


ANGLES: Final = tuple(float(angle) for angle in range(0, 91, 10))
STRESSES: Final = (
    Stress(
        "pixels per module",
        (3.0, 2.5, 2.0, 1.75, 1.5, 1.2),
        {"Code128": 1.2, "EAN13": 1.5, "ITF": 1.2, "GS1-128": 1.5, "QR": 1.5, "DataMatrix": 1.5},
    ),
    Stress(
        "blur, modules",
        (0.2, 0.3, 0.5, 0.7, 0.9),
        {"Code128": 0.5, "EAN13": 0.5, "ITF": 0.5, "GS1-128": 0.5, "QR": 0.5, "DataMatrix": 0.3},
    ),
    Stress(
        "motion blur, modules",
        (0.67, 1.0, 1.33, 1.67, 2.0),
        {"Code128": 1.33, "EAN13": 1.33, "ITF": 1.67, "GS1-128": 1.33, "QR": 1.33, "DataMatrix": 1.33},
    ),
    Stress(
        "contrast",
        (0.3, 0.15, 0.08, 0.05, 0.04),
        {"Code128": 0.05, "EAN13": 0.05, "ITF": 0.05, "GS1-128": 0.05, "QR": 0.05, "DataMatrix": 0.08},
    ),
    Stress(
        "noise, sd of 150",
        (5, 10, 15, 30, 40),
        {"Code128": 15, "EAN13": 30, "ITF": 30, "GS1-128": 30, "QR": 15, "DataMatrix": 15},
    ),
    Stress("rotation, degrees", ANGLES, dict.fromkeys(CODES, 90.0)),
    Stress(
        "perspective, degrees",
        (20, 40, 50, 60, 70),
        {"Code128": 60, "EAN13": 60, "ITF": 60, "GS1-128": 60, "QR": 70, "DataMatrix": 60},
    ),
    Stress(
        "JPEG quality",
        (40, 20, 10, 5),
        {"Code128": 5, "EAN13": 5, "ITF": 5, "GS1-128": 5, "QR": 5, "DataMatrix": 5},
    ),
)


def texts(code: str, count: int = EACH, seed: int = 7) -> list[str]:
    """So many texts a warehouse would print in this symbology."""
    draw = random.Random(f"{code}{seed}")

    def digits(number: int) -> str:
        return "".join(draw.choice("0123456789") for _ in range(number))

    def key(number: int) -> str:
        body = digits(number - 1)
        return body + gs1.check_digit(body)

    kinds: dict[str, Callable[[], str]] = {
        "EAN13": lambda: key(13),
        "EAN8": lambda: key(8),
        "UPCA": lambda: key(12),
        "ITF": lambda: key(14),
        "GS1-128": lambda: (
            f"(01){key(14)}(17)27{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}(10){digits(6)}"
        ),
        "QR": lambda: f"https://id.gs1.org/01/{key(14)}/21/{digits(6)}",
        "Codabar": lambda: f"A{digits(8)}A",
        "DataBar": lambda: key(14),
    }
    return [kinds.get(code, lambda: f"BIN-{digits(2)}-{digits(4)}")() for _ in range(count)]


def picture(code: str, text: str, stress: str, level: float, seed: int) -> tuple[Grey, int]:
    """A grey picture of one code under one stress, and the JPEG quality to store it with (0 keeps it exact)."""
    noise = np.random.default_rng(seed)
    pixels = level if stress == "pixels per module" else 2.5 if stress == "JPEG quality" else PIXELS
    ink = resized(modules(code, text), pixels).astype(np.float32) / 255
    sheet: Sheet = np.pad(
        np.asarray(DARK + (LIGHT - DARK) * ink, np.float32), round(8 * pixels), constant_values=LIGHT
    )
    spread = NOISE
    if stress == "blur, modules":
        sheet = np.asarray(cv2.GaussianBlur(sheet, (0, 0), level * pixels), np.float32)
    elif stress == "motion blur, modules":
        sheet = _moved(sheet, level * pixels)
    elif stress == "contrast":
        sheet = np.asarray(115 + (sheet - (DARK + LIGHT) / 2) / (LIGHT - DARK) * 255 * level, np.float32)
    elif stress == "noise, sd of 150":
        spread = level
    elif stress == "rotation, degrees":
        sheet = _rotated(sheet, level + 3 * noise.random())
    elif stress == "perspective, degrees":
        sheet = _tilted(sheet, level)
    grey = np.clip(sheet + noise.normal(0, spread, sheet.shape), 0, 255).astype(np.uint8)
    return grey, round(level) if stress == "JPEG quality" else 0


def _moved(sheet: Sheet, length: float) -> Sheet:
    """Blurred by a straight movement of so many pixels across the bars."""
    fine = 8
    wide = cv2.resize(sheet, None, fx=fine, fy=1, interpolation=cv2.INTER_LINEAR)
    wide = cv2.blur(wide, (max(1, round(length * fine)), 1))
    return np.asarray(
        cv2.resize(wide, (sheet.shape[1], sheet.shape[0]), interpolation=cv2.INTER_AREA), np.float32
    )


def _rotated(sheet: Sheet, degrees: float) -> Sheet:
    height, width = sheet.shape
    side = int(np.hypot(height, width)) + 8
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), np.float64)
    matrix[:, 2] += side / 2 - np.array([width, height]) / 2
    return np.asarray(
        cv2.warpAffine(sheet, matrix, (side, side), flags=cv2.INTER_CUBIC, borderValue=LIGHT), np.float32
    )


def _tilted(sheet: Sheet, degrees: float) -> Sheet:
    """Seen from the side: turned about its upright axis, from a distance of three times its width."""
    height, width = sheet.shape
    angle, distance = np.radians(degrees), 3.0 * width
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) / 2
    depth = distance + corners[:, 0] * np.sin(angle)
    seen = np.stack([corners[:, 0] * np.cos(angle), corners[:, 1]], 1) * (distance / depth)[:, None]
    seen *= width / max(float(np.ptp(seen[:, 0])), 1.0)  # as near as the picture allows
    shift = np.array([width, float(np.ptp(seen[:, 1]))]) / 2
    matrix = cv2.getPerspectiveTransform(
        (corners + np.array([width, height]) / 2).astype(np.float32), (seen + shift).astype(np.float32)
    )
    size = (width, round(float(np.ptp(seen[:, 1]))))
    return np.asarray(
        cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_AREA, borderValue=LIGHT), np.float32
    )


def stored(grey: Grey, quality: int) -> bytes:
    """The picture as PNG, or as JPEG of a quality."""
    if quality:
        return cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
    return cv2.imencode(".png", grey, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def run_cell(stress: str, code: str, level: float, count: int = EACH) -> Cell:
    """Reads so many codes of one kind at one level."""
    cell = Cell(stress, code, level, 0)
    for number, text in enumerate(texts(code, count)):
        truth = comparable(text)
        reading = read(stored(*picture(code, text, stress, level, seed=number)))
        cell.read += any(truth in says(symbol) for symbol in reading.symbols)
        cell.confirmed_wrong += any(truth not in says(symbol) for symbol in reading.confirmed)
    return cell


def bench_stress(codes: tuple[str, ...] = CODES, stresses: tuple[Stress, ...] = STRESSES) -> list[Cell]:
    """Every stress at every level for every code; levels after two failures in a row are not tried (but angles all are)."""
    cells = []
    for stress in stresses:
        for code in codes:
            failures = 0
            for level in stress.levels:
                if failures < 2 or stress.name.startswith("rotation"):
                    cells.append(run_cell(stress.name, code, level))
                    failures = failures + 1 if cells[-1].read < ENOUGH else 0
    return cells


def reached(cells: list[Cell], stress: Stress, code: str) -> float | None:
    """The last level before the first failure; None when even the easiest fails."""
    level = None
    for cell in (c for c in cells if c.stress == stress.name and c.code == code):
        if cell.read < ENOUGH:
            break
        level = cell.level
    return level


def short_of(cells: list[Cell], stresses: tuple[Stress, ...] = STRESSES) -> list[str]:
    """Where reading stays behind the published engines' level."""
    behind = []
    for stress in stresses:
        for code, floor in stress.floors.items():
            mine = [c for c in cells if c.stress == stress.name and c.code == code]
            level = reached(cells, stress, code)
            if mine and (level is None or stress.levels.index(level) < stress.levels.index(floor)):
                behind.append(f"{code}, {stress.name}: {level} reached, {floor} is the floor")
    return behind


def table(cells: list[Cell], stresses: tuple[Stress, ...] = STRESSES) -> str:
    """The last level reached, by stress and code, with the floor in brackets."""
    codes = list(dict.fromkeys(cell.code for cell in cells))
    lines = [f"{'':24}" + "".join(f"{code:>16}" for code in codes)]
    for stress in stresses:
        row = f"{stress.name:24}"
        for code in codes:
            level, floor = reached(cells, stress, code), stress.floors.get(code)
            row += (
                f"{('-' if level is None else f'{level:g}') + ('' if floor is None else f' ({floor:g})'):>16}"
            )
        lines.append(row)
    lines.append(f"confirmed wrong: {sum(cell.confirmed_wrong for cell in cells)}")
    return "\n".join([*lines, *short_of(cells, stresses)])
