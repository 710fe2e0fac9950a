"""A revision's life."""

from collections.abc import Mapping
from typing import Final

MACHINE: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "release"): "released",
    ("released", "supersede"): "superseded",
    ("superseded", "release"): "released",  # back to an older revision
}
