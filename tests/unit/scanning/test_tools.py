"""The command line, the drawing and the benches."""

import json

import cv2
import numpy as np
import pytest

from scanning.__main__ import main
from scanning.bench import films, packs, stress
from scanning.bench.chart import chart
from scanning.bench.render import draw
from scanning.bench.run import bench
from scanning.bench.worn import worn
from scanning.films import render_film
from scanning.ladder import read


@pytest.fixture
def label(tmp_path):
    file = tmp_path / "label.png"
    cv2.imwrite(str(file), draw("EAN13", "9506000134352", 3.0))
    return file


def test_prints_readings_as_json_lines(label, tmp_path, capsys):
    """One line a file; a file without a code gives a line too; the exit code tells whether anything was found."""
    blank = tmp_path / "blank.png"
    cv2.imwrite(str(blank), np.full((50, 50), 255, np.uint8))
    assert main([str(label), str(blank)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [
        line["reading"].get("symbols", [{}])[0].get("text")
        for line in lines
        if line["reading"].get("symbols")
    ] == ["9506000134352"]
    assert len(lines) == 2
    assert main([str(blank)]) == 1


def test_what_is_no_picture_is_told_in_its_place(label, tmp_path, capsys):
    """A missing file, a folder, print and far too many bytes each give a line that says why, and the rest is read."""
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(1 << 33)  # eight gigabytes of nothing
    (tmp_path / "notes.txt").write_text("no picture")
    files = [tmp_path / "none.png", tmp_path, tmp_path / "notes.txt", huge, label]
    assert main([*map(str, files)]) == 2
    lines = [json.loads(line)["reading"] for line in capsys.readouterr().out.splitlines()]
    reasons = [line.get("error", {}).get("reason") for line in lines]
    assert reasons == ["not-opened", "a-folder", "not-a-picture", "too-large", None]
    assert lines[-1]["symbols"][0]["confirmed"]


def test_a_symbology_nobody_knows_is_a_question(label, capsys):
    """A name that is no symbology is refused with those there are; names are taken in any case."""
    with pytest.raises(SystemExit):
        main([str(label), "--formats", "ean13,Foo"])
    assert "foo: not a symbology" in capsys.readouterr().err
    assert main([str(label), "--formats", "ean13, qr"]) == 0


def test_draws_boxes(label):
    """The drawn picture has green where the confirmed code's box runs."""
    main([str(label), "--draw"])
    drawn = cv2.imread(str(label.with_suffix(".read.png")))
    assert drawn is not None
    blue, green, red = (drawn[:, :, channel].astype(int) for channel in range(3))
    assert ((green > 120) & (red < 90) & (blue < 120)).sum() > 200


def test_a_picture_that_cannot_be_written_is_told(label, capsys):
    """The reading is printed all the same, the reason goes to the person, and the exit code says that something failed."""
    label.with_suffix(".read.png").mkdir()
    assert main([str(label), "--draw"]) == 2
    printed = capsys.readouterr()
    assert "9506000134352" in printed.out
    assert "could not be written: is a directory." in printed.err


def test_the_bench_counts_photographs(label, tmp_path):
    """Exact, wrong and other codes are told apart, and a wrong truth shows as a confirmed wrong text to look at."""
    both = np.vstack(
        [
            draw("EAN13", "9506000134352", 3.0),
            np.full((60, 411), 255, np.uint8),
            draw("EAN13", "4006381333931", 3.0),
        ]
    )
    cv2.imwrite(str(tmp_path / "two.png"), both)
    cv2.imwrite(str(tmp_path / "none.png"), np.full((60, 60), 255, np.uint8))
    manifest = [
        {"file": "label.png", "format": "EAN13", "texts": ["09506000134352"]},
        {"file": "two.png", "format": "EAN13", "texts": ["4006381333931"]},
        {"file": "label.png", "format": "UPCA", "texts": ["036000291452"]},
        {"file": "none.png", "format": "NEG", "texts": [], "negative": True},
    ]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    said: list[str] = []
    report = bench(tmp_path, say=said.append)
    assert report.photographs is not None
    ean, upc = report.photographs.scores["gemba"]["EAN13"], report.photographs.scores["gemba"]["UPCA"]
    assert (ean.photographs, ean.exact, ean.confirmed, ean.wrong, ean.other) == (2, 2, 2, 0, 1)
    assert (upc.exact, upc.wrong, upc.confirmed_wrong) == (0, 1, 1)
    assert report.confirmed_wrong == 1
    assert any("9506000134352" in line for line in report.photographs.to_look_at)
    assert "overall" in said[0]
    harder = bench(tmp_path, worn_seed=3, say=said.append).photographs
    assert harder is not None
    assert harder.overall("gemba").photographs == 3
    assert harder.overall("gemba").cpu_ms != report.photographs.overall("gemba").cpu_ms


def test_a_photograph_is_worn_the_same_way_again():
    """The same name and seed give the same bytes and another seed others, so that a run repeats itself."""
    grey = draw("EAN13", "9506000134352", 3.0)
    first, wears = worn(grey, "label.png", 1)
    assert worn(grey, "label.png", 1) == (first, wears)
    assert wears
    assert worn(grey, "label.png", 2)[0] != first


def test_a_drawn_pack_is_the_same_again_and_is_read():
    """A seed gives the same pack twice and another seed another; a plain one's code is read, and nothing else is a fact."""
    first = packs.scene("plain", 1)
    assert packs.scene("plain", 1) == first
    assert packs.scene("plain", 2).data != first.data
    tally = packs.bench_packs(4, scenes=2, harms=("plain",))["plain"]
    assert (tally.codes, tally.confirmed, tally.confirmed_wrong) == (2, 2, [])
    assert "plain" in packs.table({"plain": tally})


def test_the_chart_shows_every_cell():
    """A cell's count and its floor's ring are in the picture."""
    cells = [stress.run_cell("contrast", "EAN13", 0.3, count=2)]
    assert cells[0].read == 2
    svg = chart(cells, stress.STRESSES[3:4])
    assert ">2</text>" in svg
    assert 'stroke="#111"' in svg


def test_a_film_is_read_while_it_runs():
    """A hand with a label gives a confirmed read within half a second and nothing wrong."""
    (film,) = films.bench_films(0.6, ("steady",))
    assert film.first_s is not None
    assert film.first_s <= 0.5
    assert film.wrong == 0


def test_films_are_written_for_a_browser(tmp_path):
    """The film file holds JPEG frames in which the code can be read."""
    try:
        path = render_film(tmp_path / "film.mjpeg", [("Code128", "BIN-01-0203")], seconds=0.3, seed=4)
    except FileNotFoundError:
        pytest.skip("ffmpeg is not installed")
    data = path.read_bytes()
    assert data.count(b"\xff\xd8\xff") == 3
    first = data[: data.index(b"\xff\xd9") + 2]
    assert [symbol.text for symbol in read(first).confirmed] == ["BIN-01-0203"]
