"""Every life of a document, as the table says it and as people live it."""

from collections.abc import Mapping

import pytest

from backend.core.erp.machine import NotInThisState, moved, told
from backend.core.erp.production import rules as production
from backend.core.erp.purchasing import rules as purchasing
from backend.core.erp.sales import rules as sales
from backend.core.plm import rules as plm

Machine = Mapping[tuple[str, str], str]
REVISION_STATES = ("draft", "released", "superseded")

LIVES: list[tuple[Machine, str, list[str], str]] = [
    (sales.MACHINE, "entered", ["release", "shipped_all", "invoice", "pay"], "closed"),
    (sales.MACHINE, "entered", ["release", "shipped_part", "invoice", "shipped_all", "invoice"], "invoiced"),
    (sales.MACHINE, "entered", ["release", "cancel", "shipped_all"], "shipped"),
    (purchasing.MACHINE, "draft", ["release", "answer", "release", "answer", "agree", "received_all", "invoiced_all"], "closed"),
    (purchasing.MACHINE, "draft", ["release", "received_all", "undone", "cancel"], "cancelled"),
    (production.MACHINE, "draft", ["release", "report", "produced_all", "taken_back", "produced_all", "close"], "closed"),
    (production.MACHINE, "draft", ["release", "cancel"], "cancelled"),
    (plm.MACHINE, "draft", ["release", "supersede", "release"], "released"),
]  # fmt: skip


@pytest.mark.parametrize(("machine", "state", "events", "end"), LIVES)
def test_a_life_ends_where_it_should(machine: Machine, state: str, events: list[str], end: str) -> None:
    """Each step is in the table, and the last one leads to the end named."""
    for event in events:
        state = moved(machine, state, event)
    assert state == end


@pytest.mark.parametrize(
    ("machine", "states", "first"),
    [
        (sales.MACHINE, sales.STATES, "entered"),
        (purchasing.MACHINE, purchasing.STATES, "draft"),
        (production.MACHINE, production.STATES, "draft"),
        (plm.MACHINE, REVISION_STATES, "draft"),
    ],
)
def test_every_state_can_be_reached_and_no_other_is_named(
    machine: Machine, states: tuple[str, ...], first: str
) -> None:
    """The table names the states of the column's check, all of them, and each can be reached from the first."""
    assert {state for state, _ in machine} | set(machine.values()) == set(states)
    reached = {first}
    while more := {end for (state, _), end in machine.items() if state in reached} - reached:
        reached |= more
    assert reached == set(states)


@pytest.mark.parametrize(
    ("machine", "state", "event"),
    [
        (sales.MACHINE, "part_shipped", "cancel"),
        (sales.MACHINE, "released", "release"),
        (purchasing.MACHINE, "received", "cancel"),
        (purchasing.MACHINE, "cancelled", "release"),
        (production.MACHINE, "started", "cancel"),
        (production.MACHINE, "closed", "close"),
    ],
)
def test_a_person_is_refused_what_a_fact_only_passes_over(machine: Machine, state: str, event: str) -> None:
    """A step that the table does not know is refused to a person; a fact that comes late changes no state."""
    with pytest.raises(NotInThisState):
        moved(machine, state, event)
    assert told(machine, state, event) == state
