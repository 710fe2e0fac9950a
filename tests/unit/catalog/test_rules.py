"""Numbers printed on things."""

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.floor.catalog import rules

BINS = st.builds(
    rules.BinAddress,
    st.text(string.ascii_uppercase, min_size=1, max_size=2),
    st.integers(0, 99),
    st.integers(0, 9),
    st.sampled_from(string.ascii_uppercase),
)


@given(BINS)
def test_a_bin_code_reads_back_as_it_was_built(address: rules.BinAddress) -> None:
    """Formatting an address and reading it again is the identity."""
    assert rules.bin_address(str(address)) == address


@pytest.mark.parametrize(
    "code", ["", "DOCK-IN-1", "C-7-3-B", "c-07-3-B", "C-07-3", "C-07-3-BB", "ABC-07-3-B", "C-07-3-B\n"]
)
def test_other_codes_are_no_bins(code: str) -> None:
    """A code that only looks a little like a bin's is not taken apart."""
    assert rules.bin_address(code) is None


@given(BINS, st.data())
def test_one_changed_character_changes_the_check_digits(
    address: rules.BinAddress, data: st.DataObject
) -> None:
    """Somebody who stands one bay, level or slot off never says the right digits."""
    code = str(address)
    place = data.draw(st.sampled_from([at for at, sign in enumerate(code) if sign != "-"]))
    others = string.digits if code[place].isdigit() else string.ascii_uppercase
    other = data.draw(st.sampled_from([sign for sign in others if sign != code[place]]))
    changed = code[:place] + other + code[place + 1 :]
    assert rules.place_check_digits(changed) != rules.place_check_digits(code)


def test_check_digits_follow_iso_7064() -> None:
    """Appended as digits they leave 1 modulo 97, as the standard's check asks."""
    code, digits = "C-07-3-B", rules.place_check_digits("C-07-3-B")
    number = "".join(str(int(sign, 36)) for sign in code if sign != "-") + digits
    assert int(number) % 97 == 1
    assert len(digits) == 2


@pytest.mark.parametrize(
    ("given_", "stored"),
    [
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("4006381333931", "04006381333931"),
        ("10012345678902", "10012345678902"),
    ],
)
def test_a_gtin_of_any_length_is_stored_with_14_digits(given_: str, stored: str) -> None:
    """GTIN-8, -12, -13 and -14 of the standard's own examples come to one form."""
    assert rules.gtin14(given_) == stored


@pytest.mark.parametrize(
    "wrong", ["", "4006381333932", "400638133393", "123", "40063813339\uff131", "1001234567890X"]
)
def test_what_is_no_gtin_is_refused(wrong: str) -> None:
    """A wrong check digit, a wrong length or something that is no digit never enters the masters."""
    with pytest.raises(ValueError, match="not a GTIN"):
        rules.gtin14(wrong)


def test_numbers_under_a_prefix_carry_their_check_digit() -> None:
    """GTIN and SSCC are built as the General Specifications lay them out: indicator or extension, prefix, reference, check."""
    assert rules.gtin_of("9521234", 143) == "09521234001430"
    assert rules.gtin_of("9521234", 143, 1) == "19521234001437"
    assert rules.sscc_of("9521234", 1) == "095212340000000013"


@pytest.mark.parametrize(
    "make", [lambda: rules.gtin_of("9521234", 100_000), lambda: rules.sscc_of("9521234", 10**9)]
)
def test_a_reference_that_does_not_fit_is_refused(make: Callable[[], str]) -> None:
    """A number too long for its prefix is an error, never a code of another length."""
    with pytest.raises(ValueError, match="does not fit"):
        make()
