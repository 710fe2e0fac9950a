"""The whole of Gemba on one machine: servers, API, worker, the demo's ERP; started together, watched, stopped together. `gemba up`"""

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from backend.demo.load import load_masters, send_orders
from backend.demo.people import demo_logins, enrolment_code
from backend.kernel.embedded import PostgresServer, Urls, ValkeyServer, ensure_roles_and_databases
from backend.kernel.settings import Settings, from_environment
from backend.kernel.tls import Certificates, ensure_certificates, lan_hosts
from backend.kernel.trust_server import TrustServer
from backend.migrations import migrate

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
API_PROCESSES = 2

Tell = Callable[[str], None]


@dataclass
class Plan:
    """What to start: where the data is, on which port, for this machine only or the local network, with the demo or without."""

    state: Path
    port: int
    lan: bool = False
    demo: bool = True
    orders: int = 150


@dataclass
class Child:
    """A process of ours that is started again when it dies."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, env=dict(self.environment), start_new_session=True)  # noqa: S603

    def watch(self, tell: Tell) -> None:
        """Starts it again if it died; ever more slowly if it dies again and again."""
        assert self.process is not None
        code = self.process.poll()
        if code is None:
            return
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < 60] + [now]
        if len(self.deaths) > 1 and now - self.deaths[-2] < 2 ** min(len(self.deaths), 5):
            time.sleep(0.5)
        tell(f"{self.name} ended with {code}; starting it again")
        self.start()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


def kept_secrets(state: Path) -> dict[str, str]:
    """This installation's secrets: made once, readable by its user only."""
    path = state / "secrets.json"
    if not path.exists():
        made = {name: secrets.token_urlsafe(48) for name in ("GEMBA_SECRET", "GEMBA_LINK_SECRET")}
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(made, file)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


class Stack:
    """One running Gemba. `with Stack(plan, tell) as stack: stack.serve()`."""

    def __init__(self, plan: Plan, tell: Tell) -> None:
        self.plan = plan
        self._tell = tell
        self._exits = ExitStack()
        self._children: list[Child] = []
        self._stopping = False
        self.certificates: Certificates | None = None

    @property
    def url(self) -> str:
        """Where people open the app."""
        if self.plan.lan:
            return f"https://{lan_hosts()[0]}:{self.plan.port}"
        return f"http://localhost:{self.plan.port}"

    @property
    def erp_port(self) -> int:
        """Where the demo's ERP listens and shows what came back."""
        return self.plan.port + 1

    def start(self) -> Settings:
        """Servers, schema, demo masters, processes; returns when the app is ready."""
        self.plan.state.mkdir(parents=True, exist_ok=True)
        database_url, redis_url = self._servers()
        urls = asyncio.run(ensure_roles_and_databases(database_url, self.plan.state))
        asyncio.run(migrate(urls.owner))
        os.environ.update(self._environment(urls, redis_url))
        settings = from_environment()
        first = not (self.plan.state / "demo-loaded").exists()
        if self.plan.demo and first:
            asyncio.run(load_masters(settings, tell=self._tell))
        self._processes()
        self._wait_until_ready()
        if self.plan.demo and first:
            asyncio.run(send_orders(settings, self.plan.orders, tell=self._tell))
            (self.plan.state / "demo-loaded").touch()
        return settings

    def _servers(self) -> tuple[str, str]:
        given_database, given_redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        servers: list[PostgresServer | ValkeyServer] = []
        if not given_database:
            servers.append(PostgresServer(self.plan.state))
        if not given_redis:
            servers.append(ValkeyServer(self.plan.state))
        urls = []
        for server in servers:
            self._tell(f"Starting {server.name}")
            server.start()
            self._exits.callback(server.stop)
            server.supervise()
            urls.append(server.url)
        database = given_database or urls.pop(0)
        return database, given_redis or urls.pop(0)

    def _environment(self, urls: Urls, redis_url: str) -> dict[str, str]:
        given = {
            name: os.environ[name] for name in ("GEMBA_SECRET", "GEMBA_LINK_SECRET") if os.environ.get(name)
        }
        environment = {
            **kept_secrets(self.plan.state),
            **given,
            "DATABASE_URL": urls.app,
            "GEMBA_OWNER_DATABASE_URL": urls.owner,
            "REDIS_URL": redis_url,
            "GEMBA_STATE": str(self.plan.state),
            "GEMBA_PORT": str(self.plan.port),
            "GEMBA_PUBLIC_URL": self.url,
            "GEMBA_SECURE_COOKIES": "1" if self.plan.lan else "0",
            "GEMBA_DEMO": "1" if self.plan.demo else "0",
        }
        if self.plan.demo and not os.environ.get("GEMBA_ERP_INBOX_URL"):
            environment["GEMBA_ERP_INBOX_URL"] = f"http://127.0.0.1:{self.erp_port}/inbox"
        return environment

    def _processes(self) -> None:
        environment = dict(os.environ)
        if self.plan.demo:
            self._child("erp", [sys.executable, "-m", "backend.demo.erp"], environment)
        self._child("worker", [sys.executable, "-m", "backend.worker"], environment)
        api = [
            *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--loop", "uvloop"),
            *("--http", "1", "--workers", str(API_PROCESSES), "--workers-kill-timeout", "5"),
            *(
                "--respawn-failed-workers",
                "--port",
                str(self.plan.port),
                "--no-access-log",
                "--log-level",
                "warning",
            ),
            *("--host", "0.0.0.0" if self.plan.lan else "127.0.0.1"),  # noqa: S104  (--lan asks for it)
        ]
        if self.plan.lan:
            self.certificates = ensure_certificates(self.plan.state, lan_hosts())
            api += [
                "--ssl-certificate",
                str(self.certificates.cert),
                "--ssl-keyfile",
                str(self.certificates.key),
            ]
            page_url = f"http://{lan_hosts()[0]}:{self.plan.port + 2}"
            trust = TrustServer(
                self.certificates, page_url=page_url, app_url=self.url, port=self.plan.port + 2
            )
            self._exits.callback(trust.start().stop)
            self._tell(f"How to trust this Gemba on a phone: {page_url}")
        self._child("api", [*api, "backend.app:create_app"], environment)

    def _child(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        child = Child(name, command, environment)
        child.start()
        self._children.append(child)

    def _wait_until_ready(self) -> None:
        scheme = "https" if self.plan.lan else "http"
        deadline = time.monotonic() + READY_SECONDS
        # The certificate is our own and this machine has no reason to trust it; nothing is sent but this question.
        with httpx.Client(verify=False, timeout=2) as client:  # noqa: S501
            while time.monotonic() < deadline:
                try:
                    if client.get(f"{scheme}://127.0.0.1:{self.plan.port}/health/ready").status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                for child in self._children:
                    child.watch(self._tell)
                time.sleep(0.1)
        raise TimeoutError(f"the app was not ready after {READY_SECONDS:.0f} s")

    def serve(self) -> None:
        """Watches over everything until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        while not self._stopping:
            for child in self._children:
                child.watch(self._tell)
            time.sleep(0.3)

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def stop(self) -> None:
        """Stops the processes, then the servers; what is under way is finished first."""
        for child in reversed(self._children):
            child.stop()
        for child in reversed(self._children):
            child.wait(STOP_SECONDS)
        self._exits.close()


def welcome(stack: Stack, settings: Settings) -> str:
    """What a person needs to begin: where, who, with which code, and how to stop."""
    lines = ["", f"  Gemba runs at      {stack.url}"]
    if stack.plan.demo:
        lines += [
            f"  Badges to scan     {stack.url}/demo/badges",
            f"  The demo's ERP     http://localhost:{stack.erp_port}/",
            f"  Enrolment code     {enrolment_code(settings.secret)}",
            "",
            "  Sign in with badge and PIN:",
            *(
                f"    {login.badge:<12} {login.pin:<6} {login.name} ({', '.join(login.roles)})"
                for login in demo_logins()
            ),
        ]
    lines += ["", "  Stop with Ctrl-C, or with ./dev stop", ""]
    return "\n".join(lines)
