"""What a device is told about a frame."""

from backend.kernel.edge import Edge, Told


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


class SiteLabels(Told):
    """The symbologies that count as a scan at a site, and the lengths at which interleaved 2 of 5 is believed."""

    formats: list[str]
    itf_lengths: list[int]


class AllowLabels(Edge):
    """`scanning.allow`: the site's labels carry these symbologies and no others."""

    formats: list[str]
    itf_lengths: list[int]


class Awaited(Edge):
    """What a device says on its live line: the codes its open task waits for."""

    expected: tuple[str, ...] = ()


class SeenLive(Told):
    """One live frame's outcome: `number` as the device sent it, `dropped` frames that a newer one overtook so far.

    A code is confirmed once this frame or the last ones together say it; `slow` means the workers are busy: send less.
    """

    number: int
    dropped: int
    slow: bool
    codes: list[SeenCode]
