"""Live reading: frames of one task, votes gathered over them, each code told once.

A session is fed readings (from the pool or from `scanning.read`), in the order the frames were taken. It holds no
pixels and no processes, so the caller may keep one for each device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from scanning.confirm import Rules, judge
from scanning.looks import Look  # noqa: TC001  (msgspec resolves annotations when it runs)
from scanning.symbols import MATRIX, comparable, expected_keys, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanning.symbols import Reading, Symbol

WINDOW_S: Final = 1.5  # looks older than this no longer count
COOLDOWN_S: Final = 1.5  # a code in view is not told again before this
REARM_S: Final = 0.5  # a code that was away this long is new again


class _Track(msgspec.Struct):
    """What is known of one text over the last frames."""

    symbol: Symbol
    looks: list[tuple[float, Look]]
    first_s: float
    seen_s: float
    told_s: float | None = None


class News(msgspec.Struct, frozen=True):
    """One frame's outcome: codes to act on now, codes in view already told, and codes still in doubt."""

    fresh: tuple[Symbol, ...] = ()
    known: tuple[Symbol, ...] = ()
    doubtful: tuple[Symbol, ...] = ()


class Session:
    """Votes and dedups over the frames of one task.

    Args:
        expected: Texts the task waits for.
        rules: What the site allows.
    """

    def __init__(self, *, expected: Iterable[str] | None = None, rules: Rules = Rules()) -> None:  # noqa: B008
        self.rules = rules
        self._expected = expected_keys(expected)
        self._tracks: dict[tuple[str, str], _Track] = {}
        self._frame = 0

    def expect(self, expected: Iterable[str] | None) -> None:
        """The task has moved on: other texts are waited for. What was seen stays seen."""
        self._expected = expected_keys(expected)

    def feed(self, reading: Reading, at_s: float) -> News:
        """Adds one frame's reading, taken at `at_s` seconds on any steady clock, and says what is new.

        A code is fresh once when it is confirmed, by this frame alone or by votes of the last 1.5 s; again after 1.5 s
        only when it left the view for 0.5 s in between.
        """
        self._frame += 1
        self._forget(at_s)
        in_view = [self._track(symbol, at_s) for symbol in reading.symbols]
        fresh, known, doubtful = [], [], []
        for track in in_view:
            symbol = self._judged(track, in_view)
            if not symbol.confirmed:
                doubtful.append(symbol)
            elif track.told_s is None:
                track.told_s = at_s
                fresh.append(symbol)
            else:
                known.append(symbol)
        return News(tuple(fresh), tuple(known), tuple(doubtful))

    def _track(self, symbol: Symbol, at_s: float) -> _Track:
        track = self._tracks.setdefault(
            key_of(symbol.format, symbol.text), _Track(symbol, [], first_s=at_s, seen_s=at_s)
        )
        away = at_s - track.seen_s
        if track.told_s is not None and away >= REARM_S and at_s - track.told_s >= COOLDOWN_S:
            track.told_s, track.looks = None, []
        track.symbol, track.seen_s = symbol, at_s
        track.looks += [(at_s, msgspec.structs.replace(look, frame=self._frame)) for look in symbol.looks]
        return track

    def _judged(self, track: _Track, in_view: list[_Track]) -> Symbol:
        symbol = track.symbol
        if symbol.confirmed:
            return symbol
        rival = max((_weight(other) for other in in_view if _compete(track, other)), default=0.0)
        wanted = comparable(symbol.text) in self._expected
        verdict = judge(
            symbol.format,
            symbol.text,
            [look for _, look in track.looks],
            rival_votes=rival,
            expected=wanted,
            rules=self.rules,
        )
        return msgspec.structs.replace(
            symbol, confirmed=verdict.confirmed, votes=verdict.votes, doubt=verdict.doubt, expected=wanted
        )

    def _forget(self, now_s: float) -> None:
        """Drops looks that are too old to vote and codes long out of view."""
        for track in self._tracks.values():
            track.looks = [(at, look) for at, look in track.looks if now_s - at <= WINDOW_S]
        longest = WINDOW_S + COOLDOWN_S
        self._tracks = {key: track for key, track in self._tracks.items() if now_s - track.seen_s <= longest}


def _weight(track: _Track) -> float:
    return judge(track.symbol.format, track.symbol.text, [look for _, look in track.looks]).votes


def _compete(track: _Track, other: _Track) -> bool:
    """Two texts at one place of the view, of which one must be wrong."""
    if other is track or (track.symbol.format in MATRIX) != (other.symbol.format in MATRIX):
        return False
    (ax, ay), (bx, by) = _middle(track.symbol), _middle(other.symbol)
    xs = [x for x, _ in track.symbol.corners]
    ys = [y for _, y in track.symbol.corners]
    reach = 0.3 * max(max(xs) - min(xs), max(ys) - min(ys))
    return abs(ax - bx) < reach and abs(ay - by) < reach


def _middle(symbol: Symbol) -> tuple[float, float]:
    return sum(x for x, _ in symbol.corners) / 4, sum(y for _, y in symbol.corners) / 4
