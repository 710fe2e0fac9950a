"""Which symbologies count as a scan, and how much one device may send: pure decisions."""

from collections.abc import Collection
from typing import Final

# Not among them: UPC-E, EAN-8 and Code 39, which wrong reads of other codes look like, and what no warehouse prints.
# A site that uses them says so.
USUAL_FORMATS: Final = frozenset(
    {
        "Aztec",
        "Code128",
        "DataBar",
        "DataBarExp",
        "DataBarLtd",
        "DataMatrix",
        "EAN13",
        "ITF",
        "PDF417",
        "QR",
        "UPCA",
    }
)
USUAL_ITF_LENGTHS: Final = frozenset({14})
ITF_SHORTEST: Final = 6
ITF_LONGEST: Final = 30
MOST_ITF_LENGTHS: Final = 8


def itf_fault(lengths: Collection[int]) -> str:
    """Why these lengths of interleaved 2 of 5 cannot be allowed; empty when they can. Digits come in pairs."""
    if len(lengths) > MOST_ITF_LENGTHS:
        return f"At most {MOST_ITF_LENGTHS} lengths of ITF: each one more makes torn codes look whole."
    odd = sorted({length for length in lengths if length % 2 or not ITF_SHORTEST <= length <= ITF_LONGEST})
    if odd:
        return f"ITF has an even number of digits, {ITF_SHORTEST} to {ITF_LONGEST}; not {', '.join(map(str, odd))}."
    return ""


class Pace:
    """How many frames a device may still send: a bucket that fills at `rate` a second up to `burst`."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self._left = burst
        self._at = 0.0

    def allows(self, at_s: float) -> bool:
        """Takes one frame at a moment of any steady clock; False when the device is too fast."""
        self._left = min(self.burst, self._left + (at_s - self._at) * self.rate)
        self._at = at_s
        if self._left < 1:
            return False
        self._left -= 1
        return True
