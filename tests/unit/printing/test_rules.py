"""What a print job does next, what a printer complains of, and where we connect at all."""

from ipaddress import ip_network
from typing import get_args

import pytest

from backend.floor.printing.rules import (
    FINAL,
    MOVES,
    STATES,
    Event,
    Fault,
    State,
    after,
    before,
    fault_in,
    is_host,
    may_be_printer,
    wait,
)

PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "192.168.0.0/16", "fc00::/7")))


def test_every_state_and_event_is_used_and_no_job_prints_itself_twice() -> None:
    """From `unsure`, where a label may be out, only a person's word leads back to the queue; what is sent stays sent but for that."""
    assert {state for state, _ in MOVES} | set(MOVES.values()) == set(STATES) == set(get_args(State))
    assert {event for _, event in MOVES} == set(get_args(Event))
    assert {event for state, event in MOVES if state in ("unsure", *FINAL)} == {"again", "cancel"}
    assert after("sent", "take") is None
    assert before("take") == ["waiting"]


@pytest.mark.parametrize(
    ("paper", "pause", "head", "ribbon", "fault"),
    [
        (0, 0, 0, 0, ""),
        (1, 0, 0, 0, "paper_out"),
        (0, 1, 0, 0, "paused"),
        (1, 1, 1, 1, "head_open"),
        (0, 1, 0, 1, "ribbon_out"),
    ],
)
def test_the_printers_complaint_is_what_must_be_mended_first(
    paper: int, pause: int, head: int, ribbon: int, fault: Fault
) -> None:
    """A printer with an open head says paused and paper out, too; closing the head is what helps."""
    answer = (
        f"\x02030,{paper},{pause},1245,000,0,0,0,000,0,0,0\x03\r\n"
        f"\x02000,0,{head},{ribbon},0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
    )
    assert fault_in(answer.encode()) == fault


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400", b"\x02\x03", b"\x02030,1\x03\x02a,b\x03", b"\xff" * 99]
)
def test_a_printer_that_speaks_otherwise_is_believed_to_be_ready(answer: bytes) -> None:
    """Not every printer of ZPL answers `~HS`; half an answer is none."""
    assert fault_in(answer) == ""


@pytest.mark.parametrize(
    ("address", "port", "may"),
    [
        ("10.1.2.3", 9100, True),
        ("192.168.7.9", 9103, True),
        ("192.168.7.9", 6101, True),
        ("fd00::9", 9100, True),
        ("::ffff:10.1.2.3", 9100, True),
        ("10.1.2.3", 6379, False),
        ("10.1.2.3", 80, False),
        ("127.0.0.1", 9100, False),
        ("169.254.169.254", 9100, False),
        ("8.8.8.8", 9100, False),
        ("::ffff:8.8.8.8", 9100, False),
        ("printer", 9100, False),
    ],
)
def test_only_printers_in_the_companys_networks_are_connected_to(address: str, port: int, may: bool) -> None:
    """Neither the internet, nor this machine, nor the cloud's metadata, nor a port where something else listens."""
    assert may_be_printer(address, port, PRIVATE) is may


def test_this_machines_ports_are_free_where_its_network_is_allowed() -> None:
    """The demo's stand-ins listen wherever there is room."""
    assert may_be_printer("127.0.0.1", 8004, [ip_network("127.0.0.0/8")])


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("192.168.1.20", True),
        ("fd00::9", True),
        ("zebra-01.lan", True),
        ("a b", False),
        ("-x", False),
        ("http://x", False),
        ("x" * 64, False),
        ("a..b", False),
    ],
)
def test_a_host_is_an_address_or_a_name(host: str, is_one: bool) -> None:
    """A slip of the pen is told when the printer is entered, not when the first label does not come."""
    assert is_host(host) is is_one


def test_tries_come_soon_and_never_more_than_a_quarter_of_a_minute_apart() -> None:
    """Whoever loaded paper sees the label within seconds."""
    assert [wait(tries).total_seconds() for tries in (0, 1, 2, 3, 4, 5, 99)] == [1, 1, 2, 4, 8, 15, 15]
