"""GS1 data in all its forms, and every rule that keeps wrong data out."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanning import gs1


def parsed(text: str, **how: object) -> gs1.Message:
    message = gs1.parse(text, **how)  # type: ignore[arg-type]
    assert message is not None
    return message


GTIN = "09506000134352"
SSCC = "106141412345678908"
GSRN = "950600013435200008"


@pytest.mark.parametrize(
    ("scan", "pairs"),
    [
        (
            f"]C101{GTIN}17271231" + "10ABC\x1d21S1",
            [("01", GTIN), ("17", "271231"), ("10", "ABC"), ("21", "S1")],
        ),
        (f"\x1d00{SSCC}", [("00", SSCC)]),
        (f"(01){GTIN}(10)ABC", [("01", GTIN), ("10", "ABC")]),
        (f"  (01) {GTIN} (10) ABC ", [("01", GTIN), ("10", "ABC")]),
        (
            "https://shop.example/p/01/9506000134352/10/A%2FB?17=271231",
            [("01", GTIN), ("10", "A/B"), ("17", "271231")],
        ),
        (f"]Q1HTTPS://id.gs1.org/01/{GTIN}", [("01", GTIN)]),
        (
            f"]d1https://id.gs1.org/414/9506000134352/254/{'X' * 5}",
            [("414", "9506000134352"), ("254", "XXXXX")],
        ),
    ],
)
def test_reads_every_form(scan, pairs):
    """Element strings, a leading FNC1, typed brackets and links give the same elements."""
    message = gs1.parse(scan)
    assert message is not None
    assert [(e.ai, e.value) for e in message.elements] == pairs
    assert message.valid, message


@pytest.mark.parametrize(
    "text",
    [
        "109506000134352A",
        "LOT-1234",
        "https://example.com/hello",
        "https://example.com/01",
        "",
        "17271231",
        "(hello)",
    ],
)
def test_plain_text_is_never_gs1(text):
    """Text that nothing calls GS1 is not read as application identifiers, whatever digits it begins with."""
    assert gs1.parse(text) is None


def test_a_task_may_expect_element_strings():
    """A wedge scanner that drops the symbology id still works on a task that waits for GS1."""
    assert parsed(f"01{GTIN}", expected=True).gtin == GTIN


@pytest.mark.parametrize(
    ("scan", "complaint"),
    [
        ("(01)12345678901234", "check digit"),
        (f"(01){GTIN}(10)ABC(10)DEF", "twice"),
        (f"(01){GTIN}(02){GTIN}(37)1(00){SSCC}", "must not stand beside"),
        ("(402)12345678901234567", "check digit"),
        ("(8018)123456789012345678", "check digit"),
        ("(253)9506000134353", "check digit"),
        ("(8003)09506000134353ABC", "check digit"),
        ("(8013)1987654Ad4X4bL5ttr2310c2X", "check characters"),
        ("(415)9506000134352(8020)1(8007)GB82WEST12345698765433", "IBAN"),
        (f"(01){GTIN}(3933)0001234", "4217"),
        (f"(01){GTIN}(422)999", "3166"),
        (f"(01){GTIN}(17)000000", "form"),
        (f"(01){GTIN}(17)271331", "form"),
        (f"(01){GTIN}(7003)2702301200", "form"),
        (f"(01){GTIN}(7007)270228270230", "form"),
        (f"(01){GTIN}(8008)27022825", "form"),
        (f"(00){SSCC}(4324)2702302560", "form"),
        (f"(8006){GTIN}0502", "piece"),
        (f"(01){GTIN}(30)", "no value"),
        ("(05)1234", "form"),
        ("]C1", "no data"),
        ("]C1XYZ", "application identifier"),
        (f"]C101{GTIN}40212345678901234560ABC", "form"),
        ("https://id.gs1.org/01/9506000134352/21/1/10/A", "order"),
    ],
)
def test_refuses_what_breaks_a_rule(scan, complaint):
    """Each published rule has data that breaks it; the message comes back with the reason and is not sound."""
    message = gs1.parse(scan)
    assert message is not None
    assert not message.sound
    assert any(complaint in error for error in message.errors), message.errors


@pytest.mark.parametrize(
    ("scan", "complaint"),
    [
        (f"(8018){GSRN}(7250)19810229", "date"),
        (f"(8018){GSRN}(7251)200002292460", "form"),
        (f"(8018){GSRN}(7250)19810228(7251)198102281200", "must not stand beside"),
        (f"(8018){GSRN}(7252)3", "5218"),
        (f"(8018){GSRN}(7259)Doe(7258)3/2", "sequence"),
        (f"(01){GTIN}(8014)12345678", "check characters"),
        (f"(03){GTIN}(235)X", "must not stand beside"),
    ],
)
def test_newer_identifiers_are_held_to_their_rules(scan, complaint):
    """Persons, freight units and devices came with later releases; their contents are checked as all others."""
    assert any(complaint in error for error in parsed(scan).errors)


@pytest.mark.parametrize(
    "scan",
    [
        f"(8018){GSRN}(7250)20000229(7252)9(7259)Doe(7258)1/2",
        f"(00){SSCC}(7041)PX",
        f"(01){GTIN}(21)S(8040)490154203237518(8042)89049032123451234512345678901235",
        f"(03){GTIN}(243)PCN1",
    ],
)
def test_newer_identifiers_are_known(scan):
    """What belongs together is valid."""
    assert parsed(scan).valid, parsed(scan)


@pytest.mark.parametrize(
    "scan", ["(10)ABC", f"(02){GTIN}", f"(00){SSCC}(37)5", "(01)09506000134352(250)X", "(3103)000195"]
)
def test_what_a_code_needs_beside_it_is_missing_not_wrong(scan):
    """A lot alone is sound, because its GTIN may stand in the label's other code, and says what it needs."""
    message = parsed(scan)
    assert message.sound
    assert not message.valid
    assert message.missing


def test_the_codes_of_a_label_are_judged_together():
    """Content in one code and count with SSCC in the next make a whole label; a second lot contradicts it."""
    first, second = parsed(f"(02){GTIN}(10)A"), parsed(f"(00){SSCC}(37)12")
    label = gs1.join([first, second])
    assert label.valid
    assert (label.sscc, label.content_gtin, label.count, label.lot) == (SSCC, GTIN, 12, "A")
    assert not gs1.join([label, parsed("(10)B")]).sound


def test_dates_and_measures_are_values():
    """Day 00 is the month's last day; the fourth digit of a measure is its decimals."""
    message = parsed(f"(01){GTIN}(17)280200(3103)001950")
    assert message.expiry == dt.date(2028, 2, 29)
    weight = message.element("3103")
    assert weight is not None
    assert str(weight.decimal) == "1.950"


@pytest.mark.parametrize(
    ("text", "symbology_id", "gtin"),
    [
        ("9506000134352", "]E0", GTIN),
        ("012345678905", "]E0", "00012345678905"),
        ("15901234123454", "]I0", "15901234123454"),
        ("15901234123455", "]I0", None),
    ],
)
def test_bare_keys(text, symbology_id, gtin):
    """Retail codes are GTINs; an ITF of 14 digits only when its check digit is right."""
    message = gs1.parse(text, symbology_id=symbology_id)
    assert (message.gtin if message else None) == gtin


SIGNS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
WORDS = st.text(SIGNS, min_size=1, max_size=20)
KEYS = st.text("0123456789", min_size=13, max_size=13).map(lambda body: body + gs1.check_digit(body))
DATES = st.dates(dt.date(2000, 1, 1), dt.date(2049, 12, 31)).map(lambda day: day.strftime("%y%m%d"))
ITEMS = st.fixed_dictionaries(
    {"01": KEYS},
    optional={
        "10": WORDS,
        "17": DATES,
        "15": DATES,
        "21": WORDS,
        "240": WORDS,
        "3103": st.integers(0, 999_999).map("{:06d}".format),
        "30": st.integers(1, 99_999_999).map(str),
        "400": WORDS,
        "91": WORDS,
    },
)


@given(ITEMS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_format_then_parse_is_the_identity(values, order):
    """Whatever elements a message holds, every form that is written of them reads back as them."""
    pairs = list(values.items())
    order.shuffle(pairs)
    forms: tuple[gs1.Form, ...] = ("element string", "bracketed")
    for form in forms:
        text = gs1.format(pairs, form)
        message = gs1.parse(text, symbology_id="]C1" if form == "element string" else "")
        assert message is not None
        assert [(e.ai, e.value) for e in message.elements] == pairs
        assert message.valid, message
        assert gs1.format(message.elements, form) == text
    link = gs1.parse(gs1.format(pairs, "digital link"))
    assert link is not None
    assert {e.ai: e.value for e in link.elements} == values


@given(
    st.text(max_size=60) | st.text(alphabet="0123456789()]C1Q3d2/:.htps?=&%\x1d", max_size=80), st.booleans()
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_text_makes_the_parser_raise(text, expected):
    """Any text at all gives a message or None; what is wrong is an error, never an exception."""
    message = gs1.parse(text, expected=expected)
    assert message is None or message.sound == (not message.errors and bool(message.elements))


def test_formatting_refuses_what_it_cannot_write():
    """No elements, an unknown AI, a link without a key, a bare key of two elements."""
    refused: list[tuple[list[tuple[str, str]], gs1.Form]] = [
        ([], "bracketed"),
        ([("05", "1"), ("10", "A")], "element string"),
        ([("10", "A")], "digital link"),
    ]
    for pairs, form in refused:
        with pytest.raises(ValueError, match=r".+"):
            gs1.format(pairs, form)
    with pytest.raises(ValueError, match="one element"):
        gs1.format([("01", GTIN), ("10", "A")], "key")
