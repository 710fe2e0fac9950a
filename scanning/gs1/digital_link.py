"""GS1 Digital Link URIs: `https://anything/01/09506000134352/10/ABC?17=271231`."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

# Primary keys and the qualifiers that may follow each, in order; alternatives separated.
KEYS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "00": ((),),
    "01": (("22", "10", "21"), ("235",)),
    "253": ((),),
    "255": ((),),
    "401": ((),),
    "402": ((),),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": ((),),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": ((),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
_LINK: Final = re.compile(r"https?://[^\s/?#]+/", re.IGNORECASE)
_AI: Final = re.compile(r"\d{2,4}")


def looks_like_link(text: str) -> bool:
    return _LINK.match(text) is not None


def pairs_of_link(uri: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The AIs and values of a link. Nothing and no error means an ordinary web address."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return [], []
    segments = parts.path.strip("/").split("/")
    start = _rightmost_key(segments)
    if start is None:
        return [], []
    path = [unquote(segment) for segment in segments[start:]]
    key, qualifiers = path[0], path[2::2]
    errors = []
    if not any(_in_order(qualifiers, allowed) for allowed in KEYS[key]):
        errors.append(
            f"({key}) is followed by qualifiers it does not take in this order: {', '.join(qualifiers)}."
        )
    pairs = list(zip(path[::2], path[1::2], strict=True))
    if key == "01":
        pairs[0] = ("01", pairs[0][1].zfill(14))
    pairs += [(name, value) for name, value in parse_qsl(parts.query) if _AI.fullmatch(name)]
    return pairs, errors


def _rightmost_key(segments: list[str]) -> int | None:
    """Where the identifier starts: the last primary key with only AI and value pairs behind it."""
    for start in range(len(segments) - 2, -1, -1):
        tail = segments[start:]
        if (
            tail[0] in KEYS
            and len(tail) % 2 == 0
            and all(_AI.fullmatch(name) for name in tail[::2])
            and all(tail)
        ):
            return start
    return None


def _in_order(qualifiers: list[str], allowed: tuple[str, ...]) -> bool:
    remaining = iter(allowed)
    return all(qualifier in remaining for qualifier in qualifiers)


def link_of(pairs: list[tuple[str, str]], domain: str) -> str:
    """The canonical link of AIs and values: key, its qualifiers in order, the rest as query.

    Raises ValueError when no primary key is among them.
    """
    values = dict(pairs)
    key = next((ai for ai, _ in pairs if ai in KEYS), None)
    if key is None:
        raise ValueError("A Digital Link needs a primary key such as 01 or 00.")
    ways = [tuple(q for q in allowed if q in values) for allowed in KEYS[key]]
    path = [key, *max(ways, key=len)]
    stem = "/".join(f"{ai}/{quote(values[ai], safe='')}" for ai in path)
    query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in pairs if ai not in path)
    return f"https://{domain}/{stem}" + (f"?{query}" if query else "")
