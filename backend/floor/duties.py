"""Which roles may send which commands: the one table for typed routes and the offline batch alike."""

from typing import Final

DUTIES: Final[dict[str, frozenset[str]]] = {
    "pick": frozenset({"picker", "supervisor"}),
    "count": frozenset({"picker", "receiver", "supervisor"}),
    "count_review": frozenset({"supervisor"}),
    "stock": frozenset({"picker", "receiver", "supervisor"}),
    "receive": frozenset({"receiver", "supervisor"}),
    "putaway": frozenset({"receiver", "picker", "supervisor"}),
    "ship": frozenset({"picker", "supervisor"}),
    "rounds": frozenset({"planner", "supervisor"}),
    "wave": frozenset({"planner", "supervisor"}),
    "aisle": frozenset({"supervisor"}),
    "quality": frozenset({"inspector", "supervisor"}),
    "exception": frozenset({"supervisor"}),
    "floor": frozenset({"supervisor"}),
    "scanning": frozenset({"supervisor"}),
    "supplier": frozenset({"buyer", "planner", "supervisor"}),
    "job": frozenset({"operator", "supervisor"}),
    "call": frozenset({"operator", "inspector", "receiver", "supervisor"}),
    "label": frozenset({"picker", "receiver", "operator", "inspector", "planner", "supervisor"}),
    "printer": frozenset({"supervisor"}),
    "work_order": frozenset({"supervisor", "planner"}),
    "site": frozenset({"admin"}),
}


def roles_for(command_type: str) -> frozenset[str]:
    """The roles that may send a command like `pick.confirm`; none for a type that is not known."""
    return DUTIES.get(command_type.partition(".")[0], frozenset())
