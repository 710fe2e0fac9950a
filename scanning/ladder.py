"""Climbs from the cheapest look at a picture to the dearest, until everything in it is confirmed or time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanning import header, rungs
from scanning.climb import Climb
from scanning.confirm import Rules
from scanning.frames import decode
from scanning.symbols import Reading, Refusal, expected_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanning.rungs import Rung

# A live frame has little time: places cut out upright are worth more of it than the whole frame once more, and the most likely
# code behind a blur more than its contrast evened out.
LIVE: Final[tuple[tuple[str, Rung], ...]] = (
    ("fast", rungs.fast),
    ("second look", rungs.second_look),
    ("places", rungs.find_places),
    ("crops", rungs.crops),
    ("second look", rungs.second_look),
    ("full", rungs.full),
    ("second look", rungs.second_look),
    ("crop bars", rungs.crop_bars),
    ("contrast", rungs.contrast),
    ("second look", rungs.second_look),
    ("sharpen", rungs.sharpen),
)
STILL: Final[tuple[tuple[str, Rung], ...]] = (
    ("fast", rungs.fast),
    ("second look", rungs.second_look),
    ("places", rungs.find_places),
    ("full", rungs.full),
    ("second look", rungs.second_look),
    ("crops", rungs.crops),
    ("second look", rungs.second_look),
    ("every pixel", rungs.every_pixel),
    ("second look", rungs.second_look),
    ("contrast", rungs.contrast),
    ("second look", rungs.second_look),
    ("zbar", rungs.zbar_whole),
    ("second look", rungs.second_look),
    ("crop bars", rungs.crop_bars),
    ("sharpen", rungs.sharpen),
    ("double", rungs.double),
    ("second look", rungs.second_look),
    ("histogram", rungs.histogram),
    ("soften", rungs.soften),
    ("melt", rungs.melt),
    ("turns", rungs.turns),
    ("deblur", rungs.deblur),
    ("second look", rungs.second_look),
)


def read(
    data: bytes,
    *,
    formats: Iterable[str] | None = None,
    expected: Iterable[str] | None = None,
    still: bool = True,
    budget_ms: float = 600,
    rules: Rules = Rules(),  # noqa: B008  (frozen)
) -> Reading:
    """Reads every code in a JPEG, PNG or WebP.

    Args:
        data: The picture's bytes.
        formats: Symbologies to look for (`scanning.FORMATS`); None looks for all the engines know.
        expected: Texts the open task waits for; a match needs fewer looks to be confirmed.
        still: A still may take more pixels and dearer looks than a live frame.
        budget_ms: CPU milliseconds after which no further look starts.
        rules: What the site allows, such as lengths of interleaved 2 of 5.

    Returns:
        What was found. A bad picture is a `Reading` with an `error`; nothing is raised for it.
    """
    climb, width, height = start(data, formats, expected, budget_ms, rules, still=still)
    if isinstance(climb, Refusal):
        return Reading(error=climb)
    up(climb, STILL if still else LIVE)
    return climb.reading(width, height)


def start(
    data: bytes,
    formats: Iterable[str] | None,
    expected: Iterable[str] | None,
    budget_ms: float,
    rules: Rules,
    *,
    still: bool,
) -> tuple[Climb | Refusal, int, int]:
    """A climb at its foot with the picture decoded, and the picture's own size; or why there is none."""
    head = header.check(data)
    if isinstance(head, Refusal):
        return head, 0, 0
    climb = Climb(
        frozenset(formats) if formats is not None else None, expected_keys(expected), budget_ms, rules
    )
    decoded = climb.timed("decode", lambda: decode(data, head, still=still))
    if decoded is None:
        return Refusal("not-decodable", "The picture is damaged. Take it again."), 0, 0
    climb.show(decoded, data)
    height, width = decoded.grey.shape
    lies = (width > height) != (head.width > head.height)  # the camera was held upright, the header was not
    return (climb, head.height, head.width) if lies else (climb, head.width, head.height)


def up(climb: Climb, looks: Iterable[tuple[str, Rung]]) -> None:
    """Takes rung after rung until the picture is settled or the budget is spent."""
    for name, rung in looks:
        if climb.spent_ms() > climb.budget_ms:
            return
        climb.timed(name, lambda rung=rung: rung(climb))  # type: ignore[misc]
        if climb.settled():
            return
