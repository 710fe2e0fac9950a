"""What we print we read back: every kind of label, at every resolution, from every form."""

import numpy as np
import pytest

import scanning
from backend.floor.labels import pdf, png, raster, zpl
from tests.unit.labels.printed import KINDS_AND_RESOLUTIONS, LABELS, as_png, pages, printed

SHEET = ["bin", "badge", "tote", "lot", "box"]


def read(picture: bytes) -> set[str]:
    """The texts that are confirmed, after making sure that nothing else was."""
    reading = scanning.read(picture, budget_ms=5000)
    assert reading.error is None
    return {symbol.text for symbol in reading.symbols if symbol.confirmed}


@pytest.mark.parametrize(("kind", "resolution"), KINDS_AND_RESOLUTIONS)
def test_a_png_says_what_it_must(kind: str, resolution: int) -> None:
    """Every symbol of the label is read and confirmed, and nothing that is not on it."""
    label, texts = LABELS[kind]
    assert read(png(label, resolution)) == texts


@pytest.mark.parametrize(("kind", "resolution"), KINDS_AND_RESOLUTIONS)
def test_zpl_prints_the_same_dots(kind: str, resolution: int) -> None:
    """A printer that unpacks the graphic field has exactly the dots that were drawn."""
    label, _ = LABELS[kind]
    (dots,) = printed(zpl([label], resolution))
    assert np.array_equal(dots, raster(label, resolution))


@pytest.mark.parametrize("kind", LABELS)
def test_zpl_can_be_read(kind: str) -> None:
    """The dots that come out of a 203 dpi printer are readable by themselves."""
    label, texts = LABELS[kind]
    (dots,) = printed(zpl([label], 203))
    assert read(as_png(dots)) == texts


@pytest.mark.parametrize("kind", LABELS)
def test_a_pdf_page_can_be_read(kind: str) -> None:
    """Rasterised at 200 dots an inch, which fits no dot of ours, each page still says what it must."""
    label, texts = LABELS[kind]
    (page,) = pages(pdf([label]), per_mm=8)
    assert read(page) == texts


def test_a_sheet_holds_every_label_once() -> None:
    """Several labels on one page of A4 are all read from one picture, and lie beside, not upon, each other."""
    labels = [LABELS[kind][0] for kind in SHEET]
    (page,) = pages(pdf(labels, sheet=True), per_mm=8)
    assert read(page) == set().union(*(LABELS[kind][1] for kind in SHEET))


def test_a_sheet_goes_on_over_the_page() -> None:
    """Twenty-five bins need three pages of A4."""
    assert len(pages(pdf([LABELS["bin"][0]] * 25, sheet=True), per_mm=2)) == 3


def test_many_labels_are_one_zpl_stream() -> None:
    """Each label is a format of its own, in order."""
    labels = [LABELS[kind][0] for kind in SHEET]
    assert len(printed(zpl(labels, 203))) == len(SHEET)
