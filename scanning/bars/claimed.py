"""Lays a code that an engine claims over a row of pixels, and asks which code is most likely there."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scanning.bars.align import BLURS, HOPELESS, Fit, Steps, around, sample
from scanning.bars.layouts import LAYOUTS, QUIET, SAMPLES, claim
from scanning.bars.likely import FAR_AHEAD, closest, closest_by_far
from scanning.bars.slide import slide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanning.bars.likely import Guess

Floats = npt.NDArray[np.float32]
# A text that an engine claims may leave this much unexplained, and must lead by this much (see `look.py`).
CLOSE_TO_CLAIM: Final = {"EAN13": 0.34, "EAN8": 0.22, "UPCE": 0.24}
SURE_OF_CLAIM: Final = {"EAN13": 8.0, "EAN8": 14.0, "UPCE": 18.0}
DIGIT: Final = 7  # modules
ENOUGH: Final = 0.75  # of what a claim may leave, at which finer steps are not worth their time
PLENTY: Final = 2.5  # times the lead it needs, at which nobody asks how far it leads exactly
LAID: Final = 0.965  # likeness of a row to its claim at which finer steps change nothing
NEARLY: Final = 0.86  # likeness at which it is worth asking whether finer steps are needed
CLEARLY: Final = 0.14  # energy that any code may leave unexplained so that they are not

# How far the next guesses lie from the last, in modules (start, end, bend, curl), and the likeness below which a claim is
# given up after them: true claims were never less than a tenth above it.
CLAIM_STEPS: Final[tuple[tuple[Steps, float], ...]] = (
    ((1.2, 1.2, 0.9, 0.0), 0.0),
    ((0.5, 0.5, 0.4, 0.0), 0.22),
    ((0.0, 0.0, 0.6, 1.0), 0.42),
    ((0.4, 0.4, 0.3, 0.4), 0.58),
    ((0.25, 0.25, 0.2, 0.0), 0.7),
    ((0.0, 0.0, 0.15, 0.25), 0.7),
    ((0.12, 0.12, 0.1, 0.0), 0.7),
)
# Where a patient look begins, and how many of its lays go on after each step.
WIDE_BENDS: Final = (-4.0, -2.0, 0.0, 2.0, 4.0)
WIDE_CURLS: Final = (-2.0, 0.0, 2.0)
FOLLOWED: Final = (6, 3, 2, 1, 1, 1, 1)


@functools.lru_cache(maxsize=64)
def _claims(kind: str, text: str) -> Floats:
    return np.stack([claim(kind, text, blur) for blur in BLURS])


def lay_claim(slope: Floats, kind: str, text: str, spans: Iterable[tuple[float, float]]) -> Fit:
    """The lay that suits a claimed text best, and the text that is most likely there: the claim, if it is true.

    `spans` are first guesses of the code's first and last pixel. A claim that is nowhere near is given up early, with an
    empty text.
    """
    modules = LAYOUTS[kind].modules
    lays = np.array([(start, end, 0.0, 0.0) for start, end in spans], np.float32)
    tried = _Tried(slope, kind, text)
    if len(lays) == 1 and (fit := tried.clear_at(slide(slope, kind, text, lays[0])[None])):
        return fit
    for number, (steps, least) in enumerate(CLAIM_STEPS):
        if (fit := tried.clear_at(np.concatenate([around(lay, steps, modules) for lay in lays]))) is not None:
            return fit
        if number == 0 and (fit := tried.clear_at(slide(slope, kind, text, tried.lay)[None])):
            return fit
        if tried.likeness < least:
            return tried.fit(HOPELESS)
        lays = tried.lay[None]
    return tried.fit(closest(tried.row, kind, tried.blur))


class _Tried:
    """The best lay of a claim so far, its row, and how alike that is to the claim."""

    def __init__(self, slope: Floats, kind: str, text: str) -> None:
        self.slope, self.kind, self.text = slope, kind, text
        self.lay: Floats = np.zeros(4, np.float32)
        self.row: Floats = self.lay
        self.likeness, self.blur = -1.0, BLURS[0]

    def clear_at(self, lays: Floats) -> Fit | None:
        """Tries lays; a fit if the best of all so far is new and finer steps would not change what it says."""
        rows = sample(self.slope, self.kind, lays)
        alike = rows @ _claims(self.kind, self.text).T / np.sqrt((rows * rows).sum(axis=1, keepdims=True))
        best, blur = divmod(int(alike.argmax()), len(BLURS))
        if alike[best, blur] <= self.likeness:
            return None
        self.likeness, self.blur = float(alike[best, blur]), BLURS[blur]
        self.lay, self.row = lays[best], rows[best]
        return self._clear()

    def _clear(self) -> Fit | None:
        if self.likeness < NEARLY:
            return None
        kind = self.kind
        guess = closest_by_far(self.row, kind, self.blur, SURE_OF_CLAIM[kind])
        if guess and guess.text == self.text and guess.distance < ENOUGH * CLOSE_TO_CLAIM[kind]:
            far = guess.margin > PLENTY * SURE_OF_CLAIM[kind]
            return self.fit(guess if far else closest(self.row, kind, self.blur))
        if self.likeness > LAID:
            return self.fit(closest(self.row, kind, self.blur))
        if guess and guess.margin > FAR_AHEAD[kind] and guess.distance < CLEARLY:
            return self.fit(guess)
        return None

    def fit(self, guess: Guess) -> Fit:
        weakest = self._weakest() if guess.text == self.text else 1.0
        return Fit(self.kind, float(self.lay[0]), float(self.lay[1]), self.blur, guess, weakest)

    def _weakest(self) -> float:
        """The share of energy that the least explained digit leaves.

        Blur and noise leave some of every digit; folds that make another code of one leave most of a few.
        """
        shape = _claims(self.kind, self.text)[BLURS.index(self.blur)]
        left = (self.row - float(self.row @ shape) * shape) ** 2
        first = (QUIET + np.array(LAYOUTS[self.kind].slots)) * SAMPLES
        digits = left[first[:, None] + np.arange(DIGIT * SAMPLES)].mean(axis=1)
        whole = self.row[QUIET * SAMPLES : -QUIET * SAMPLES]
        return float(digits.max() / np.mean(whole * whole))


def lay_patiently(slope: Floats, kind: str, text: str, span: tuple[float, float]) -> Fit:
    """As `lay_claim`, begun with many bends and curls, a few of which are followed for some steps: for curved packs and steep views.

    Far dearer, and no laxer: the text is still the one most likely there, whatever was claimed.
    """
    modules = LAYOUTS[kind].modules
    lays = np.array([(*span, bend, curl) for bend in WIDE_BENDS for curl in WIDE_CURLS], np.float32)
    shapes = _claims(kind, text)
    for (steps, least), followed in zip(CLAIM_STEPS, FOLLOWED, strict=True):
        near = np.stack([around(lay, steps, modules) for lay in lays])
        rows = sample(slope, kind, near.reshape(-1, 4))
        likeness = rows @ shapes.T / np.sqrt((rows * rows).sum(axis=1, keepdims=True))
        ranked = likeness.max(axis=1).reshape(len(lays), -1)
        children = ranked.argmax(axis=1) + np.arange(len(lays)) * ranked.shape[1]
        children = children[np.argsort(-ranked.max(axis=1))][:followed]
        lays, row = near.reshape(-1, 4)[children], rows[children[0]]
        start, end = float(lays[0, 0]), float(lays[0, 1])
        blur = int(likeness[children[0]].argmax())
        if followed == 1 and likeness[children[0], blur] < least:
            return Fit(kind, start, end, BLURS[blur], HOPELESS)
        if likeness[children[0], blur] > LAID:
            break
    return Fit(kind, start, end, BLURS[blur], closest(row, kind, BLURS[blur]))
