"""What there is to be concerned about, and what may be decided about each."""

from typing import Final, Literal, get_args

Decision = Literal["use_up", "rework", "cancel", "recost", "settled"]
DECISIONS: Final[tuple[Decision, ...]] = get_args(Decision)

_OLD: Final[tuple[Decision, ...]] = ("use_up", "rework", "cancel")
_COST: Final[tuple[Decision, ...]] = ("recost", "settled")
_FACT: Final[tuple[Decision, ...]] = ("settled",)

CHOICES: Final[dict[str, tuple[Decision, ...]]] = {
    # An open document, or the cost, stands on another revision than the released one.
    "purchase_on_old_revision": _OLD,
    "sale_on_old_revision": _OLD,
    "work_on_old_revision": _OLD,
    "work_on_old_bom": _OLD,
    "purchase_at_other_cost": _COST,
    "sale_at_other_cost": _COST,
    "work_at_other_cost": _COST,
    "cost_on_old_revision": _COST,
    # A buyer said no to an answer.
    "new_version_asked": ("settled", "cancel"),
    # A fact came that nobody planned.
    "unknown_order": _FACT,
    "unknown_operation": _FACT,
    "over_receipt": _FACT,
    "discrepancy": _FACT,
    "claim": _FACT,
    "answer_to_old_version": _FACT,
    "report_after_close": _FACT,
}


def choices(kind: str) -> tuple[Decision, ...]:
    """What may be decided about a concern of this kind; nothing about a kind that nobody knows."""
    return CHOICES.get(kind, ())
