"""Films of labels in a moving hand: noisy frames of 1280 x 720, as a list of pictures or as an .mjpeg for a browser.

    render_film(Path("pick.mjpeg"), codes=[("GS1-128", "(01)09506000134352(10)ABC")], seconds=4, seed=1)

`codes` are (format, text) pairs in zint's sense (see `scanning.bench.render`), or grey label pictures of your own. A
browser started with `--use-fake-device-for-media-stream --use-file-for-fake-video-capture=FILE` shows the film as its
camera, again and again. The same arguments give the same frames.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from scanning.bench.render import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from scanning.engines import Grey

WIDTH, HEIGHT = 1280, 720


class Hand(msgspec.Struct, frozen=True):
    """How the camera is held and what it looks at.

    Sizes are in pixels of the frame: `module` at the start and `module_end` at the end, `blur` and `motion` of the lens
    and the hand, `shake` the wander of the middle. Angles are degrees; `glare` and `shade` are 0 to 1.
    """

    module: float = 3.0
    module_end: float = 3.0
    turn: float = 0.0
    turn_end: float = 0.0
    tilt: float = 0.0
    blur: float = 0.6
    motion: float = 2.0
    shake: float = 12.0
    noise: float = 5.0
    glare: float = 0.0
    shade: float = 0.2
    damage: float = 0.0
    curve: float = 0.0
    columns: int = 1


def label(code: tuple[str, str] | Grey, module: float = 6.0) -> Grey:
    """A white label with the code and its text."""
    if not isinstance(code, tuple):
        return code
    bars = draw(code[0], code[1], module)
    height, width = bars.shape
    paper = np.full((height + round(9 * module), width), 255, np.uint8)
    paper[:height] = bars
    size = min(module / 9, width / (len(code[1]) * 20))
    cv2.putText(
        paper, code[1], (round(8 * module), height + round(3 * module)), cv2.FONT_HERSHEY_SIMPLEX, size, 20, 1
    )
    return paper


def scene_frames(
    codes: Sequence[tuple[str, str] | Grey],
    frames: int,
    seed: int,
    hand: Hand = Hand(),  # noqa: B008  (frozen)
) -> Iterator[Grey]:
    """So many frames of the labels laid out in `hand.columns` on cardboard, moved over by a hand."""
    random = np.random.default_rng(seed)
    drawn_at = 6.0
    sheet = _sheet([label(code, drawn_at) for code in codes], hand.columns, random)
    if hand.damage:
        _scratch(sheet, hand.damage, random)
    if hand.curve:
        sheet = _curved(sheet, hand.curve)
    walk = cv2.GaussianBlur(random.normal(0, 1, (frames + 8, 2)), (1, 9), 2.0)[:frames] * hand.shake * 2
    for number in range(frames):
        part = number / max(frames - 1, 1)
        scale = (hand.module + (hand.module_end - hand.module) * part) / drawn_at
        turn = hand.turn + (hand.turn_end - hand.turn) * part + random.normal(0, 0.4)
        frame = _seen(sheet, scale, turn, hand.tilt, walk[number])
        yield _lens(frame, hand, random, part)


def _sheet(labels: list[Grey], columns: int, random: np.random.Generator) -> Grey:
    """Labels on cardboard, side by side and below each other."""
    high, wide = max(one.shape[0] for one in labels) + 40, max(one.shape[1] for one in labels) + 40
    rows = -(-len(labels) // columns)
    board = np.full((rows * high + 800, columns * wide + 1200), 150, np.float32)
    grain = np.asarray(random.normal(0, 40, board.shape), np.float32)
    board = board + np.asarray(cv2.GaussianBlur(grain, (0, 0), 3), np.float32)
    for place, one in enumerate(labels):
        top = 400 + (place // columns) * high + (high - one.shape[0]) // 2
        left = 600 + (place % columns) * wide + (wide - one.shape[1]) // 2
        board[top : top + one.shape[0], left : left + one.shape[1]] = one
    return np.asarray(np.clip(board, 0, 255), np.uint8)


def _scratch(sheet: Grey, damage: float, random: np.random.Generator) -> None:
    """Scratches and stains over the sheet, in place."""
    height, width = sheet.shape
    for _ in range(round(40 * damage)):
        start, end = random.uniform((0, 0), (width, height), (2, 2))
        tone = int(random.choice([235, 60]))
        cv2.line(
            sheet, start.astype(int).tolist(), end.astype(int).tolist(), tone, int(random.integers(1, 5))
        )


def _curved(sheet: Grey, curve: float) -> Grey:
    """Wrapped around an upright can: squeezed towards both sides."""
    height, width = sheet.shape
    x = (np.arange(width) - width / 2) / (width / 2)
    bent = np.sin(x * curve) / np.sin(curve)
    source = np.interp(x, bent, x) * width / 2 + width / 2
    columns = np.broadcast_to(source.astype(np.float32), (height, width))
    rows = np.broadcast_to(np.arange(height, dtype=np.float32)[:, None], (height, width))
    return np.asarray(cv2.remap(sheet, columns.copy(), rows.copy(), cv2.INTER_LINEAR), np.uint8)


def _seen(sheet: Grey, scale: float, turn: float, tilt: float, shift: npt.NDArray[np.float64]) -> Grey:
    """The sheet in a frame: scaled, turned, tilted about the upright axis and shifted."""
    height, width = sheet.shape
    if scale < 0.7:  # warping alone would skip pixels
        sheet = np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.45 / scale), np.uint8)
    angle, lean, distance = np.radians(turn), np.radians(tilt), 1500.0
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) / 2 * scale
    cos, sin = np.cos(angle), np.sin(angle)
    turned = corners @ np.array([[cos, sin], [-sin, cos]])
    depth = distance / (distance + turned[:, 0] * np.sin(lean))
    seen = np.stack([turned[:, 0] * np.cos(lean), turned[:, 1]], 1) * depth[:, None]
    seen += np.array([WIDTH, HEIGHT]) / 2 + shift
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, seen.astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(
            sheet, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def _lens(frame: Grey, hand: Hand, random: np.random.Generator, part: float) -> Grey:
    """Light, blur and noise of one frame."""
    light: npt.NDArray[np.float32] = frame.astype(np.float32) * np.float32(0.62) + np.float32(35)
    x, y = np.meshgrid(
        np.linspace(0, 1, WIDTH, dtype=np.float32), np.linspace(0, 1, HEIGHT, dtype=np.float32)
    )
    light *= 1 - hand.shade * x
    if hand.glare:
        middle = 0.35 + 0.3 * part
        light += 190 * hand.glare * np.exp(-(((x - middle) / 0.09) ** 2) - ((y - 0.5) / 0.12) ** 2)
    if hand.blur:
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), hand.blur), np.float32)
    length = abs(random.normal(0, hand.motion))
    if length > 1:
        reach = (max(1, round(length)), 1)
        light = np.asarray(cv2.blur(light, reach if random.random() < 0.5 else reach[::-1]), np.float32)
    noisy = light + random.normal(0, hand.noise, light.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def jpegs(frames: Iterator[Grey], quality: int = 70) -> Iterator[bytes]:
    """Frames as JPEG, as a phone would send them."""
    for frame in frames:
        yield cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


FFMPEG_MISSING: Final = "ffmpeg is not installed, so no film can be written."


def render_film(
    path: Path,
    codes: Sequence[tuple[str, str] | Grey],
    seconds: float,
    fps: int = 10,
    seed: int = 1,
    hand: Hand = Hand(),  # noqa: B008  (frozen)
) -> Path:
    """Writes a film of the codes to `path` (.mjpeg) for a browser's fake camera.

    Raises FileNotFoundError when ffmpeg is not installed, CalledProcessError when it fails.
    """
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise FileNotFoundError(FFMPEG_MISSING)
    frames = b"".join(frame.tobytes() for frame in scene_frames(codes, round(seconds * fps), seed, hand))
    size = f"{WIDTH}x{HEIGHT}"
    source = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", size, "-r", str(fps), "-i", "-"]
    target = ["-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p", "-f", "mjpeg", str(path)]
    subprocess.run([ffmpeg, "-y", "-loglevel", "error", *source, *target], input=frames, check=True)  # noqa: S603
    return path
