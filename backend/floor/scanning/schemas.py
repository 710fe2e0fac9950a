"""What a device is told about a frame."""

from backend.kernel.edge import Told


class SeenCode(Told):
    """One code in the frame. Not confirmed: a hint to look closer, never a scan. Corners are pixels of the frame sent."""

    text: str
    format: str
    symbology_id: str
    corners: list[tuple[float, float]]
    confirmed: bool
    expected: bool
    doubt: str


class Seen(Told):
    """Everything a frame showed, or why it could not be read."""

    codes: list[SeenCode]
    error: str
    sentence: str
    width: int
    height: int
    cpu_ms: float


class EyesHealth(Told):
    """How the reading processes are; `zbar` is whether libzbar was found (reading works without it)."""

    started: bool
    workers: int
    alive: int
    waiting: int
    frames: int
    killed: int
    zbar: bool
