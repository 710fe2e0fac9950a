"""Tryton's JSON: exact both ways, never a float."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.floor.link.erps.tryton.codec import BadTrytonValue, Quantity, decode, encode
from backend.floor.link.erps.tryton.units import Unit, converted

NUMBERS = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=6)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | NUMBERS
    | st.dates()
    | st.datetimes()
    | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text().filter(lambda key: key != "__class__"), inner),
    max_leaves=12,
)


@given(VALUES)
def test_whatever_is_sent_is_read_back(value: object) -> None:
    """Decimals, dates, times and bytes, however nested, come back as they went."""
    assert decode(encode(value)) == value


@given(NUMBERS)
def test_a_quantity_travels_as_a_bare_number_with_all_its_digits(number: Decimal) -> None:
    """A quantity for a Float field is a JSON number of just these digits; an answer's number is read as a Decimal."""
    sent = encode({"quantity": Quantity(number)})
    assert b"__class__" not in sent
    assert Decimal(decode(sent)["quantity"]) == number


def test_a_float_is_refused() -> None:
    """A float never reaches Tryton."""
    with pytest.raises(BadTrytonValue):
        encode({"quantity": 0.1})


@pytest.mark.parametrize(
    "body", ['{"__class__": "Decimal"}', '{"__class__": "no-such"}', '{"__class__": "date", "year": 0}']
)
def test_a_broken_value_is_told(body: str) -> None:
    """An object of a class that is not Tryton's, or lacks what it needs, is an error that names it."""
    with pytest.raises(BadTrytonValue):
        decode(body.encode())
    with pytest.raises(msgspec.DecodeError):
        decode(body.encode()[:-1])


def test_times_are_as_tryton_tells_them() -> None:
    """A moment in UTC travels by its parts."""
    at = datetime(2026, 11, 22, 3, 4, 5, 678, tzinfo=UTC).replace(tzinfo=None)
    assert decode(encode([at, date(2026, 2, 28)])) == [at, date(2026, 2, 28)]


def test_a_dozen_is_twelve_pieces() -> None:
    """Quantities go from one unit to another exactly, whichever of factor and rate is the exact side."""
    piece = Unit(1, "pc", Decimal(1), Decimal(1), 0)
    dozen = Unit(2, "dozen", Decimal(12), Decimal("0.083333333333"), 2)
    third = Unit(3, "third", Decimal("0.333333333333"), Decimal(3), 2)
    assert converted(Decimal(5), dozen, piece) == 60
    assert converted(Decimal(30), piece, dozen) == Decimal("2.5")
    assert converted(Decimal(6), third, piece) == 2
    assert converted(Decimal(2), piece, third) == 6
