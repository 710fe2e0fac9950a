"""Who may read the office's screens, and who may send which commands of the core."""

from typing import Final

READERS: Final = ("planner", "supervisor")

DUTIES: Final[dict[str, frozenset[str]]] = {
    "sales": frozenset({"planner", "supervisor"}),
    "purchase": frozenset({"planner", "supervisor"}),
    "work_order": frozenset({"planner", "supervisor"}),
    "item": frozenset({"planner", "supervisor"}),
    "partner": frozenset({"planner", "supervisor"}),
    "concern": frozenset({"planner", "supervisor"}),
    "core_link": frozenset({"supervisor"}),
}


def roles_for(command_type: str) -> frozenset[str]:
    """The roles that may send a command like `sales.release`; none for a type that is not known."""
    return DUTIES.get(command_type.partition(".")[0], frozenset())
