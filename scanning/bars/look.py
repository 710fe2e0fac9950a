"""From pixels to supported texts: check what an engine claims, or search an upright crop."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Final

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from scanning.bars.align import Fit, edges, refine, sample
from scanning.bars.claimed import CLOSE_TO_CLAIM, SURE_OF_CLAIM, lay_claim, lay_patiently
from scanning.bars.elastic import lay_elastically
from scanning.bars.layouts import LAYOUTS
from scanning.bars.likely import closest_free
from scanning.bars.search import starts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanning.engines import Grey
    from scanning.symbols import Corners

Floats = npt.NDArray[np.float32]
MARGIN: Final = 9  # modules beside a claimed code
ROWS: Final = 24
WORTH_TRYING: Final = 1.1
PROMISING: Final = 0.6
WORTH_ANOTHER_BAND: Final = 0.45
BANDS: Final = ((0.36, 0.64), (0.58, 0.84), (0.14, 0.38))
AGREES: Final = 4.0
TRIES: Final = 3
HANDICAP: Final = {"EAN13": 0.0, "EAN8": 0.12, "UPCE": 0.15}  # fewer digits fit noise better

# A most likely code always exists, on a fence too. These bounds were laid where photographs of other symbologies, of
# print and of nothing end: their best codes leave more than a fifth unexplained or lead by less than ten. A text that an
# engine claims as well may leave more (`claimed.py`).
CLOSE: Final = {"EAN13": 0.21, "EAN8": 0.15, "UPCE": 0.14}
SURE: Final = {"EAN13": 10.0, "EAN8": 20.0, "UPCE": 32.0}
VERY_SURE: Final = {"EAN13": 20.0, "EAN8": 40.0, "UPCE": 55.0}
# A lay that may bend far is believed only when it leaves little unexplained, and its code leads by more.
BENT_CLOSE: Final = 0.3
BENT_SURE: Final = 12.0
# So is a lay that follows folds: it can be bent towards a wrong claim a digit or two away, but never came close so.
FOLDED_CLOSE: Final = 0.15
FOLDED_SURE: Final = 20.0
FOLDED_APART: Final = 0.05
PATIENT_ROWS: Final = ((0, ROWS), (10, 14), (4, 8))
# Leads at which other rows may vouch for a code, and how much its least explained digit may leave. Of three thousand drawn codes that
# fold in every row alike, some hundred and twenty were taken for another; those that led so left a fifth of a digit or more.
CERTAIN: Final = {"EAN13": 24.0, "EAN8": 40.0, "UPCE": 55.0}
WEAKEST: Final = 0.15
NARROWEST: Final = {"EAN13": 85.0, "EAN8": 75.0, "UPCE": 66.0}  # pixels of the picture: about one a module


class Support(msgspec.Struct, frozen=True):
    """A text the bars support. `distance` is the share of energy unexplained, `margin` how far the next code is behind.

    `agreed` other bands of rows suit it too; `weakest` is the share that its least explained digit leaves.
    """

    kind: str
    text: str
    distance: float
    margin: float
    start: float
    end: float
    agreed: int = 0
    weakest: float = 1.0

    @property
    def clear(self) -> bool:
        """Enough to be told without any engine."""
        return self.distance < CLOSE[self.kind] and self.margin > SURE[self.kind]

    @property
    def very_clear(self) -> bool:
        return self.clear and self.margin > VERY_SURE[self.kind]

    @property
    def certain(self) -> bool:
        """Enough for other rows to vouch for it: far ahead, and not one digit in doubt."""
        return self.margin > CERTAIN[self.kind] and self.weakest < WEAKEST

    def backs(self, claim: str) -> bool:
        """Enough to bear an engine out that claims the same."""
        close = self.distance < CLOSE_TO_CLAIM[self.kind] and self.margin > SURE_OF_CLAIM[self.kind]
        return self.text == claim and close


def _support(fit: Fit) -> Support:
    guess = fit.guess
    return Support(
        *(fit.kind, guess.text, guess.distance, guess.margin, fit.start, fit.end), weakest=fit.weakest
    )


def check(grey: Grey, corners: Corners, kind: str, text: str, *, addon: int = 0) -> Support:
    """What the bars between `corners` really say when an engine claims `text` there (EAN13 with 13 digits).

    The corners of a code with an add-on of two or five digits enclose both; of a code read upside down, they may run
    either way.
    """
    modules = LAYOUTS[kind].modules
    strip, pixels = _strip(grey, corners, modules)
    start, width = MARGIN * pixels, modules * pixels
    spans = [(start, start + width)]
    if addon:
        behind = {2: 20, 5: 47}.get(addon, 47)
        spans = [(start, start + width * modules / (modules + gap + behind)) for gap in (7, 9, 11, 13)]
    best: Support | None = None
    # All rows together are sharpest; where bars lean or bend, a few rows are.
    for rows in (strip, *(strip[top : top + 3] for top in (11, 5, 16, 8, 20, 2))):
        slope = edges(level(rows) if rows is not strip else rows.mean(axis=0, dtype=np.float32), pixels)
        support = _support(lay_claim(slope, kind, text, spans))
        if rows is strip and support.distance > CLOSE_TO_CLAIM[kind]:
            others = [-slope[::-1].copy(), -slope, slope[::-1].copy()]  # upside down; light on dark; both
            turned = (
                _support(lay_claim(other, kind, text, spans))
                for other in others[: 3 if _is_light_on_dark(strip, pixels) else 1]
            )
            support = min(support, *turned, key=lambda one: one.distance)
        if support.backs(text) or support.clear:
            return support
        if best is None or support.distance < best.distance:
            best = support
    assert best is not None
    return best


def _is_light_on_dark(strip: Grey, pixels: float) -> bool:
    """Whether the ground right beside a code is darker than the code is on the average."""
    columns = strip.mean(axis=0, dtype=np.float32)
    first, last = round((MARGIN - 3) * pixels), round((MARGIN - 1) * pixels)
    beside = max(float(columns[first:last].mean()), float(columns[-last:-first].mean()))
    return beside < float(columns[last:-last].mean())


def check_patiently(grey: Grey, corners: Corners, kind: str, text: str) -> Support | None:
    """As `check`, for packs that fold or bend too far for it: a support that clearly bears the claim out, or None."""
    modules = LAYOUTS[kind].modules
    strip, pixels = _strip(grey, corners, modules)
    span = (MARGIN * pixels, (MARGIN + modules) * pixels)
    slopes = [edges(level(strip[top:bottom]), pixels) for top, bottom in PATIENT_ROWS]
    for slope in slopes:
        support = _support(lay_elastically(slope, kind, text, span))
        if support.text == text and support.distance < FOLDED_CLOSE and support.margin > FOLDED_SURE:
            return None if _another_suits(slope, support, span) else support
    for slope in slopes:
        support = _support(lay_patiently(slope, kind, text, span))
        if support.backs(text) and support.distance < BENT_CLOSE and support.margin > BENT_SURE:
            return support
    return None


def _another_suits(slope: Floats, support: Support, span: tuple[float, float]) -> bool:
    """Whether the text most likely without folds would, with folds, leave hardly more unexplained: then nothing is sure."""
    free = refine(slope, support.kind, *span).guess.text
    if free in ("", support.text):
        return False
    other = _support(lay_elastically(slope, support.kind, free, span))
    return other.text == free and other.distance < support.distance + FOLDED_APART


def _strip(grey: Grey, corners: Corners, modules: int) -> tuple[Grey, float]:
    """The claimed code as a flat strip with margins, and its pixels a module."""
    quad = np.array(corners, np.float32)
    left, right = (quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2
    along = right - left
    length = max(float(np.hypot(*along)), 1.0)
    down = np.array([-along[1], along[0]], np.float32) / length
    for top, bottom, middle in ((0, 3, left), (1, 2, right)):  # a single line of pixels still has neighbours
        if np.hypot(*(quad[bottom] - quad[top])) < 5:
            quad[top], quad[bottom] = middle - 2.5 * down, middle + 2.5 * down
        else:
            inset = 0.12 * (quad[bottom] - quad[top])
            quad[top], quad[bottom] = quad[top] + inset, quad[bottom] - inset
    pixels = float(np.clip(length / modules, 3.0, 8.0))
    width = round((modules + 2 * MARGIN) * pixels)
    flat = np.array([[MARGIN, 0], [MARGIN + modules, 0], [MARGIN + modules, 1], [MARGIN, 1]], np.float32)
    flat *= np.array([pixels, ROWS - 1], np.float32)
    matrix = cv2.getPerspectiveTransform(quad, flat)
    strip = cv2.warpPerspective(
        grey, matrix, (width, ROWS), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(strip, np.uint8), pixels


def search(crop: Grey, along: float, kinds: Iterable[str], scale: float = 1.0) -> Support | None:
    """The retail code an upright crop shows, when one band of its rows shows it clearly and another agrees.

    Args:
        crop: Grey pixels, bars vertical.
        along: How many pixels of the crop's width the bars are thought to fill.
        kinds: Layouts to look for.
        scale: Pixels of the crop for one of the picture; a code narrower than a pixel a module is not looked for.

    Returns:
        The support with `agreed` bands, or None. A code that no other band repeats must be very clear.
    """
    kinds = [kind for kind in kinds if along / scale >= NARROWEST[kind]]
    if not kinds:
        return None
    rows = functools.cache(lambda at: edges(level(_band(crop, BANDS[at])), along / 110))
    for at in range(len(BANDS)):
        row = rows(at)
        fits, promise = _fits(row, along, kinds if at == 0 else kinds[:1])
        supports = sorted(map(_support, fits), key=lambda support: support.distance)
        for support in supports:
            if not support.clear:
                continue
            agreed = sum(_repeats(rows(other), support) for other in range(len(BANDS)) if other != at)
            if agreed or support.very_clear:
                return msgspec.structs.replace(support, agreed=agreed)
        if promise > WORTH_ANOTHER_BAND:
            return None
    return None


def _band(crop: Grey, band: tuple[float, float]) -> Grey:
    top = int(len(crop) * band[0])
    return crop[top : max(int(len(crop) * band[1]), top + 1)]


def _repeats(row: Floats, support: Support) -> bool:
    """Whether another band of rows suits the same code, laid where the first was found or turned with it."""
    slope, start, end = _facing(row, support)
    again = lay_claim(slope, support.kind, support.text, [(start, end)]).guess
    return (
        again.text == support.text and again.margin > AGREES and again.distance < CLOSE_TO_CLAIM[support.kind]
    )


def _facing(row: Floats, support: Support) -> tuple[Floats, float, float]:
    """A row in the direction in which the support reads, and where its code begins and ends there."""
    if support.start < support.end:
        return row, support.start, support.end
    last = len(row) - 1
    return -row[::-1].copy(), last - support.start, last - support.end


def _fits(slope: Floats, along: float, kinds: list[str]) -> tuple[list[Fit], float]:
    """The few lays worth refining of all starts in both directions, refined, and the best share left unexplained."""
    directions = (slope, -slope[::-1].copy())
    ranked: list[tuple[float, str, int, Floats]] = []
    for kind, found in starts(slope, kinds, along).items():
        forward = np.array([(s.start, s.end, 0, 0) for s in found if s.left < WORTH_TRYING], np.float32)
        if not len(forward):
            continue
        backward = forward.copy()
        backward[:, :2] = len(slope) - 1 - forward[:, 1::-1]
        for way, lays in enumerate((forward, backward)):
            rows = sample(directions[way], kind, lays)
            left = np.minimum(*(closest_free(rows, kind, blur) for blur in (0.7, 1.3)))
            ranked += [(float(left[at]) + HANDICAP[kind], kind, way, lays[at]) for at in np.argsort(left)[:2]]
    ranked.sort(key=lambda r: r[0])
    if not ranked:
        return [], 1.0
    promise = ranked[0][0]
    fits = []
    for _, kind, way, lay in ranked[: TRIES if promise < PROMISING else 1]:
        fit = refine(directions[way], kind, float(lay[0]), float(lay[1]))
        if way:
            last = len(slope) - 1
            fit = msgspec.structs.replace(fit, start=last - fit.start, end=last - fit.end)
        fits.append(fit)
        if _support(fit).very_clear:
            break
    return fits, promise


def level(rows: Grey) -> Floats:
    """The mean row of a band, its rows first slid along each other so that slightly leaning bars stay sharp."""
    height, width = rows.shape
    groups = min(6, height)
    cuts = np.linspace(0, height, groups + 1).astype(int)
    means = np.stack([rows[a:b].mean(axis=0, dtype=np.float32) for a, b in itertools.pairwise(cuts)])
    leans = np.linspace(-0.06, 0.06, 9)[:, None] * (height / groups) * (np.arange(groups) - (groups - 1) / 2)
    at = np.clip(np.arange(width) + leans[..., None], 0, width - 1)
    left = np.minimum(at.astype(np.intp), width - 2)
    part = (at - left).astype(np.float32)
    group = np.arange(groups)[:, None]
    slid = (means[group, left] * (1 - part) + means[group, left + 1] * part).mean(axis=1)
    sharpest = int((np.diff(slid, axis=1) ** 2).sum(axis=1).argmax())
    return np.asarray(slid[sharpest], np.float32)
