"""The confirm rule as a table: what was seen, and whether that is a fact."""

import pytest

from scanning.confirm import Rules, judge, votes
from scanning.looks import Look

PLAIN, CROP, CONTRAST = Look("zxing", "plain"), Look("zxing", "crop"), Look("zxing", "contrast")
SHARP, ZBAR = Look("zxing", "sharpened"), Look("zbar", "plain")
CLEAR, VERY, OTHER_ROWS = Look("bars", "clear"), Look("bars", "very-clear"), Look("bars", "other-rows")
EAN, LOT, CASE = ("EAN13", "9506000134352"), ("Code128", "LOT-12345"), ("ITF", "15901234123454")


@pytest.mark.parametrize(
    ("code", "looks", "facts", "doubt"),
    [
        (LOT, [PLAIN], {}, "too-few-looks"),
        (LOT, [PLAIN, PLAIN], {}, "too-few-looks"),
        (LOT, [PLAIN, CROP], {}, ""),
        (LOT, [PLAIN, ZBAR], {}, "too-few-looks"),
        (LOT, [PLAIN, SHARP, ZBAR], {}, ""),
        (LOT, [SHARP, ZBAR], {}, "too-few-looks"),
        (LOT, [ZBAR], {}, "one-engine"),
        (
            LOT,
            [ZBAR, Look("zbar", "plain", 1), Look("zbar", "plain", 2), Look("zbar", "crop", 3)],
            {},
            "one-engine",
        ),
        (LOT, [ZBAR], {"expected": True}, "one-engine"),
        (LOT, [PLAIN, Look("zxing", "plain", 1)], {}, ""),
        (LOT, [PLAIN], {"expected": True}, ""),
        (LOT, [SHARP], {"expected": True}, "too-few-looks"),
        (LOT, [PLAIN], {"valid_gs1": True}, ""),
        (LOT, [PLAIN, CROP], {"rival_votes": 0.5}, ""),
        (LOT, [PLAIN, CROP], {"rival_votes": 1.5}, "rival"),
        (LOT, [PLAIN], {"expected": True, "rival_votes": 1.0}, "rival"),
        (("Code128", "!"), [PLAIN, CROP], {}, "too-short"),
        (CASE, [PLAIN, CROP], {}, ""),
        (("ITF", "159012"), [PLAIN, CROP, ZBAR], {}, "itf-length"),
        (("ITF", "159012"), [PLAIN, CROP], {"rules": Rules(itf_lengths=frozenset({6}))}, ""),
        (("ITF", "159012"), [PLAIN], {"expected": True}, ""),
        (("UPCE", "10315194"), [PLAIN, CROP, VERY], {}, "half-a-code"),
        (("UPCE", "10315194"), [PLAIN], {"expected": True}, ""),
        (("UPCE", "01264904"), [PLAIN, CLEAR], {}, ""),
        (EAN, [PLAIN, CROP], {}, "bars-unclear"),
        (EAN, [PLAIN, CROP, CONTRAST, Look("zxing", "plain", 1)], {}, "bars-unclear"),
        (EAN, [PLAIN, ZBAR], {}, "bars-unclear"),
        (EAN, [PLAIN, CROP, ZBAR], {}, "bars-unclear"),
        (EAN, [PLAIN, CLEAR], {}, ""),
        (EAN, [ZBAR, CLEAR], {}, "too-few-looks"),
        (EAN, [ZBAR, VERY], {}, ""),
        (EAN, [VERY], {}, "one-engine"),
        (EAN, [VERY, Look("bars", "very-clear", 1), Look("bars", "clear", 2)], {}, "one-engine"),
        (EAN, [VERY], {"expected": True}, ""),
        (EAN, [CLEAR, OTHER_ROWS], {}, "too-few-looks"),
        (EAN, [VERY, OTHER_ROWS], {}, ""),
        (EAN, [CLEAR], {"expected": True}, ""),
        (EAN, [PLAIN], {"expected": True}, ""),
        (EAN, [PLAIN, CLEAR], {"rival_votes": 1.5}, "rival"),
        (("QR", "https://example.com"), [PLAIN], {}, ""),
        (("QR", "https://example.com"), [SHARP], {}, ""),
        (("QR", "https://example.com"), [ZBAR], {}, "one-engine"),
        (("DataMatrix", "7"), [PLAIN], {}, "too-few-looks"),
        (("MicroQR", "12345678"), [PLAIN], {}, "too-few-looks"),
        (("MicroQR", "12345678"), [PLAIN, CROP], {}, ""),
    ],
)
def test_what_makes_a_read_a_fact(code, looks, facts, doubt):
    """Independent looks confirm; zbar alone, sharpened pictures alone, arithmetic alone and rivals do not."""
    format_, text = code
    verdict = judge(format_, text, looks, **facts)
    assert verdict.doubt == doubt
    assert verdict.confirmed == (doubt == "")


def test_more_looks_never_weigh_less():
    """Adding a look never takes votes away, whatever the order."""
    looks = [PLAIN, CROP, CONTRAST, SHARP, ZBAR, CLEAR, VERY, OTHER_ROWS]
    weights = [votes(looks[:count]) for count in range(len(looks) + 1)]
    assert weights == sorted(weights)
    assert votes(looks) == votes(reversed(looks)) == votes(looks * 3)
