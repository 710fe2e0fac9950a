"""A document's life as a table: (state, event) → state."""

from collections.abc import Mapping

from backend.kernel.problems import Conflict

Machine = Mapping[tuple[str, str], str]


class NotInThisState(Conflict):
    """What was asked does not go with how the document stands."""

    type = "not-in-this-state"
    title = "The document is not in a state for that"


def moved(machine: Machine, state: str, event: str) -> str:
    """The state after a person's step.

    Raises:
        NotInThisState: the table has no such step.
    """
    found = machine.get((state, event))
    if found is None:
        raise NotInThisState(f"{event} is not possible while it is {state}", state=state, event=event)
    return found


def told(machine: Machine, state: str, event: str) -> str:
    """The state after a fact. A fact can come late or out of order, so one that the table does not know changes nothing."""
    return machine.get((state, event), state)
