"""Draws the stress results as one SVG: a panel a stress, a row a code, a square a level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from scanning.bench.stress import EACH, STRESSES, Stress

if TYPE_CHECKING:
    from scanning.bench.stress import Cell

SQUARE, GAP, NAME, PANEL, TOP = 34, 2, 92, 480, 56
_SHADES: Final = ("#b3261e", "#d7604a", "#eda184", "#f3d9a4", "#c7d68a", "#7fb069", "#2e7d32")


def chart(cells: list[Cell], stresses: tuple[Stress, ...] = STRESSES) -> str:
    """The SVG text. A ring marks the level the best published engine reaches."""
    codes = list(dict.fromkeys(cell.code for cell in cells))
    height = TOP + (len(codes) + 2) * (SQUARE + GAP)
    rows = -(-len(stresses) // 2)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * PANEL + 20} {rows * height + 70}"'
            ' font-family="sans-serif" font-size="13" role="img"'
            ' aria-label="How many of six drawn codes are read as each stress grows">'
        ),
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        '<text x="16" y="28" font-size="18" font-weight="bold">Codes read of six, as the stress grows to the right</text>',
        '<text x="16" y="48" fill="#444">A ring is the level the best of zxing-cpp and zbar reaches by itself.</text>',
    ]
    for number, stress in enumerate(stresses):
        x, y = 16 + (number % 2) * PANEL, 64 + (number // 2) * height
        parts += _panel(cells, stress, codes, x, y)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(cells: list[Cell], stress: Stress, codes: list[str], x: int, y: int) -> list[str]:
    parts = [f'<text x="{x}" y="{y + 22}" font-weight="bold">{escape(stress.name)}</text>']
    step = SQUARE + GAP
    for column, level in enumerate(stress.levels):
        parts.append(
            f'<text x="{x + NAME + column * step + SQUARE / 2}" y="{y + 42}" text-anchor="middle"'
            f' fill="#444">{level:g}</text>'
        )
    for row, code in enumerate(codes):
        top = y + TOP + row * step
        parts.append(f'<text x="{x}" y="{top + 22}">{escape(code)}</text>')
        for column, level in enumerate(stress.levels):
            parts += _square(cells, stress, code, level, x + NAME + column * step, top)
    return parts


def _square(cells: list[Cell], stress: Stress, code: str, level: float, x: int, y: int) -> list[str]:
    cell = next((c for c in cells if (c.stress, c.code, c.level) == (stress.name, code, level)), None)
    fill = "#eeeeee" if cell is None else _SHADES[cell.read * (len(_SHADES) - 1) // EACH]
    parts = [f'<rect x="{x}" y="{y}" width="{SQUARE}" height="{SQUARE}" rx="4" fill="{fill}"/>']
    if cell is not None:
        ink = "#ffffff" if cell.read in (0, 1, EACH) else "#1b1b1b"
        parts.append(
            f'<text x="{x + SQUARE / 2}" y="{y + 22}" text-anchor="middle" fill="{ink}">{cell.read}</text>'
        )
    if stress.floors.get(code) == level:
        parts.append(
            f'<rect x="{x + 2}" y="{y + 2}" width="{SQUARE - 4}" height="{SQUARE - 4}" rx="3" fill="none"'
            ' stroke="#111" stroke-width="2"/>'
        )
    return parts
