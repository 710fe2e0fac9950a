"""The page of a simulated day: what was saved, when it was walked, where it was crowded, and one round walked twice."""

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

from .baselines import s_shape
from .blocklayout import BlockLayout
from .rounds import shortest_round
from .simday import Outcome, Settings, totals
from .values import Place, Point

__all__ = ["page"]

OLD, NEW = "var(--old)", "var(--new)"
STYLE = """
:root { color-scheme: light dark; --ink: #1c1917; --soft: #78716c; --line: #e7e5e4; --paper: #fafaf9; --card: #fff;
  --old: #c2410c; --new: #0f766e; --hot: #b91c1c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f5f5f4; --soft: #a8a29e; --line: #44403c; --paper: #1c1917; --card: #292524;
    --old: #fb923c; --new: #2dd4bf; --hot: #f87171; } }
* { box-sizing: border-box } body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 44px; line-height: 1.1; margin: 0 0 4px; letter-spacing: -0.02em; }
h2 { font-size: 20px; margin: 0 0 2px; } p { margin: 0 0 20px; color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 24px; margin: 20px 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 20px; } .pair section { margin: 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { padding: 8px 12px; text-align: right; border-top: 1px solid var(--line); } tr:first-child > * { border: 0 }
td:first-child, th:first-child { text-align: left; padding-left: 0; } th { font-weight: 600; }
svg { display: block; width: 100%; height: auto; } text { font: 12px system-ui, sans-serif; fill: var(--soft); }
.old { color: var(--old) } .new { color: var(--new) }
"""


def page(layout: BlockLayout, settings: Settings, old: Outcome, new: Outcome) -> str:
    """A whole HTML document, nothing loaded from elsewhere."""
    saved = 1 - new.metres / old.metres
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{a}</td><td>{b}</td></tr>" for name, (a, b) in totals([old, new])
    )
    stops = new.example[0] if new.example else []
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A day on the floor</title>
<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>
<h1>{saved:.0%} less walking</h1>
<p>{settings.orders:,} orders, {settings.pickers} pickers, {layout.aisles} aisles in {layout.blocks_deep} blocks;
seed {settings.seed}. The same orders, picking times and short bins, worked twice.</p>
<section><table><tr><th></th><th class="old">S-shape, first come</th><th class="new">Gemba</th></tr>{rows}</table></section>
<section><h2>Kilometres walked over the day</h2><p>Where a line ends, the last order was ready.</p>{_over_the_day(old, new)}</section>
<div class="pair"><section><h2 class="old">Waiting in aisles, before</h2><p>Seconds pickers stood behind each other.</p>
{_crowds(layout, old, max(_most(old), _most(new)))}</section>
<section><h2 class="new">Waiting in aisles, now</h2><p>The same scale.</p>
{_crowds(layout, new, max(_most(old), _most(new)))}</section></div>
<div class="pair" style="margin-top:20px">{_example(layout, stops)}</div>
</main></body></html>
"""


def _over_the_day(old: Outcome, new: Outcome) -> str:
    width, height, left, bottom = 1000, 260, 48, 28
    hours = max(old.finished, new.finished) / 3600
    top = max(old.metres, new.metres) / 1000

    def x(hour: float) -> float:
        return left + hour / hours * (width - left - 90)

    def y(km: float) -> float:
        return height - bottom - km / top * (height - bottom - 16)

    marks = [
        f'<text x="{x(hour):.0f}" y="{height - 8}" text-anchor="middle">{hour} h</text>'
        for hour in range(int(hours) + 1)
    ]
    for share in (0.5, 1.0):
        level = y(top * share)
        marks.append(
            f'<line x1="{left}" x2="{width - 90}" y1="{level:.0f}" y2="{level:.0f}" stroke="var(--line)"/>'
        )
        marks.append(f'<text x="{left - 8}" y="{level + 4:.0f}" text-anchor="end">{top * share:.0f}</text>')
    lines = []
    for outcome, colour in ((old, OLD), (new, NEW)):
        points = _cumulative(outcome, hours)
        path = " ".join(f"{x(hour):.1f},{y(km):.1f}" for hour, km in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="3"/>')
        ready, km = points[-1]
        lines.append(f'<circle cx="{x(ready):.1f}" cy="{y(km):.1f}" r="5" fill="{colour}"/>')
        lines.append(
            f'<text x="{x(ready) + 10:.0f}" y="{y(km) + 4:.0f}" style="fill:{colour}">{km:.0f} km</text>'
        )
    return f'<svg viewBox="0 0 {width} {height}" role="img">{"".join(marks + lines)}</svg>'


def _cumulative(outcome: Outcome, hours: float) -> list[tuple[float, float]]:
    points, total, step = [(0.0, 0.0)], 0.0, hours / 200
    for second, metres in sorted(outcome.walked_at):
        total += metres / 1000
        if second / 3600 >= points[-1][0] + step:
            points.append((second / 3600, total))
    return [*points, (outcome.finished / 3600, total)]


def _most(outcome: Outcome) -> float:
    return max(outcome.crowds.values(), default=1.0) or 1.0


def _frame(layout: BlockLayout) -> tuple[float, float, Callable[[Point], Point]]:
    width = 480.0
    scale = (width - 40) / (layout.xs[-1] / 1000)
    height = layout.bases[-1] / 1000 * scale * 0.6 + 40

    def place(point: Point) -> Point:
        return 20 + point[0] * scale, height - 20 - point[1] * scale * 0.6

    return width, height, place


def _crowds(layout: BlockLayout, outcome: Outcome, most: float) -> str:
    width, height, place = _frame(layout)
    bars = []
    for aisle in range(layout.aisles):
        for block in range(layout.blocks_deep):
            (x, low), (_, high) = (
                place((layout.xs[aisle] / 1000, layout.bases[block + side] / 1000)) for side in (0, 1)
            )
            strength = outcome.crowds.get((aisle, block), 0.0) / most
            bars.append(
                f'<rect x="{x - 8:.1f}" y="{high + 4:.1f}" width="16" height="{low - high - 8:.1f}" rx="3" '
                f'fill="var(--hot)" fill-opacity="{0.06 + 0.94 * strength:.2f}"/>'
            )
    return f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img">{"".join(bars)}</svg>'


def _example(layout: BlockLayout, stops: Sequence[Place]) -> str:
    """One round walked both ways."""
    if not stops:
        return ""
    by_rule = s_shape(layout, stops)
    proved = shortest_round(layout, stops)
    ways = [layout.depot, *(stops[n] for n in by_rule.order), layout.depot]
    points = [p for a, b in pairwise(ways) for p in layout.leg(a, b).points]
    ours = [point for leg in proved.legs for point in leg.points]
    return "".join(
        f'<section><h2 class="{name}">{metres:.0f} m</h2><p>{len(stops)} lines, {words}</p>{_drawn(layout, stops, way, colour)}</section>'
        for name, metres, words, way, colour in (
            ("old", by_rule.length, "walked in S-shape", points, OLD),
            ("new", proved.length, "the proved shortest round", ours, NEW),
        )
    )


def _drawn(layout: BlockLayout, stops: Sequence[Place], way: Sequence[Point], colour: str) -> str:
    width, height, place = _frame(layout)
    racks = []
    for aisle in range(layout.aisles):
        for block in range(layout.blocks_deep):
            (x, low), (_, high) = (
                place((layout.xs[aisle] / 1000, layout.bases[block + side] / 1000)) for side in (0, 1)
            )
            racks.append(
                f'<rect x="{x - 6:.1f}" y="{high + 5:.1f}" width="12" height="{low - high - 10:.1f}" fill="var(--line)" rx="2"/>'
            )
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, way))
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="var(--card)" stroke="{colour}" stroke-width="2"/>'
        for x, y in (place(layout.point(stop)) for stop in stops)
    )
    home = place(layout.point(layout.depot))
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img">{"".join(racks)}'
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-linejoin="round"/>{dots}'
        f'<rect x="{home[0] - 6:.1f}" y="{home[1] - 6:.1f}" width="12" height="12" fill="{colour}"/></svg>'
    )
