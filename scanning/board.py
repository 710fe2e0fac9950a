"""Keeps what was seen where: sightings of one text at one place gather into one symbol, other texts there are rivals."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import msgspec

from scanning import gs1
from scanning.confirm import Rules, judge, votes
from scanning.looks import Look  # noqa: TC001  (msgspec resolves annotations when it runs)
from scanning.symbols import MATRIX, RETAIL, Symbol, comparable, expand_upce, gtin14, key_of

if TYPE_CHECKING:
    from scanning.engines import Sighting
    from scanning.symbols import Corners

Box = tuple[float, float, float, float]
TOUCHING: Final = (
    0.06  # of a code's longer side: thin bands of one code are reported apart by this much at most
)
SAME_PLACE: Final = 0.25


class Find(msgspec.Struct):
    """One text at one place, with every look that saw it."""

    sighting: Sighting
    box: Box
    looks: set[Look]

    @property
    def key(self) -> tuple[str, str]:
        return key_of(self.sighting.format, self.sighting.text)


class Board:
    """All finds of one frame, or of the frames of a session."""

    def __init__(self, expected: frozenset[str], rules: Rules) -> None:
        self.expected = expected
        self.rules = rules
        self.finds: list[Find] = []
        self._judged: dict[int, Symbol] = {}  # since the last look

    def note(self, sighting: Sighting, look: Look) -> Find:
        """Adds a look to the find of the same text at the same place, or starts one."""
        key, box = key_of(sighting.format, sighting.text), box_of(sighting.corners)
        self._judged.clear()
        for find in self.finds:
            if find.key == key and _touch(find.box, box):
                find.looks.add(look)
                self._better(find, sighting, look)
                return find
        find = Find(sighting, box, {look})
        self.finds.append(find)
        return find

    def add_look(self, find: Find, look: Look) -> None:
        """Adds one more look to a find."""
        self._judged.clear()
        find.looks.add(look)

    @staticmethod
    def _better(find: Find, sighting: Sighting, look: Look) -> None:
        """Keeps the fullest account of a code: with its symbology id and add-on, and the tallest outline."""
        kept = find.sighting
        if look.engine == "zxing" and kept.engine != "zxing":
            find.sighting, find.box = sighting, box_of(sighting.corners)
            return
        if sighting.engine == kept.engine and _area(box_of(sighting.corners)) > _area(find.box):
            addon = sighting.addon or kept.addon
            find.sighting = msgspec.structs.replace(sighting, addon=addon)
            find.box = box_of(sighting.corners)
        elif sighting.addon and not kept.addon:
            find.sighting = msgspec.structs.replace(kept, addon=sighting.addon)

    def symbols(self) -> list[Symbol]:
        """Every find as a symbol with its verdict, in reading order of the picture."""
        shown = [find for find in self.finds if not self._inside_matrix(find)]
        shown.sort(key=lambda find: (round(find.box[1] / 40), find.box[0]))
        return [self.symbol(find) for find in shown]

    def symbol(self, find: Find) -> Symbol:
        """The find with its verdict."""
        if id(find) not in self._judged:
            self._judged[id(find)] = self._judge(find)
        return self._judged[id(find)]

    def _judge(self, find: Find) -> Symbol:
        seen = find.sighting
        text = expand_upce(seen.text) if seen.format == "UPCE" and len(seen.text) == 8 else seen.text
        message = _parsed(text, seen.symbology_id)
        wanted = comparable(seen.text) in self.expected
        verdict = judge(
            seen.format,
            seen.text,
            find.looks,
            rival_votes=max(
                (votes(other.looks) for other in self.finds if _rivals(find, other)), default=0.0
            ),
            expected=wanted,
            valid_gs1=message is not None and message.valid and message.form == "element string",
            rules=self.rules,
        )
        return Symbol(
            text=seen.text,
            raw=seen.raw,
            format=seen.format,
            symbology_id=seen.symbology_id,
            corners=seen.corners,
            engines=tuple(sorted({look.engine for look in find.looks})),
            votes=verdict.votes,
            confirmed=verdict.confirmed,
            expected=wanted,
            doubt=verdict.doubt,
            addon=seen.addon,
            gtin=_gtin(seen, message),
            looks=tuple(sorted(find.looks, key=lambda look: (look.engine, look.family))),
            gs1=message,
        )

    def _inside_matrix(self, find: Find) -> bool:
        """Whether a bar code was seen inside a matrix code: its rows of modules look like bars."""
        return find.sighting.format not in MATRIX and any(
            other.sighting.format in MATRIX and _share(find.box, other.box) > 0.8 for other in self.finds
        )


@functools.lru_cache(maxsize=512)
def _parsed(text: str, symbology_id: str) -> gs1.Message | None:
    """A text is judged again after every look: parsed once."""
    return gs1.parse(text, symbology_id=symbology_id)


def _gtin(seen: Sighting, message: gs1.Message | None) -> str:
    if seen.format in RETAIL:
        return gtin14(seen.format, seen.text)
    return (message.gtin or "") if message is not None and message.valid else ""


def box_of(corners: Corners) -> Box:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _area(box: Box) -> float:
    return max(box[2] - box[0], 1.0) * max(box[3] - box[1], 1.0)


def _common(a: Box, b: Box) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0.0) * max(height, 0.0)


def _share(a: Box, b: Box) -> float:
    """How much of `a` lies in `b`."""
    return _common(a, b) / _area(a)


def _grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _touch(a: Box, b: Box) -> bool:
    reach = TOUCHING * max(a[2] - a[0], a[3] - a[1], b[2] - b[0], b[3] - b[1]) / 2 + 1
    return _common(_grown(a, reach), _grown(b, reach)) > 0


def _rivals(find: Find, other: Find) -> bool:
    """Another text at the same place; a small matrix code printed inside a large one is no rival."""
    if other is find or other.key == find.key:
        return False
    matrix = find.sighting.format in MATRIX
    if matrix != (other.sighting.format in MATRIX):
        return False
    common = _common(_grown(find.box, 2), _grown(other.box, 2))
    whole = max(_area(find.box), _area(other.box)) if matrix else min(_area(find.box), _area(other.box))
    return common > SAME_PLACE * whole
