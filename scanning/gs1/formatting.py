"""Writes AIs and values in any GS1 form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier

from scanning.gs1.digital_link import link_of
from scanning.gs1.message import Element, Form

if TYPE_CHECKING:
    from collections.abc import Iterable


def format_elements(
    elements: Iterable[Element | tuple[str, str]],
    form: Form = "element string",
    *,
    domain: str = "id.gs1.org",
) -> str:
    """The elements as text: `element string` without leading FNC1, `bracketed`, `digital link`, or a bare `key`.

    Raises ValueError for an unknown AI, an empty message, or a link or key that the elements cannot make.
    """
    pairs = [(e.ai, e.value) if isinstance(e, Element) else e for e in elements]
    if not pairs:
        raise ValueError("There is nothing to format.")
    if form == "bracketed":
        return "".join(f"({ai}){value.replace('(', chr(92) + '(')}" for ai, value in pairs)
    if form == "digital link":
        return link_of(pairs, domain)
    if form == "key":
        if len(pairs) != 1:
            raise ValueError("A bare key holds one element.")
        return pairs[0][1]
    last = len(pairs) - 1
    return "".join(
        ai + value + ("\x1d" if place != last and _needs_separator(ai) else "")
        for place, (ai, value) in enumerate(pairs)
    )


def _needs_separator(ai: str) -> bool:
    try:
        known = GS1ApplicationIdentifier.extract(ai)
    except ParseError as error:
        raise ValueError(f"({ai}) is not an application identifier.") from error
    return known.separator_required
