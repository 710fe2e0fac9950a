"""The states of jobs as tables, and the fold: whatever order and however often events come, the state is the same."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.floor.mes import rules, shifts
from backend.floor.mes.rules import CALL, CLOCK, ORDER, PHASE, Clock, Event, State, fold

START = datetime(2026, 3, 2, 7, tzinfo=UTC)
PEOPLE = [UUID(int=n) for n in range(1, 4)]


def event(number: int, kind: str, minute: float = 0, *, person: int = 0, **more: object) -> Event:
    """One event; its number is its id."""
    at = START + timedelta(minutes=minute)
    return Event(id=UUID(int=1000 + number), kind=kind, at=at, person=PEOPLE[person], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("table", "states", "ends"),
    [
        (ORDER, set(rules.ORDER_STATES), {"cancelled"}),
        (PHASE, {"waiting", "open", "done", "cancelled"}, {"cancelled"}),
        (CLOCK, set(rules.CLOCK_KINDS), set()),
        (CALL, set(rules.CALL_STATES), {"resolved"}),
    ],
)
def test_each_table_names_known_states_and_leaves_no_dead_end(
    table: dict[tuple[str, str], str], states: set[str], ends: set[str]
) -> None:
    """Every state can be left but the last ones, every state but the first can be reached, and none is unknown."""
    assert {state for state, _ in table} | set(table.values()) == states
    assert states - {state for state, _ in table} == ends


def test_the_events_of_the_tables_are_those_of_the_log() -> None:
    """What turns a phase or a clock can be written, and nothing else is in the tables."""
    assert {what for _, what in (*PHASE, *CLOCK)} <= set(rules.EVENT_KINDS)


def test_a_call_never_goes_back() -> None:
    """Each step of a call leads to a later state."""
    order = {state: place for place, state in enumerate(rules.CALL_STATES)}
    assert all(order[to] > order[state] for (state, _), to in CALL.items())


def test_two_people_on_one_job() -> None:
    """It runs while one clock runs; each has their own minutes."""
    log = [event(1, "start"), event(2, "start", 10, person=1), event(3, "pause", 30)]
    state = fold(log)
    assert state.name == "running"
    assert state.clocks[PEOPLE[0]] == Clock(worked=Decimal(30))
    assert fold([*log, event(4, "pause", 40, person=1)]).name == "paused"


def test_a_pause_never_resets_the_clock() -> None:
    """Start, pause, start, report: the minutes of both stretches, told once."""
    log = [event(1, "start"), event(2, "pause", 20), event(3, "start", 30), event(4, "setup", 35)]
    state = fold(log)
    assert state.name == "setup"
    mine = state.clocks[PEOPLE[0]]
    assert rules.untold(mine, START + timedelta(minutes=45)) == Decimal(35)
    told = fold([*log, event(5, "report", 45, good=Decimal(1), minutes=Decimal(35))])
    assert rules.untold(told.clocks[PEOPLE[0]], START + timedelta(minutes=45)) == 0


def test_finish_stops_every_clock_and_nothing_starts_after_it() -> None:
    """Whoever starts later on a finished job has no clock there."""
    log = [
        event(1, "start"),
        event(2, "start", person=1),
        event(3, "finish", 10),
        event(4, "start", 20, person=2),
    ]
    state = fold(log)
    assert state.name == "done"
    assert {clock.kind for clock in state.clocks.values()} == {"off"}


def test_an_undone_event_never_was() -> None:
    """The fold with an event and its undo is the fold without both."""
    log = [event(1, "start"), event(2, "report", 5, good=Decimal(3))]
    undone = fold([*log, event(3, "undo", 9, undoes=UUID(int=1002))])
    assert undone == fold(log[:1])


kinds = st.sampled_from(["setup", "start", "pause", "report", "consume", "back", "finish", "undo"])
logs = st.lists(
    st.tuples(kinds, st.integers(0, 50), st.integers(0, 2), st.integers(0, 5), st.integers(0, 3)), max_size=14
)


def built(rows: list[tuple[str, int, int, int, int]]) -> list[Event]:
    """A log of random events; an undo takes back the event so many before it."""
    found: list[Event] = []
    for number, (kind, minute, person, good, back) in enumerate(rows):
        if kind == "undo":
            if back < len(found) and found[-1 - back].kind != "undo":
                found.append(event(number, kind, minute, person=person, undoes=found[-1 - back].id))
        else:
            pieces = Decimal({"report": good, "back": -good}.get(kind, 0))
            found.append(event(number, kind, minute, person=person, good=pieces))
    return found


@given(logs, st.randoms(use_true_random=False))
def test_any_order_with_any_doubles_folds_to_the_same_state(
    rows: list[tuple[str, int, int, int, int]], chance: random.Random
) -> None:
    """Devices come back in whatever order and send again what was booked: the state does not care."""
    log = built(rows)
    shuffled = [*log, *chance.sample(log, len(log) // 2)]
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(log)


@given(logs)
def test_quantities_are_the_sums_of_what_is_not_undone(rows: list[tuple[str, int, int, int, int]]) -> None:
    """Good of the fold is the sum of its reports but the undone; no clock has worked longer than the log lasts."""
    log = built(rows)
    undone = {one.undoes for one in log}
    state = fold(log)
    assert state.good == sum((one.good for one in log if one.id not in undone), start=Decimal(0))
    assert all(0 <= clock.worked <= 50 for clock in state.clocks.values())


def test_pieces_that_come_back_open_a_finished_step_and_count_until_they_are_done_again() -> None:
    """Two of three come back after the end: the step is open, one good; a later report uses up what came back, never less than none."""
    log = [
        event(1, "report", 1, good=Decimal(3)),
        event(2, "finish", 2),
        event(3, "back", 3, good=Decimal(-2)),
    ]
    back = fold(log)
    assert back.name == "paused"
    assert [back.good, back.again] == [1, 2]
    log += [event(4, "report", 4, good=Decimal(1)), event(5, "report", 5, good=Decimal(4))]
    assert [fold(log[:4]).again, fold(log).again] == [1, 0]


def test_every_gate_says_what_stands_against_it() -> None:
    """All that is shut is told at once, each with the facts its words need; an open one says nothing."""
    ready = rules.Before(
        order_state="released", state="waiting", hold=None, revision="A", released="B", drawing="use_up", came_in=None, used=Decimal(0), previous="",
        skill=None, skills=frozenset(), stopped=None, critical_call=None,
    )  # fmt: skip
    assert rules.gates(ready) == []
    shut = rules.Before(
        order_state="in_progress", state="waiting", hold="review", revision="A", released="B", drawing="stop",
        came_in=Decimal(2), used=Decimal(2), previous="10 Cut",
        skill="weld", skills=frozenset({"paint"}), stopped="breakdown", critical_call="quality",
        missing=(rules.Missing("HUB-101", "2", "1", "pc"),),
    )  # fmt: skip
    kinds = [gate.kind for gate in rules.gates(shut)]
    assert kinds == ["hold", "revision", "previous", "skill", "machine", "call", "material"]


@pytest.mark.parametrize(
    ("revision", "released", "stopped", "deviates", "drawing"),
    [
        ("A", "", (), False, "current"),  # an ERP that names no revisions
        ("A", "A", (), False, "current"),
        (
            "A",
            "A",
            ("A",),
            False,
            "current",
        ),  # released again after it was stopped: what is released may be used
        ("A", "B", (), False, "use_up"),
        ("A", "C", ("B",), False, "use_up"),
        ("A", "B", ("A",), False, "stop"),
        ("A", "B", ("A",), True, "deviation"),
        ("A", "B", (), True, "use_up"),
        ("B", "B", ("A",), True, "current"),
    ],
)
def test_a_superseded_drawing_is_used_up_or_stopped(
    revision: str, released: str, stopped: tuple[str, ...], deviates: bool, drawing: str
) -> None:
    """Only an order's own revision counts, and only a deviation opens what was stopped."""
    assert rules.drawing(revision, released, stopped, deviates=deviates) == drawing


@pytest.mark.parametrize(
    ("hour", "code", "ends"),
    [
        ("06:00", "early", "14:00"),
        ("13:59", "early", "14:00"),
        ("23:10", "night", "06:00"),
        ("02:00", "night", "06:00"),
    ],
)
def test_a_shift_over_midnight_ends_in_the_morning(hour: str, code: str, ends: str) -> None:
    """A moment lies in one shift; the night's end is the next morning."""
    day = [("early", "06:00", "14:00"), ("late", "14:00", "22:00"), ("night", "22:00", "06:00")]
    local = datetime.fromisoformat(f"2026-03-02T{hour}:00+01:00")
    found = shifts.shift_at(day, local)
    assert found is not None
    assert (found[0], found[1].strftime("%H:%M")) == (code, ends)
    assert timedelta(0) < found[1] - local <= timedelta(hours=8)


def test_a_call_escalates_once_a_level() -> None:
    """Nobody for three minutes, then ten; somebody on the way has ten of their own."""
    later = [START + timedelta(minutes=n) for n in (2, 3, 9, 10)]
    assert [rules.escalates("raised", 0, START, now) for now in later] == [False, True, True, True]
    assert [rules.escalates("raised", 1, START, now) for now in later] == [False, False, False, True]
    assert not rules.escalates("raised", 2, START, START + timedelta(hours=9))
    assert not rules.escalates("arrived", 0, START, START + timedelta(hours=9))


def test_an_empty_log_is_a_job_that_waits() -> None:
    """Nothing happened: waiting, no pieces, no clocks."""
    assert fold([]) == State()
    assert fold([]).name == "waiting"
