"""A camera's frames over a WebSocket, on a real server."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from backend.bench.process import Service, running
from backend.floor.labels import place_label, png
from backend.kernel.embedded import Urls
from tests.support.floor_app import Floor, sign_in
from tests.support.processes import api_process
from tests.support.servers import Servers

LABEL = png(place_label("C-07-3-B", "42"), 203)


@pytest.fixture(scope="module")
async def api(
    floor_urls: Urls, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """One API process on the module's database."""
    folder: Path = tmp_path_factory.mktemp("api")
    found = api_process(floor_urls, servers.redis_url, folder)
    with running(found):
        yield found


async def _line(api: Service, floor: Floor) -> ClientConnection:
    client = httpx.AsyncClient(base_url=api.url, headers={"origin": api.url})
    floor.clients.append(client)
    session = (await sign_in(client, await floor.device(), await floor.person("picker"))).json()
    client.headers["authorization"] = f"Bearer {session['accessToken']}"
    ticket = (await client.post("/api/floor/access/tickets")).json()["ticket"]
    return await connect(f"ws://127.0.0.1:{api.port}/api/floor/scanning/live?ticket={ticket}")


def _frame(number: int, picture: bytes = LABEL) -> bytes:
    return number.to_bytes(4, "big") + picture


async def _told(line: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(120):
        told: dict[str, Any] = json.loads(await line.recv())
        return told


async def _closed(line: ClientConnection) -> int | None:
    """The code with which the server ends the line, whatever it still tells before."""
    async with asyncio.timeout(120):
        with pytest.raises(ConnectionClosed) as end:
            while True:
                await line.recv()
    return end.value.rcvd.code if end.value.rcvd else None


async def test_the_newest_frame_of_a_camera_is_read(api: Service, floor: Floor) -> None:
    """Of frames sent at once the last is read for certain and some before it are dropped; a code awaited is said so."""
    line = await _line(api, floor)
    await line.send(json.dumps({"expected": ["C-07-3-B"]}))
    for number in range(1, 11):
        await line.send(_frame(number))
    told = await _told(line)
    while told["number"] < 10:
        told = await _told(line)
    bin_code = next(code for code in told["codes"] if code["text"] == "C-07-3-B")
    assert (bin_code["confirmed"], bin_code["expected"]) == (True, True), told
    assert told["dropped"] >= 1
    await line.send(_frame(11, b"no picture"))
    told = await _told(line)
    assert (told["number"], told["codes"]) == (11, [])
    await line.close()


async def test_a_line_ends_for_who_sends_too_much(api: Service, floor: Floor) -> None:
    """A frame beyond the limit, more frames than anyone could take, and nonsense each end the line with a code of its own."""
    large = await _line(api, floor)
    await large.send(_frame(1, b"\xff\xd8\xff" + bytes(200_000)))
    assert await _closed(large) == 4413
    assert await _flooded(api, floor) == 4429
    odd = await _line(api, floor)
    await odd.send('{"expect": 1}')
    assert await _closed(odd) == 4400


async def _flooded(api: Service, floor: Floor) -> int | None:
    """The code for who sends faster than anyone could take; it is lost now and then with the frames still on their way."""
    code = None
    for _ in range(5):
        line = await _line(api, floor)
        with contextlib.suppress(ConnectionClosed):
            for number in range(200):
                await line.send(_frame(number, b"x"))
        if code := await _closed(line):
            break
    return code


async def test_nobody_enters_without_a_ticket(api: Service) -> None:
    """A line without a ticket is ended before any frame is read."""
    line = await connect(f"ws://127.0.0.1:{api.port}/api/floor/scanning/live?ticket=none")
    assert await _closed(line) == 4401
