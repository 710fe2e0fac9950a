"""The own look at retail bars: right through blur, silent on what is no code, and honest about its margin."""

import cv2
import numpy as np
import pytest

from scanning import bars
from scanning.bars.layouts import LAYOUTS, plans
from scanning.bench.render import draw
from scanning.bench.stress import picture, texts
from scanning.gs1 import has_check_digit
from scanning.localise import Place, upright
from scanning.symbols import expand_upce


def corners_of(grey):
    """Where the bars run: from the first dark column to the last, over most of their height."""
    dark = np.nonzero(grey[len(grey) // 2] < 128)[0]
    left, right, top, low = float(dark[0]), float(dark[-1] + 1), 45.0, len(grey) * 0.7
    return ((left, top), (right, top), (right, low), (left, low))


@pytest.mark.parametrize(
    ("kind", "text"), [("EAN13", "9506000134352"), ("EAN8", "12345670"), ("UPCE", "01264904")]
)
def test_a_true_claim_is_supported(kind, text):
    """The claimed text is the most likely one, far ahead of the next."""
    grey = draw(kind, text, 3.0)
    support = bars.check(grey, corners_of(grey), kind, text)
    assert support.text == text
    assert support.backs(text)
    assert kind == "UPCE" or support.very_clear


def bent(grey, modules, pixels):
    """The bars' middle pushed along by so many modules, their ends left where they are: a steep view, a bulging pack."""
    dark = np.nonzero(grey[len(grey) // 2] < 128)[0]
    at = np.arange(grey.shape[1], dtype=np.float64)
    part = np.clip((at - dark[0]) / (dark[-1] - dark[0]), 0, 1)
    seen = at - 4 * modules * pixels * part * (1 - part)
    return np.stack([np.interp(seen, at, row) for row in grey]).astype(np.uint8)


@pytest.mark.parametrize("modules", [-5.0, 4.5])
def test_a_code_bent_far_is_supported_by_a_patient_look_only(modules):
    """Where the usual look gives a true claim up, the patient one bears it out, and no false claim at the same place."""
    grey = bent(draw("EAN13", "9506000134352", 3.0), modules, 3.0)
    place = corners_of(grey)
    assert not bars.check(grey, place, "EAN13", "9506000134352").backs("9506000134352")
    support = bars.check_patiently(grey, place, "EAN13", "9506000134352")
    assert support is not None
    assert support.text == "9506000134352"
    for wrong in ("9506000134369", "9506000931352", "9056000134357"):
        assert bars.check_patiently(grey, place, "EAN13", wrong) is None


def folded(grey, modules, pixels):
    """The bars pushed to and fro twice along the code, by so many modules at most: print on a crumpled bag."""
    at = np.arange(grey.shape[1], dtype=np.float64)
    seen = at - modules * pixels * np.sin(at / grey.shape[1] * 4 * np.pi)
    return np.stack([np.interp(seen, at, row) for row in grey]).astype(np.uint8)


def test_a_code_on_folds_is_supported_by_a_patient_look_only():
    """Bars pushed along by folds bear their own code out, and none a digit or two away."""
    grey = folded(draw("EAN13", "9506000134352", 3.0), 1.0, 3.0)
    place = corners_of(grey)
    assert not bars.check(grey, place, "EAN13", "9506000134352").backs("9506000134352")
    support = bars.check_patiently(grey, place, "EAN13", "9506000134352")
    assert support is not None
    assert support.text == "9506000134352"
    for wrong in ("9506000134369", "9506000931352", "9056000134357", "9506000834351"):
        assert bars.check_patiently(grey, place, "EAN13", wrong) is None


def folded_alike(seed):
    """A code whose folds push all its rows alike, two pixels a module, and its text."""
    random = np.random.default_rng(seed)
    [text] = texts("EAN13", 1, seed=seed)
    code = draw("EAN13", text, 8.0, height=30).astype(np.float32)
    high, wide = code.shape
    x, push = np.arange(wide, dtype=np.float32), np.zeros(wide, np.float32)
    for _ in range(3):
        size, middle, width = random.uniform(-20, 20), random.uniform(0, wide), random.uniform(30, 150)
        push += (size * np.exp(-(((x - middle) / width) ** 2))).astype(np.float32)
    rows = np.arange(high, dtype=np.float32)[:, None]
    pushed = cv2.remap(code, np.tile(x + push, (high, 1)), np.tile(rows, (1, wide)), cv2.INTER_LINEAR)
    soft = cv2.resize(
        cv2.GaussianBlur(pushed, (0, 0), 6), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA
    )
    noisy = soft * 0.5 + 60 + random.normal(0, 3, soft.shape)
    return text, np.clip(noisy, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("seed", "is_right"), [(63, False), (137, False), (80, True)])
def test_folds_that_make_another_code_leave_a_digit_in_doubt(seed, is_right):
    """A wrong code that leads by far in every band of rows is never certain; a right one behind folds and blur is."""
    text, grey = folded_alike(seed)
    high, wide = grey.shape
    crop = upright(grey, Place(wide / 2, high / 2, 190, 0.9 * high, 0.0, 1.0))
    support = bars.search(crop.grey, 190 * crop.scale, ["EAN13"], crop.scale)
    assert support is not None
    assert (support.text == text) is is_right
    assert support.agreed == 2
    above, below = 0.12 * len(crop.grey), 0.88 * len(crop.grey)
    start, end = support.start, support.end
    corners = crop.corners_in_picture(((start, above), (end, above), (end, below), (start, below)))
    laid = bars.check(grey, corners, "EAN13", support.text)
    assert laid.text == support.text
    assert laid.margin > 25
    assert laid.certain is is_right


def test_a_false_claim_is_not():
    """A claim one digit pair away from the truth is answered with the truth."""
    grey = draw("EAN13", "9506000134352", 3.0)
    support = bars.check(grey, corners_of(grey), "EAN13", "9506000134369")
    assert support.text != "9506000134369" or not support.clear


@pytest.mark.parametrize("blur", [0.7, 0.9])
def test_reads_blur_that_engines_do_not(blur):
    """Bars blurred until neighbours run together are still told apart, in either direction."""
    for seed, text in enumerate(texts("EAN13", 3)):
        grey, _ = picture("EAN13", text, "blur, modules", blur, seed)
        for crop in (grey, grey[::-1, ::-1].copy()):
            found = bars.search(crop, 95 * 3.0, ["EAN13", "EAN8", "UPCE"])
            assert found is not None
            assert found.text == text


def test_fences_are_no_codes():
    """Stripes and noise always have a most likely code; it is not clear enough to be told."""
    random = np.random.default_rng(5)
    for number in range(12):
        widths = random.integers(1, 5, 60)
        stripes = np.repeat(np.arange(60) % 2 * 180 + 30, widths * 3)[None].repeat(80, axis=0)
        crop = np.clip(stripes + random.normal(0, 6, stripes.shape), 0, 255).astype(np.uint8)
        found = bars.search(crop, crop.shape[1] * (0.9 + 0.02 * number), ["EAN13", "EAN8", "UPCE"])
        assert found is None or not found.very_clear


def test_every_way_of_encoding_has_its_check_digit():
    """For each layout, digits that meet a plan's sum make a text whose check digit is right."""
    random = np.random.default_rng(2)
    for kind, layout in LAYOUTS.items():
        for plan in plans(kind):
            digits = random.integers(0, 10, len(layout.slots))
            if plan.last >= 0:
                digits[-1] = plan.last
            free = next(
                at for at, weight in enumerate(plan.weights) if weight in (1, 3) and at < len(digits) - 1
            )
            for digit in range(10):
                digits[free] = digit
                if int((digits * plan.weights).sum()) % 10 == plan.target:
                    break
            text = plan.prefix + "".join(map(str, digits)) + plan.suffix
            assert has_check_digit(expand_upce(text) if kind == "UPCE" else text)
