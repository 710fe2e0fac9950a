"""Sends ZPL to a printer over raw TCP (port 9100), and asks the printer how it is before and after."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence
from typing import Final

from backend.floor.printing.rules import Fault, fault_in, may_be_printer
from backend.kernel.settings import Network

CONNECT_SECONDS: Final = 3.0
ANSWER_SECONDS: Final = 1.5
SEND_SECONDS: Final = 20.0
_ASK: Final = b"~HS\r\n"
_STRINGS: Final = 3
_MOST_ANSWER: Final = 4096


class Broke(ConnectionError):
    """The line broke after the first byte of a label: nobody knows what was printed."""


async def deliver(host: str, port: int, zpl: bytes, networks: Sequence[Network]) -> Fault:
    """Sends labels; empty when the printer took them whole, else why not a byte of them was sent.

    A printer that answers `~HS` must answer it again behind the labels: then it has taken them. One that keeps silent
    (a print server, another make) is believed when it took all bytes.

    Raises:
        Broke: it stopped in the middle.
    """
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            address = await _address(host, port, networks)
            if address is None:
                return "not_allowed"
            reader, writer = await asyncio.open_connection(address, port)
    except (OSError, TimeoutError):
        return "unreachable"
    try:
        return await _talk(reader, writer, zpl)
    finally:
        writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await writer.wait_closed()


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, zpl: bytes) -> Fault:
    try:
        status = await _status(reader, writer)
    except OSError:
        return "unreachable"
    if fault := fault_in(status):
        return fault
    try:
        async with asyncio.timeout(SEND_SECONDS):
            writer.write(zpl)
            await writer.drain()
            if status and not await _status(reader, writer, SEND_SECONDS):
                raise Broke("no answer behind the labels")
    except (OSError, TimeoutError) as error:
        raise Broke(str(error)) from error
    return ""


async def _status(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float = ANSWER_SECONDS
) -> bytes:
    """The printer's answer to `~HS`; what came of it until the time was over."""
    writer.write(_ASK)
    await writer.drain()
    answer = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while answer.count(b"\x03") < _STRINGS and len(answer) < _MOST_ANSWER:
                part = await reader.read(1024)
                if not part:
                    break
                answer += part
    return answer


async def _address(host: str, port: int, networks: Sequence[Network]) -> str | None:
    """The address behind a name, the one that is then connected to: looked up twice, a name could change in between."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    return next((one for one in addresses if may_be_printer(one, port, networks)), None)
