"""Countries of ISO 3166-1 (numeric and alpha-2) and currencies of ISO 4217 (numeric), from `codes.txt`."""

from __future__ import annotations

from importlib import resources
from typing import Final


def _load() -> dict[str, frozenset[str]]:
    kinds: dict[str, list[str]] = {}
    name = ""
    for line in (resources.files("scanning.gs1") / "codes.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif not line.startswith("#"):
            kinds.setdefault(name, []).extend(line.split())
    return {kind: frozenset(codes) for kind, codes in kinds.items()}


_KINDS: Final = _load()
COUNTRIES: Final = _KINDS["countries"]
ALPHA2: Final = _KINDS["alpha2"]
CURRENCIES: Final = _KINDS["currencies"]
