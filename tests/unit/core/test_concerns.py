"""Every kind of concern is known, has its words, and offers only what answers it."""

import re
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql

from backend.core.erp.attention.queries import every_concern
from backend.core.erp.concerns.rules import CHOICES
from bootstrap.places import PWA

WORDS = PWA / "src" / "office" / "erp" / "words"
BACKEND = Path(__file__).parents[3] / "backend" / "core"


def _kinds_read() -> set[str]:
    compiled = every_concern().compile(dialect=postgresql.dialect())
    return {
        value
        for value in compiled.params.values()
        if isinstance(value, str) and re.search(r"_(on_old|at_other)_", value)
    }


def _kinds_raised() -> set[str]:
    written = "".join(path.read_text() for path in BACKEND.rglob("*.py"))
    return set(re.findall(r"raise_concern\(\s*connection,\s*\"([a-z_]+)\"", written))


def test_every_kind_of_concern_is_known() -> None:
    """What the documents show and what facts bring is in the table of choices, and nothing else is."""
    assert len(_kinds_read()) >= 8
    assert _kinds_read() | _kinds_raised() | {"new_version_asked"} == set(CHOICES)


@pytest.mark.parametrize("language", ["en", "nl", "zh"])
def test_every_concern_says_what_it_is_and_what_to_do(language: str) -> None:
    """No concern reaches the office as a code, or without a next step, in any language."""
    written = set(
        re.findall(r"^  ((?:concern|next)_[a-z_]+):\s", (WORDS / f"{language}.ts").read_text(), re.MULTILINE)
    )
    needed = {f"{word}_{kind}" for kind in CHOICES for word in ("concern", "next")}
    assert needed - written == set()


def test_each_concern_can_be_decided_and_a_cost_is_not_used_up() -> None:
    """There is a choice for every kind; a cost of another revision can be reckoned anew but not used up."""
    assert all(CHOICES.values())
    assert "recost" in CHOICES["cost_on_old_revision"]
    assert "use_up" not in CHOICES["purchase_at_other_cost"]
