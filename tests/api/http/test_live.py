"""The live WebSocket on a real server: tickets, changes of one's own site, peers that vanish, a server that stops."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from backend.access.gate import Gate
from backend.access.tokens import SignedIn
from backend.bench.process import Service, running
from backend.floor import live_route
from backend.kernel.commands import Who
from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from backend.kernel.live import Live
from tests.support.floor_app import Badge, Floor, sign_in
from tests.support.processes import api_process
from tests.support.servers import Servers


@pytest.fixture(scope="module")
async def api(
    floor_urls: Urls, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """One API process on the module's database."""
    folder: Path = tmp_path_factory.mktemp("api")
    found = api_process(floor_urls, servers.redis_url, folder)
    with running(found):
        yield found


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[Live]:
    """Another process's share of the fan-out."""
    found = Live(servers.redis_url)
    await found.start()
    yield found
    await found.stop()


async def _client(api: Service, floor: Floor, badge: Badge) -> httpx.AsyncClient:
    client = httpx.AsyncClient(base_url=api.url, headers={"origin": api.url})
    floor.clients.append(client)
    session = (await sign_in(client, await floor.device(), badge)).json()
    client.headers["authorization"] = f"Bearer {session['accessToken']}"
    return client


async def _socket(api: Service, client: httpx.AsyncClient) -> ClientConnection:
    ticket = (await client.post("/api/floor/access/tickets")).json()["ticket"]
    return await connect(f"ws://127.0.0.1:{api.port}/api/floor/live?ticket={ticket}")


async def _change(socket: ClientConnection) -> dict[str, Any]:
    """The next thing told that is not a beat."""
    async with asyncio.timeout(60):
        while True:
            told: dict[str, Any] = json.loads(await socket.recv())
            if told["kind"] != "beat":
                return told


async def _told_within(socket: ClientConnection, seconds: float) -> set[str]:
    """The kinds of all that comes within so many seconds."""
    kinds: set[str] = set()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                kinds.add(json.loads(await socket.recv())["kind"])
    return kinds


async def test_changes_of_my_site_and_no_other(api: Service, floor: Floor, live: Live) -> None:
    """What happens at my site reaches my screen from another process; what happens elsewhere does not."""
    client = await _client(api, floor, await floor.person("picker"))
    socket = await _socket(api, client)
    assert json.loads(await socket.recv()) == {"kind": "beat"}
    other = Floor(floor.app, floor.db)
    live.publish(other.site, "pick", line="not mine")
    live.publish(floor.site, "pick", line="mine")
    assert await _change(socket) == {"kind": "pick", "facts": {"line": "mine"}}
    await socket.close()


async def test_booked_command_is_told(api: Service, floor: Floor) -> None:
    """A refused batch tells nothing; the socket stays open beside it."""
    client = await _client(api, floor, await floor.person("picker"))
    socket = await _socket(api, client)
    batch = {"commands": [{"id": "01a200ad-3d87-7221-9d66-a307a473b7b9", "type": "none", "payload": {}}]}
    results = (await client.post("/api/floor/commands", json=batch)).json()["results"]
    assert results[0]["outcome"] == "refused"
    assert await _told_within(socket, 1) <= {"beat"}
    await socket.close()


@pytest.mark.parametrize("ticket", ["", "x", "%00", "used"])
async def test_bad_ticket_opens_nothing(api: Service, floor: Floor, ticket: str) -> None:
    """No ticket, a wrong one or a used one: the socket is closed at once with a code that says so."""
    if ticket == "used":
        client = await _client(api, floor, await floor.person("picker"))
        ticket = (await client.post("/api/floor/access/tickets")).json()["ticket"]
        async with connect(f"ws://127.0.0.1:{api.port}/api/floor/live?ticket={ticket}"):
            pass
    with pytest.raises(ConnectionClosed) as caught:
        async with connect(f"ws://127.0.0.1:{api.port}/api/floor/live?ticket={ticket}") as socket:
            await socket.recv()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 4401


async def _open_sockets(client: httpx.AsyncClient) -> int:
    text = (await client.get("/metrics")).text
    return int(
        float(next(line for line in text.splitlines() if line.startswith("gemba_live_sockets ")).split()[1])
    )


async def test_vanished_peers_are_cleaned_up(api: Service, floor: Floor) -> None:
    """Twenty screens that go without a word leave nothing behind, and the next one is served."""
    client = await _client(api, floor, await floor.person("picker"))
    before = await _open_sockets(client)
    sockets = [await _socket(api, client) for _ in range(20)]
    assert await _open_sockets(client) == before + 20
    for socket in sockets:
        socket.transport.abort()
    async with asyncio.timeout(60):
        while await _open_sockets(client) > before:  # another process has no event of ours
            await asyncio.sleep(0.2)
    again = await _socket(api, client)
    assert json.loads(await again.recv()) == {"kind": "beat"}
    await again.close()


async def test_server_with_open_sockets_stops_in_seconds(
    floor_urls: Urls, servers: Servers, floor: Floor, tmp_path: Path
) -> None:
    """SIGTERM ends a server within twenty seconds though screens hang on it, and they are told by the close of their sockets."""
    own = api_process(floor_urls, servers.redis_url, tmp_path)
    with running(own):
        client = await _client(own, floor, await floor.person("picker"))
        socket = await _socket(own, client)
        await socket.recv()
        started = time.monotonic()
        await asyncio.to_thread(own.stop)
        assert time.monotonic() - started < 20
        await asyncio.wait_for(socket.wait_closed(), 5)


class Peer:
    """A socket whose other end says something every `speaks` seconds, or never."""

    def __init__(self, speaks: float | None) -> None:
        self._speaks = speaks
        self.sent: list[str] = []
        self.closed: int | None = None

    async def receive_data(self, mode: str) -> str:
        await asyncio.sleep(self._speaks or 3600)
        return mode

    async def send_data(self, data: str, mode: str) -> None:
        assert mode == "text"
        self.sent.append(data)

    async def close(self, code: int, reason: str) -> None:
        assert reason
        self.closed = code


async def _streamed(peer: Peer, gate: Gate, seconds: float = 5) -> None:
    who = Who(new_id(), None, new_id(), frozenset())
    async with asyncio.timeout(seconds):
        await live_route._stream(cast("Any", peer), Live(None), gate, SignedIn(who, SESSION, 0))


SESSION = new_id()


async def test_silent_peer_is_closed_and_one_that_answers_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beats go out; a peer that never answers them is closed with its own code, one that does stays."""
    monkeypatch.setattr(live_route, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(live_route, "SILENCE_SECONDS", 0.3)
    silent, alive = Peer(None), Peer(0.05)
    await _streamed(silent, Gate("s" * 40))
    assert silent.closed == live_route.SILENT
    assert silent.sent.count('{"kind":"beat"}') >= 3
    with pytest.raises(TimeoutError):
        await _streamed(alive, Gate("s" * 40), 1)
    assert alive.closed is None


async def test_socket_of_an_ended_session_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was signed out hears no more changes after the next beat."""
    monkeypatch.setattr(live_route, "BEAT_SECONDS", 0.05)
    gate, peer = Gate("s" * 40), Peer(0.01)
    gate.end([SESSION])
    await _streamed(peer, gate)
    assert peer.closed == live_route.SIGNED_OUT
