"""Reads GS1 data in any of its forms. Never raises on data: what is wrong stands in `Message.errors`.

Text that nobody called GS1 is never read as application identifiers: `109506000134352A` is a serial number until a
symbology id, a leading FNC1, brackets or the task says otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_element_strings import GS1ElementString

from scanning.gs1.checkdigit import has_check_digit
from scanning.gs1.content import content_errors
from scanning.gs1.digital_link import looks_like_link, pairs_of_link
from scanning.gs1.message import Element, Form, Message
from scanning.gs1.pairing import contradictions, missing

if TYPE_CHECKING:
    from collections.abc import Iterable

GS: Final = "\x1d"
LONGEST: Final = 4_000  # no symbology carries more digits than a QR code's 7,089; a GS1 one far less

_SYMBOLOGY_ID: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_BRACKET: Final = re.compile(r"(?<!\\)\((\d{2,4})\)")
_SAYS_GS1: Final = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
_RETAIL: Final = frozenset({"]E0", "]E3", "]E4"})


def parse(text: str, *, symbology_id: str = "", expected: bool = False) -> Message | None:
    """The GS1 meaning of a scan or of typed text, or None when it is not GS1 data at all.

    Args:
        text: As scanned (GS kept), optionally led by a symbology id, or typed with brackets.
        symbology_id: The AIM identifier the reader gave, such as `]C1`.
        expected: The task expects element strings here, so text without a symbology id is tried as one.
    """
    if match := _SYMBOLOGY_ID.match(text):
        symbology_id, text = match.group(), text[match.end() :]
    if len(text) > LONGEST:
        return None
    if looks_like_link(text):
        pairs, errors = pairs_of_link(text)
        return _message(pairs, "digital link", errors) if pairs or errors else None
    if _BRACKET.match(text.strip()) and symbology_id not in _SAYS_GS1:
        return _bracketed(text.strip())
    if symbology_id in _SAYS_GS1 or text.startswith(GS) or (expected and symbology_id not in _RETAIL):
        return _element_string(text)
    return _bare_key(text, symbology_id)


def _bare_key(text: str, symbology_id: str) -> Message | None:
    """The GTIN of a retail code, or of an ITF-14 whose check digit is right."""
    digits = text[:13] if len(text) in (15, 18) else text  # two or five digits of add-on
    retail = symbology_id in _RETAIL and len(digits) in (8, 12, 13)
    case = symbology_id.startswith("]I") and len(digits) == 14 and has_check_digit(digits)
    if not (retail or case) or not digits.isascii() or not digits.isdigit():
        return None
    return _message([("01", digits.zfill(14))], "key", [])


def _bracketed(typed: str) -> Message:
    marks = list(_BRACKET.finditer(typed))
    ends = [mark.start() for mark in marks[1:]] + [len(typed)]
    pairs = [
        (mark.group(1), typed[mark.end() : end].strip().replace("\\(", "("))
        for mark, end in zip(marks, ends, strict=True)
    ]
    return _message(pairs, "bracketed", [])


def _element_string(text: str) -> Message:
    rest = text.removeprefix(GS)
    pairs: list[tuple[str, str]] = []
    errors: list[str] = []
    while rest:
        try:
            known = GS1ApplicationIdentifier.extract(rest)
        except ParseError:
            errors.append(f"No application identifier starts at {rest[:12]!r}.")
            break
        fragment = rest.split(GS, 1)[0]
        if not known.separator_required:
            fragment = fragment[: len(known.ai) + _fixed_length(known.format)]
        pairs.append((known.ai, fragment[len(known.ai) :]))
        rest = rest[len(fragment) :].lstrip(GS)
    return _message(pairs, "element string", errors)


def _fixed_length(format_: str) -> int:
    """Digits of a predefined-length value: biip writes `N2+N14` for AI 01."""
    return int(format_.rsplit("N", 1)[1])


def _message(pairs: Iterable[tuple[str, str]], form: Form, errors: list[str]) -> Message:
    elements: list[Element] = []
    for ai, value in pairs:
        element, wrong = _element(ai, value)
        elements.append(element)
        errors.extend(wrong)
    if not elements and not errors:
        errors.append("The code holds no data.")
    kept = [(element.ai, element.value) for element in elements]
    errors.extend(contradictions(kept))
    return Message(tuple(elements), form, tuple(errors), tuple(missing(kept)))


def join(messages: Iterable[Message]) -> Message:
    """The codes of one label as one message: elements once each, and the pairing rules over all of them."""
    elements: list[Element] = []
    errors: list[str] = []
    form: Form = "element string"
    for message in messages:
        elements += [element for element in message.elements if element not in elements]
        errors += [error for error in message.errors if error not in errors]
        form = message.form
    kept = [(element.ai, element.value) for element in elements]
    errors += [error for error in contradictions(kept) if error not in errors]
    return Message(tuple(elements), form, tuple(errors), tuple(missing(kept)))


def _element(ai: str, value: str) -> tuple[Element, list[str]]:
    bare = Element(ai=ai, value=value)
    if not value:
        return bare, [f"({ai}) has no value."]
    try:
        parsed = GS1ElementString.parse(ai + value)
    except ParseError:
        return bare, [f"({ai}){value} does not have the form of this application identifier."]
    if parsed.ai.ai != ai:
        return bare, [f"({ai}) is not an application identifier."]
    errors = [f"({ai}){value} has a wrong check digit."] if _flagged(parsed) else content_errors(ai, value)
    element = Element(
        ai=ai, value=value, title=parsed.ai.data_title, date=parsed.date, decimal=parsed.decimal
    )
    return element, errors


def _flagged(parsed: GS1ElementString) -> bool:
    """Whether biip noted a key error beside the value it still returns."""
    return bool(parsed.gtin_error or parsed.sscc_error or parsed.gln_error)
