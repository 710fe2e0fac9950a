"""Reading against its own main engine in the same run: figures are ratios of CPU time, so that a busy machine cannot lie."""

import statistics
import time

import cv2
import numpy as np

from scanning import engines, read
from scanning.bench.render import draw
from scanning.bench.stress import stored, texts


def cpu_ms(work, times=9):
    """The median CPU milliseconds of a call, after one to load what later ones share."""
    work()
    spent = []
    for _ in range(times):
        start = time.thread_time()
        work()
        spent.append((time.thread_time() - start) * 1e3)
    return statistics.median(spent)


def shelf(count):
    """A grey picture of 1280 x 720 with so many labels."""
    picture = np.full((720, 1280), 190, np.uint8)
    for number, text in enumerate(texts("Code128", count, seed=2)):
        label = draw("Code128", text, 1.6, height=24)
        top, left = 10 + 140 * (number // 4), 10 + 318 * (number % 4)
        picture[top : top + label.shape[0], left : left + label.shape[1]] = label
    return picture


def test_a_plain_label_costs_a_few_times_one_engine():
    """A clean retail label, read, looked at twice and searched for neighbours, stays within a dozen plain engine calls."""
    grey = np.pad(draw("EAN13", "9506000134352", 3.0), 100, constant_values=230)
    data = stored(grey, 85)
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    alone = cpu_ms(lambda: engines.zxing(np.asarray(decoded, np.uint8), full=True, invert=True))
    assert cpu_ms(lambda: read(data)) < 12 * alone + 10


def test_a_busy_frame_grows_with_its_labels_only():
    """Twenty labels cost less than eight times two: the frame is searched once, each label looked at by itself."""
    few, many = stored(shelf(2), 90), stored(shelf(20), 90)
    assert len(read(many, budget_ms=5_000).confirmed) >= 19
    assert cpu_ms(lambda: read(many, budget_ms=5_000), 3) < 8 * cpu_ms(lambda: read(few, budget_ms=5_000), 3)


def test_a_live_frame_keeps_its_budget():
    """A frame of noise stops within its budget and the one look under way when it ran out."""
    noise = stored(np.random.default_rng(3).integers(0, 255, (720, 1280)).astype(np.uint8), 60)
    fast = cpu_ms(lambda: read(noise, still=False, budget_ms=0), 3)
    assert cpu_ms(lambda: read(noise, still=False, budget_ms=40), 3) < 40 + 12 * fast
