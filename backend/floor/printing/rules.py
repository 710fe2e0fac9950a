"""How a print job goes on, what a printer says of itself, and which addresses may be printers: pure decisions."""

import ipaddress
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend.kernel.settings import Network

State = Literal["waiting", "sending", "sent", "unsure", "failed", "cancelled"]
Event = Literal["take", "arrive", "refuse", "break", "give_up", "again", "cancel"]
Fault = Literal[
    "", "unreachable", "not_allowed", "paper_out", "ribbon_out", "head_open", "paused", "broken", "gone"
]

STATES: Final[tuple[State, ...]] = ("waiting", "sending", "sent", "unsure", "failed", "cancelled")
FINAL: Final[tuple[State, ...]] = ("sent", "cancelled")
MOVES: Final[dict[tuple[State, Event], State]] = {
    ("waiting", "take"): "sending",
    ("waiting", "cancel"): "cancelled",
    ("sending", "arrive"): "sent",
    ("sending", "refuse"): "waiting",
    # The line broke under way, or the worker died: the label may lie in the tray. Two labels of one number are worse
    # than none, so a person looks and says.
    ("sending", "break"): "unsure",
    ("sending", "give_up"): "failed",
    ("sent", "again"): "waiting",
    ("unsure", "again"): "waiting",
    ("unsure", "cancel"): "cancelled",
    ("failed", "again"): "waiting",
    ("failed", "cancel"): "cancelled",
    ("cancelled", "again"): "waiting",
}
LEASE: Final = timedelta(minutes=2)
GIVE_UP_AFTER: Final = timedelta(hours=8)  # a shift; a label of the day before helps nobody
_LONGEST_WAIT: Final = 15

# Raw ZPL as printers and print servers listen for it: 9100 and the ports above for further printers of one print server, 6101 by Zebra's default.
PORTS: Final = frozenset({*range(9100, 9110), 6101})
_NAME: Final = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}))*\.?"
)


def after(state: State, event: Event) -> State | None:
    """The state that follows; None where the event does not fit."""
    return MOVES.get((state, event))


def before(event: Event) -> list[State]:
    """The states in which the event fits."""
    return [state for state, known in MOVES if known == event]


def wait(tries: int) -> timedelta:
    """Until the next try: soon, for somebody stands there with new paper; never longer than a quarter of a minute."""
    return timedelta(seconds=min(_LONGEST_WAIT, 2 ** max(0, tries - 1)))


def is_host(host: str) -> bool:
    """Whether this can be a printer's address: an IP address or a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _NAME.fullmatch(host) is not None
    return True


def may_be_printer(address: str, port: int, networks: "Sequence[Network]") -> bool:
    """Whether we connect there. Only the company's own networks, and only printers' ports: whoever may enter printers must not
    be able to look round the network with our eyes. This machine's own ports are free where its network is allowed (a demo).
    """
    try:
        there = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(there, ipaddress.IPv6Address) and there.ipv4_mapped is not None:
        there = there.ipv4_mapped
    if not any(there.version == network.version and there in network for network in networks):
        return False
    return port in PORTS or there.is_loopback


def fault_in(status: bytes) -> Fault:
    """What a printer's answer to `~HS` complains of; empty when it is ready or does not speak that.

    Three strings between STX and ETX (ZPL II Programming Guide, ~HS): the first holds paper out (2nd field) and pause (3rd),
    the second head up (3rd) and ribbon out (4th). What must be mended first is told first.
    """
    strings = [part.split(b",") for part in re.findall(rb"\x02([^\x03]*)\x03", status)]
    if len(strings) < 2 or len(strings[0]) < 3 or len(strings[1]) < 4:
        return ""
    if strings[1][2] == b"1":
        return "head_open"
    if strings[0][1] == b"1":
        return "paper_out"
    if strings[1][3] == b"1":
        return "ribbon_out"
    if strings[0][2] == b"1":
        return "paused"
    return ""
