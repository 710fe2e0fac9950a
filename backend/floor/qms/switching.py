"""Switching between normal, tightened, reduced and discontinued inspection: ISO 2859-1:1999, clause 9.3, in a table and a score.

Kept for each supplier, item and class of nonconformity. Only original inspections count: a lot that was sorted and is
submitted again tells nothing new about the process.
"""

from typing import Final, Literal

import msgspec

from backend.floor.qms.aql import Severity

Event = Literal[
    "two_of_five", "five_accepted", "five_refused", "score", "not_accepted", "irregular", "resumed"
]

# (severity, event) -> severity. What is not here changes nothing.
SWITCH: Final[dict[tuple[Severity, Event], Severity]] = {
    ("normal", "two_of_five"): "tightened",
    ("normal", "score"): "reduced",
    ("tightened", "five_accepted"): "normal",
    ("tightened", "five_refused"): "discontinued",
    ("reduced", "not_accepted"): "normal",
    ("reduced", "irregular"): "normal",
    ("discontinued", "resumed"): "tightened",
}
WINDOW: Final = 5
NEEDED_SCORE: Final = 30


class Standing(msgspec.Struct, frozen=True):
    """Where one supplier, item and class stands: at which severity, since which lot, and for which reason.

    `because` are the numbers of the lots that made it so, `among` of how many. `recent` are the last lots at this severity,
    (number, accepted), the newest last; `refused` counts those not accepted since inspection was tightened.
    """

    severity: Severity = "normal"
    since: int | None = None
    why: Event | None = None
    because: tuple[int, ...] = ()
    among: int = 0
    recent: tuple[tuple[int, bool], ...] = ()
    score: int = 0
    refused: int = 0


class Outcome(msgspec.Struct, frozen=True):
    """One lot of original inspection, decided. `tighter` is whether one AQL step tighter would have accepted it too."""

    lot: int
    accepted: bool
    ac: int
    tighter: bool = False


class Permission(msgspec.Struct, frozen=True):
    """What reduced inspection needs beside the score: steady production, and the word of who is responsible."""

    steady: bool = False
    authorised: bool = False


def after(standing: Standing, outcome: Outcome, permission: Permission | None = None) -> Standing:
    """Where things stand after one more decided lot."""
    allowed = permission or Permission()
    recent = (*standing.recent, (outcome.lot, outcome.accepted))[-WINDOW:]
    now = msgspec.structs.replace(
        standing,
        recent=recent,
        score=_score(standing, outcome),
        refused=standing.refused + (not outcome.accepted) if standing.severity == "tightened" else 0,
    )
    event = _event(now, outcome, allowed)
    return switched(now, event, outcome.lot) if event else now


def switched(standing: Standing, event: Event, lot: int | None) -> Standing:
    """The standing after an event of the table; all counting begins anew with a switch. `lot` is where it happened."""
    to = SWITCH.get((standing.severity, event))
    if to is None:
        return standing
    good = event in {"five_accepted", "score"}
    because = tuple(number for number, accepted in standing.recent if accepted == good)
    among = len(standing.recent) if event != "five_refused" else standing.refused
    return Standing(severity=to, since=lot, why=event, because=because, among=among)


def _score(standing: Standing, outcome: Outcome) -> int:
    """9.3.3.2: with Ac of 2 and more three points if one step tighter had accepted too, with 0 or 1 two points if accepted."""
    if standing.severity != "normal":
        return 0
    earned = (3 if outcome.tighter else 0) if outcome.ac >= 2 else (2 if outcome.accepted else 0)
    return standing.score + earned if earned else 0


def _event(now: Standing, outcome: Outcome, allowed: Permission) -> Event | None:
    refused = sum(not accepted for _, accepted in now.recent)
    if now.severity == "normal":
        if refused >= 2:
            return "two_of_five"
        return "score" if now.score >= NEEDED_SCORE and allowed.steady and allowed.authorised else None
    if now.severity == "tightened":
        if now.refused >= WINDOW:
            return "five_refused"
        accepted = len(now.recent) == WINDOW and refused == 0
        return "five_accepted" if accepted else None
    return "not_accepted" if now.severity == "reduced" and not outcome.accepted else None
