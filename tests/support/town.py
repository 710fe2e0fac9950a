"""The whole of Gemba as `gemba up` runs it, with the demo company: floor, core, workers and post, as people use them over HTTP."""

import asyncio
import email
import email.policy
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from backend.demo.people import demo_logins, enrolment_code
from backend.floor.stock.audit import Finding, audit_url
from backend.kernel.embedded import PostgresServer, ensure_roles_and_databases, free_port
from backend.kernel.ids import new_id
from backend.plan import kept_secrets

ROOT = Path(__file__).parents[2]
PATIENCE = 240.0  # seconds; a machine that does much else is slow, and what is true ends the wait
T = TypeVar("T")


@dataclass
class Citizen:
    """Somebody of the demo company who is signed in on a device of their own."""

    client: httpx.AsyncClient
    badge: str

    async def get(self, path: str, **query: Any) -> Any:
        """A read that must work; the path from /api."""
        answer = await self.client.get(f"/api{path}", params=query)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.json()

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """A command."""
        return await self.client.post(f"/api{path}", json=body, headers={"idempotency-key": str(new_id())})

    async def done(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer of a command that must be done."""
        answer = await self.post(path, body)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        told: dict[str, Any] = answer.json()
        return told

    async def refused(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The problem of a command that must be refused."""
        answer = await self.post(path, body)
        assert answer.status_code in {400, 403, 404, 409, 422}, f"{path}: {answer.text}"
        told: dict[str, Any] = answer.json()
        return told


@dataclass
class Town:
    """A running Gemba."""

    url: str
    state: Path
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def code(self) -> str:
        """What enrols a device."""
        return enrolment_code(kept_secrets(self.state)["GEMBA_SECRET"])

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A browser of the app's page."""
        made = httpx.AsyncClient(base_url=self.url, headers={"origin": self.url, **headers}, timeout=30)
        self.clients.append(made)
        return made

    async def citizen(self, badge: str) -> Citizen:
        """Signs somebody of the demo company in."""
        pin = next(one.pin for one in demo_logins() if one.badge == badge)
        client = self.client()
        enrolled = await client.post(
            "/api/floor/access/enrol", json={"code": self.code, "name": f"T {badge}"}
        )
        assert enrolled.status_code < 300, enrolled.text
        body = {"deviceToken": enrolled.json()["deviceToken"], "badge": badge, "pin": pin}
        answer = await client.post("/api/floor/access/sign-in", json=body)
        assert answer.status_code == 200, answer.text
        client.headers["authorization"] = f"Bearer {answer.json()['accessToken']}"
        return Citizen(client, badge)

    async def audit(self) -> list[Finding]:
        """What is wrong with the floor's ledger."""
        urls = await ensure_roles_and_databases(PostgresServer(self.state).url, self.state)
        return await audit_url(urls.app)

    def letters(self, order: str) -> list[str]:
        """The links in the mails about a purchase order, the oldest first."""
        found = []
        for path in sorted((self.state / "mails").glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            plain = message.get_body(("plain",))
            if plain is not None and order in str(message["subject"]):
                found += re.findall(r"https?://\S+/supply#\S+", plain.get_content())
        return found


async def eventually(look: Callable[[], Awaitable[T | None]], *, seconds: float = PATIENCE) -> T:
    """Looks until what is seen is true: what crosses the link takes a moment.

    Raises:
        AssertionError: it never was.
    """
    deadline = time.monotonic() + seconds
    while not (seen := await look()):
        assert time.monotonic() < deadline, f"it never came true: {seen!r}"
        await asyncio.sleep(0.2)
    return seen


@asynccontextmanager
async def running_town(state: Path, *, orders: int = 3) -> AsyncIterator[Town]:
    """`gemba up` with the demo company on a port of its own, stopped at the end."""
    state.chmod(0o755)  # the servers' user must be able to enter it
    port = free_port()
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
    }
    inherited["GEMBA_SOLVER"] = "0"
    command = [
        *(sys.executable, "-m", "backend.cli", "up", "--port", str(port)),
        *("--state", str(state), "--orders", str(orders)),
    ]
    with (state / "out").open("wb") as output:
        process = subprocess.Popen(  # noqa: ASYNC220  (it runs beside us; its pipe is a file)
            command, cwd=ROOT, env=inherited, stdout=output, stderr=output
        )
    town = Town(f"http://localhost:{port}", state)
    try:
        await eventually(lambda: _started(process, state), seconds=240)
        yield town
    finally:
        for client in town.clients:
            await client.aclose()
        process.send_signal(signal.SIGINT)
        await asyncio.to_thread(process.wait, 60)


async def _started(process: subprocess.Popen[bytes], state: Path) -> bool:
    told = (state / "out").read_text(errors="replace")
    assert process.poll() is None, told
    return "Stop with" in told
