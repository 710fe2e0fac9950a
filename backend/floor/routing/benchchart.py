"""The bench's charts: one small panel per floor, one line per method."""

from collections.abc import Sequence
from math import log10

from .benchcases import Gap

__all__ = ["chart"]

COLOURS = {
    "exact": "#0f766e",
    "S-shape": "#c2410c",
    "largest gap": "#b45309",
    "nearest neighbour": "#7c3aed",
    "2-opt + Or-opt": "#2563eb",
    "OR-Tools": "#be185d",
}
WIDTH, HEIGHT, LEFT, TOP = 270.0, 220.0, 46.0, 34.0
FLOOR_MS = 0.05


def chart(gaps: Sequence[Gap], what: str) -> str:
    """An SVG of the mean gap (what = "gap", per cent) or of the CPU time ("time", logarithmic ms) by stops."""
    floors = list(dict.fromkeys(g.layout for g in gaps))
    width = len(floors) * (WIDTH + 20) + 20
    panels = "".join(_panel(gaps, floor, what, 20 + n * (WIDTH + 20)) for n, floor in enumerate(floors))
    legend = "".join(
        f'<g transform="translate({LEFT + 20 + n * 170},{HEIGHT + TOP + 44})"><rect width="14" height="4" y="-4" fill="{colour}"/>'
        f'<text x="20">{name}</text></g>'
        for n, (name, colour) in enumerate(COLOURS.items())
    )
    title = "Longer than the proved shortest round, %" if what == "gap" else "CPU milliseconds per round"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {HEIGHT + TOP + 60:.0f}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="#44403c"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="20" y="20" font-size="15" font-weight="600">{title}</text>{panels}{legend}</svg>\n'
    )


def _panel(gaps: Sequence[Gap], floor: str, what: str, left: float) -> str:
    here = [g for g in gaps if g.layout == floor]
    stops = sorted({g.stops for g in here})
    most = max(_value(g, what) for g in gaps)

    def x(count: int) -> float:
        return left + LEFT + (WIDTH - LEFT - 10) * stops.index(count) / max(1, len(stops) - 1)

    def y(value: float) -> float:
        share = (
            value / most
            if what == "gap"
            else (log10(value) - log10(FLOOR_MS)) / (log10(most) - log10(FLOOR_MS))
        )
        return TOP + 24 + (HEIGHT - 40) * (1 - share)

    marks = "".join(
        f'<text x="{x(n):.0f}" y="{HEIGHT + TOP + 6:.0f}" text-anchor="middle">{n}</text>' for n in stops
    )
    for level in [0, 25, 50, 75] if what == "gap" else [0.1, 1, 10, 100]:
        if level <= most:
            marks += f'<line x1="{left + LEFT}" x2="{left + WIDTH}" y1="{y(level):.0f}" y2="{y(level):.0f}" stroke="#e7e5e4"/>'
            marks += f'<text x="{left + LEFT - 6}" y="{y(level) + 4:.0f}" text-anchor="end">{level:g}</text>'
    lines = ""
    for name, colour in COLOURS.items():
        series = sorted((g for g in here if g.method == name), key=lambda g: g.stops)
        points = " ".join(f"{x(g.stops):.1f},{y(_value(g, what)):.1f}" for g in series)
        lines += f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{3 if name == "exact" else 1.8}"/>'
    return f'<text x="{left + LEFT}" y="{TOP + 12}" font-weight="600">{floor} (aisles x blocks)</text>{marks}{lines}'


def _value(gap: Gap, what: str) -> float:
    return gap.gap * 100 if what == "gap" else max(FLOOR_MS, gap.milliseconds)
