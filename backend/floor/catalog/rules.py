"""Numbers printed on things: GTINs, bin codes, check digits. Pure."""

import re

import msgspec

from scanning.gs1 import check_digit, has_check_digit

_BIN = re.compile(r"(?P<aisle>[A-Z]{1,2})-(?P<bay>\d{2})-(?P<level>\d)-(?P<slot>[A-Z])")


class BinAddress(msgspec.Struct, frozen=True):
    """The parts of a bin's code, as a person reads them: aisle, bay, level, slot."""

    aisle: str
    bay: int
    level: int
    slot: str

    def __str__(self) -> str:
        return f"{self.aisle}-{self.bay:02d}-{self.level}-{self.slot}"


def bin_address(code: str) -> BinAddress | None:
    """The parts of `C-07-3-B`, or None where a code is not built so (a dock, a packing table)."""
    found = _BIN.fullmatch(code)
    return found and BinAddress(found["aisle"], int(found["bay"]), int(found["level"]), found["slot"])


def gtin14(digits: str) -> str:
    """A GTIN-8, -12, -13 or -14 in the 14-digit form it is stored in (GS1 General Specifications, section 3.3.2).

    Raises:
        ValueError: not that many digits, or not its own check digit.
    """
    if len(digits) not in {8, 12, 13, 14} or not has_check_digit(digits):
        raise ValueError(f"{digits[:20]!r} is not a GTIN: its length or its check digit is wrong")
    return digits.zfill(14)


def gtin_of(prefix: str, reference: int, indicator: int = 0) -> str:
    """The GTIN-14 of an item reference under a GS1 company prefix; `indicator` 0 is the piece, 1 to 8 how it is packed."""
    body = f"{indicator}{prefix}{reference:0{12 - len(prefix)}d}"
    if len(body) != 13:
        raise ValueError(f"item reference {reference} does not fit behind the prefix {prefix}")
    return body + check_digit(body)


def sscc_of(prefix: str, serial: int, extension: int = 0) -> str:
    """The 18-digit SSCC of a logistic unit (GS1 General Specifications, section 3.2)."""
    body = f"{extension}{prefix}{serial:0{16 - len(prefix)}d}"
    if len(body) != 17:
        raise ValueError(f"serial {serial} does not fit behind the prefix {prefix}")
    return body + check_digit(body)


def place_check_digits(code: str) -> str:
    """Two digits to say or type before a place: ISO 7064 MOD 97-10 over the code's letters and digits, like an IBAN.

    Neighbours never share them, since one changed character always changes the remainder.
    """
    digits = "".join(str(int(sign, 36)) for sign in code.upper() if sign.isascii() and sign.isalnum())
    return f"{98 - int(digits + '00') % 97:02d}"


def address_lines(street: str, postal_code: str, city: str, country: str) -> list[str]:
    """An address as it stands on paper; what is not known has no line."""
    town = f"{postal_code}  {city}".strip()
    return [line for line in (*street.splitlines(), town, country) if line]
