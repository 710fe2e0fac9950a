"""Switching as clause 9.3 of ISO 2859-1:1999 has it, by its table, by a second reading of all lots, and in words."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.floor.qms.explaining import LANGUAGES, explain
from backend.floor.qms.switching import SWITCH, Outcome, Permission, Standing, after, switched

ALLOWED = Permission(steady=True, authorised=True)


def run(*accepted: bool, ac: int = 1, tighter: bool = False, start: Standing | None = None) -> Standing:
    """The standing after so many lots, numbered from 1 on."""
    now = start or Standing()
    for number, good in enumerate(accepted, start=1):
        now = after(now, Outcome(lot=number, accepted=good, ac=ac, tighter=tighter), ALLOWED)
    return now


def test_every_cell_of_the_table() -> None:
    """What the table names leads where it says and begins all counting anew; what it does not name changes nothing."""
    events = {event for _, event in SWITCH}
    for severity in ("normal", "tightened", "reduced", "discontinued"):
        for event in sorted(events):
            before = Standing(severity=severity, score=7, recent=((1, True), (2, False)), refused=1)
            now = switched(before, event, 3)
            if (severity, event) in SWITCH:
                assert (now.severity, now.since, now.score, now.recent) == (SWITCH[severity, event], 3, 0, ())
            else:
                assert now is before


@pytest.mark.parametrize(
    ("lots", "severity"),
    [
        ([False, True, True, True, False], "tightened"),
        ([False, True, True, True, True, False], "normal"),
        ([False, False], "tightened"),
        ([False, False, *[True] * 5], "normal"),
        ([False, False, *[True] * 4, False, *[True] * 4], "tightened"),
        ([False, False, *[False, True] * 4, False], "discontinued"),
    ],
)
def test_two_of_five_five_in_a_row_five_in_all(lots: list[bool], severity: str) -> None:
    """Two of five or fewer tighten; five accepted in a row relax; five not accepted in all, under tightened, end inspection."""
    assert run(*lots).severity == severity


def test_the_score_needs_thirty_points_and_permission() -> None:
    """Fifteen accepted lots at Ac 1, or ten at Ac 2 that one step tighter had accepted, reduce; without permission nothing does."""
    assert run(*[True] * 14).severity == "normal"
    assert run(*[True] * 15).severity == "reduced"
    assert run(*[True] * 10, ac=2, tighter=True).severity == "reduced"
    assert run(*[True] * 40, ac=2, tighter=False).severity == "normal"
    now = Standing()
    for number in range(40):
        now = after(now, Outcome(lot=number, accepted=True, ac=0))
    assert now.severity == "normal"


def test_reduced_ends_with_one_lot_or_unsteady_production() -> None:
    """One lot not accepted, or irregular production, makes it normal again; a discontinued supplier comes back tightened."""
    reduced = run(*[True] * 15)
    assert run(False, start=reduced).severity == "normal"
    assert switched(reduced, "irregular", 15).severity == "normal"
    stopped = run(False, False, *[False] * 5)
    assert (stopped.severity, switched(stopped, "resumed", 7).severity) == ("discontinued", "tightened")


def severity_by_history(lots: list[bool]) -> str:
    """The rules read again from the start, over whole stretches at one severity, with no counters kept."""
    severity, begun = "normal", 0
    for place in range(len(lots)):
        stretch = lots[begun : place + 1]
        last = stretch[-5:]
        to = severity
        if severity == "normal":
            run_of = 0
            for good in stretch:
                run_of = run_of + 2 if good else 0
            to = "tightened" if last.count(False) >= 2 else "reduced" if run_of >= 30 else severity
        elif severity == "tightened":
            to = (
                "discontinued"
                if stretch.count(False) >= 5
                else "normal"
                if len(last) == 5 and all(last)
                else severity
            )
        elif severity == "reduced" and not last[-1]:
            to = "normal"
        if to != severity:
            severity, begun = to, place + 1
    return severity


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([True] * 7 + [False]), max_size=70))
def test_any_history_agrees_with_a_second_reading_of_it(lots: list[bool]) -> None:
    """Lot by lot with counters, and all at once without: the same severity."""
    assert run(*lots).severity == severity_by_history(lots)


def test_it_explains_itself_in_every_language() -> None:
    """Since which lot, how many of how many, which they were, and what would change it."""
    tightened = run(True, False, True, False)
    assert explain(tightened, "en") == (
        "Tightened since lot 4: 2 of 4 not accepted (2, 4) · 0 of 5 accepted in a row"
    )
    assert explain(tightened, "nl").startswith("Verscherpt sinds partij 4: 2 van 4 niet goedgekeurd (2, 4)")
    assert explain(tightened, "zh").startswith("自批 4 起加严：4 批中 2 批不接收")
    every = [Standing(), tightened, run(False, False, *[True] * 5), run(*[True] * 15), run(*[False] * 7)]
    said = {language: [explain(one, language) for one in every] for language in LANGUAGES}
    assert all(len(set(words)) == len(every) for words in said.values())
    assert all(a != b for a, b in pairwise([*zip(*said.values(), strict=True)]))
    assert not any("{" in words for all_words in said.values() for words in all_words)
