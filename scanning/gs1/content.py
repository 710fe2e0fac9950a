"""What the value of an application identifier must hold beyond its pattern, where biip does not look."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING, Final

from scanning.gs1.checkdigit import has_check_digit
from scanning.gs1.codes import ALPHA2, COUNTRIES, CURRENCIES
from scanning.gs1.dictionary import entry

if TYPE_CHECKING:
    from collections.abc import Callable

_CSET82: Final = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHECK_PAIR: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)


def content_errors(ai: str, value: str) -> list[str]:
    """Sentences for every part of the value that cannot be; empty when it may."""
    errors = []
    for name, start, end in entry(ai).content:
        part = value[start:end]
        check, sentence = _CHECKS[name]
        if (part or end is None) and not check(part):
            errors.append(f"({ai}){value} {sentence}.")
    return errors


def _date(part: str, *, day_may_be_zero: bool = False) -> bool:
    if len(part) != 6 or not part.isdigit():
        return False
    year, month, day = int(part[:2]), int(part[2:4]), int(part[4:])
    if not 1 <= month <= 12:
        return False
    # Only 00 is doubtful among two-digit years, and 2000 was a leap year as every fourth is.
    return (1 - day_may_be_zero) <= day <= calendar.monthrange(2000 + year, month)[1]


def _date8(part: str) -> bool:
    """A day with its whole year, of persons: no century is guessed."""
    if len(part) != 8 or not part.isdigit() or part[:4] == "0000" or not 1 <= int(part[4:6]) <= 12:
        return False
    return 1 <= int(part[6:]) <= calendar.monthrange(int(part[:4]), int(part[4:6]))[1]


def _sequence(part: str) -> bool:
    """Which of how many born together, as 1/2."""
    match = re.fullmatch(r"([1-9])/([1-9])", part)
    return match is not None and match.group(1) <= match.group(2)


def _time(part: str) -> bool:
    return len(part) == 4 and part.isdigit() and int(part[:2]) < 24 and int(part[2:]) < 60


def _iban(part: str) -> bool:
    """ISO 13616: country and check digits moved behind, letters as 10 to 35, remainder 1 by 97."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{1,30}", part) or part[:2] not in ALPHA2:
        return False
    return int("".join(str(int(sign, 36)) for sign in part[4:] + part[:4])) % 97 == 1


def _model(part: str) -> bool:
    """GMN: two check characters over the rest; GS1 General Specifications, section 7.9.5."""
    if len(part) < 8 or not part[:5].isdigit():
        return False
    body, pair = part[:-2], part[-2:]
    if len(body) > len(_PRIMES) or any(sign not in _CSET82 for sign in body):
        return False
    total = (
        sum(_CSET82.index(sign) * prime for sign, prime in zip(reversed(body), _PRIMES, strict=False)) % 1021
    )
    return pair == _CHECK_PAIR[total >> 5] + _CHECK_PAIR[total & 31]


def _pieces(part: str) -> bool:
    """Piece number and total, as 0105: the first of five."""
    return len(part) == 4 and part.isdigit() and 0 < int(part[:2]) <= int(part[2:])


def _countries(part: str) -> bool:
    return len(part) % 3 == 0 and all(part[at : at + 3] in COUNTRIES for at in range(0, len(part), 3))


def _percent(part: str) -> bool:
    return re.search(r"%(?![0-9A-Fa-f]{2})", part) is None


_CHECKS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "key": (has_check_digit, "has a wrong check digit"),
    "model": (_model, "has wrong check characters"),
    "iban": (_iban, "is not an IBAN"),
    "currency": (lambda part: part in CURRENCIES, "does not begin with a currency of ISO 4217"),
    "country": (lambda part: part in COUNTRIES, "does not hold a country of ISO 3166"),
    "country999": (
        lambda part: part in COUNTRIES or part == "999",
        "does not begin with a country of ISO 3166",
    ),
    "countries": (_countries, "holds something that is not a country of ISO 3166"),
    "country2": (lambda part: part in ALPHA2, "is not a country of ISO 3166"),
    "date": (_date, "holds a date that does not exist"),
    "date0": (lambda part: _date(part, day_may_be_zero=True), "holds a date that does not exist"),
    "date8": (_date8, "holds a date that does not exist"),
    "sex": (lambda part: part in ("0", "1", "2", "9"), "holds an unknown code of ISO 5218"),
    "sequence": (_sequence, "is not a place in a sequence such as 1/2"),
    "registration": (lambda part: not part.isdigit(), "must hold more than digits"),
    "time": (_time, "holds a time that does not exist"),
    "time99": (lambda part: part == "9999" or _time(part), "holds a time that does not exist"),
    "hour": (lambda part: part.isdigit() and int(part) < 24, "holds an hour that does not exist"),
    "sixty": (
        lambda part: len(part) == 2 and part.isdigit() and int(part) < 60,
        "holds a time that does not exist",
    ),
    "latitude": (lambda part: len(part) == 10 and int(part) <= 1_800_000_000, "lies beyond a pole"),
    "longitude": (lambda part: len(part) == 10 and int(part) <= 3_600_000_000, "lies beyond 360 degrees"),
    "yesno": (lambda part: part in ("0", "1"), "must be 0 or 1"),
    "winding": (lambda part: part in ("0", "1", "9"), "has an unknown winding direction"),
    "zero": (lambda part: part == "0", "must begin with 0"),
    "nonzero": (lambda part: part.strip("0") != "", "holds a measure of zero"),
    "nozeroprefix": (lambda part: not part.startswith("0") or part == "0", "must not begin with 0"),
    "importer": (
        lambda part: re.fullmatch(r"[-0-9A-Z_a-z]", part) is not None,
        "has an unknown importer index",
    ),
    "alphanumeric": (
        lambda part: all(sign in _CSET82 for sign in part),
        "holds a character GS1 does not know",
    ),
    "hyphen": (lambda part: part == "-", "may only end in a minus sign"),
    "percent": (_percent, "is not percent-encoded rightly"),
    "pieces": (_pieces, "has a piece number beyond its total"),
}
