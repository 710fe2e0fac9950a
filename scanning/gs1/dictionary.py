"""Loads the facts of `dictionary.tsv`: one entry an application identifier."""

from __future__ import annotations

import functools
from importlib import resources

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """What one AI needs (every group, by any one of its patterns), excludes, and what its content must pass."""

    needs: tuple[tuple[str, ...], ...] = ()
    excludes: tuple[str, ...] = ()
    content: tuple[tuple[str, int, int | None], ...] = ()


@functools.cache
def _entries() -> dict[str, Entry]:
    entries = {}
    for line in (resources.files("scanning.gs1") / "dictionary.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            ais, needs, excludes, content = line.split("\t")
            entry = Entry(
                needs=() if needs == "-" else tuple(tuple(group.split(",")) for group in needs.split("+")),
                excludes=() if excludes == "-" else tuple(excludes.split(",")),
                content=() if content == "-" else tuple(_check(word) for word in content.split()),
            )
            entries.update(dict.fromkeys(_expanded(ais), entry))
    return entries


def _expanded(ais: str) -> list[str]:
    first, _, last = ais.partition("-")
    return [str(ai).zfill(len(first)) for ai in range(int(first), int(last) + 1)] if last else [ais]


def _check(word: str) -> tuple[str, int, int | None]:
    name, _, part = word.partition("@")
    if not part:
        return name, 0, None
    start, _, end = part.partition(":")
    return name, int(start), int(end)


def entry(ai: str) -> Entry:
    """The facts of an AI; an AI without any has no rules. Families such as 310n stand for all their decimals."""
    entries = _entries()
    return entries.get(ai) or entries.get(ai[:-1] + "n") or Entry()


def matches(ai: str, pattern: str) -> bool:
    """Whether an AI is one of a pattern such as `31nn`."""
    return len(ai) == len(pattern) and all(p in ("n", digit) for digit, p in zip(ai, pattern, strict=True))
