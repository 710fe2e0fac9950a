"""The whole of Gemba on one machine: servers, API, worker, the core; started together, watched, stopped together. `gemba up`"""

import asyncio
import hashlib
import os
import signal
import ssl
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path

from backend.child import Child, Tell
from backend.kernel.embedded import PostgresServer, Urls, ValkeyServer, ensure_roles_and_databases
from backend.kernel.settings import Settings, from_environment
from backend.plan import Plan, environment
from backend.ports import must_be_free
from backend.running import remember

READY_SECONDS = 180.0
STOP_SECONDS = 15.0
API_PROCESSES = 2
GEMBA = (sys.executable, "-m", "backend.cli")


class NotReady(RuntimeError):
    """All was started, and the app cannot be used."""


class NotBuilt(RuntimeError):
    """There is no front end to serve."""


class Stack:
    """One running Gemba. `with Stack(plan, tell) as stack: stack.serve()`."""

    def __init__(self, plan: Plan, tell: Tell) -> None:
        self.plan = plan
        self._tell = tell
        self._exits = ExitStack()
        self._children: list[Child] = []
        self._stopping = False

    def start(self) -> Settings:
        """Servers, schema, demo masters, processes; returns when the app is ready.

        Heavy parts are imported where they are needed: a start with its data there needs few of them, and takes seconds.
        """
        signal.signal(signal.SIGTERM, _interrupt)
        must_be_free(self.plan.port, self.plan.host)
        self.plan.state.mkdir(parents=True, exist_ok=True)
        loaded = self._demo_stamp()
        database_url, redis_url = self._servers()
        urls = asyncio.run(ensure_roles_and_databases(database_url, self.plan.state))
        settings_of_all = environment(self.plan, urls, redis_url)
        remember(self.plan.state, settings_of_all)
        os.environ.update(settings_of_all)
        settings = from_environment()
        if loaded.exists():
            self._serve_api()  # loads while we look whether there is anything to migrate; ready only when there is not
            self._migrate(urls)
        else:
            self._migrate(urls)
            self._load_masters(settings)
            self._serve_api()
        self._wait_until_ready()
        self._work()
        if self.plan.demo and not loaded.exists():
            from backend.demo.load import send_orders

            asyncio.run(send_orders(settings, self.plan.orders, tell=self._tell))
            loaded.touch()
        return settings

    def _demo_stamp(self) -> Path:
        """The file that tells that the demo is in this database: the embedded one, or the one given."""
        given = os.environ.get("DATABASE_URL", "")
        suffix = f"-{hashlib.sha256(given.encode()).hexdigest()[:12]}" if given else ""
        return self.plan.state / f"demo-loaded{suffix}"

    def _load_masters(self, settings: Settings) -> None:
        if self.plan.demo:
            from backend.demo.load import load_masters

            asyncio.run(load_masters(settings, tell=self._tell))

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
            self._exits.callback(server.stop)  # first: a signal may come while it starts
            server.start()
            server.supervise()
            urls.append(server.url)
        database = given_database or urls.pop(0)
        return database, given_redis or urls.pop(0)

    def _migrate(self, urls: Urls) -> None:
        from backend.migrations import migrate

        asyncio.run(migrate(urls.owner))
        if not self.plan.linked_elsewhere:
            asyncio.run(migrate(urls.core_owner, "core"))

    def _serve_api(self) -> None:
        _wait_for_build()
        api = [*GEMBA, "serve", "floor", "--host", self.plan.host]
        api += ["--port", str(self.plan.port), "--workers", str(API_PROCESSES)]
        if self.plan.lan:
            from backend.kernel.tls import ensure_certificates, lan_hosts
            from backend.kernel.trust_server import TrustServer

            certificates = ensure_certificates(self.plan.state, lan_hosts())
            api += ["--certificate", str(certificates.cert), "--key", str(certificates.key)]
            page_url = f"http://{lan_hosts()[0]}:{self.plan.trust_port}"
            trust = TrustServer(
                certificates, page_url=page_url, app_url=self.plan.url, port=self.plan.trust_port
            )
            self._exits.callback(trust.start().stop)
            self._tell(f"How to trust this Gemba on a phone: {page_url}")
            self._tell(f"Its authority's SHA-256 fingerprint: {certificates.fingerprint}")
        self._child("api", api, dict(os.environ))

    def _work(self) -> None:
        """The processes that nobody waits for."""
        if not self.plan.linked_elsewhere:
            serve = [*GEMBA, "serve", "core", "--port", str(self.plan.core_port)]
            self._child("core", serve, dict(os.environ))
        if os.environ.get("GEMBA_SMTP_URL", "").endswith(f"127.0.0.1:{self.plan.mail_port}"):
            self._child("post", [sys.executable, "-m", "backend.demo.postbox"], dict(os.environ))
        if self.plan.demo:
            self._child("printer", [sys.executable, "-m", "backend.demo.printer"], dict(os.environ))
        self._child("worker", [sys.executable, "-m", "backend.worker"], dict(os.environ))

    def _child(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        child = Child(name, command, environment)
        child.start()
        self._children.append(child)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline:
                raise NotReady(f"The app was not ready after {READY_SECONDS:.0f} s; the lines above say why.")
            for child in self._children:
                child.watch(self._tell)
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        connection: HTTPConnection = HTTPConnection("127.0.0.1", self.plan.port, timeout=5)
        if self.plan.lan:
            trusting = ssl.create_default_context(cafile=self.plan.state / "tls" / "gemba-ca.crt")
            connection = HTTPSConnection("127.0.0.1", self.plan.port, timeout=5, context=trusting)
        with closing(connection):
            try:
                connection.request("GET", "/health/ready")
                return connection.getresponse().status == HTTPStatus.OK
            except (OSError, HTTPException):
                return False

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
        _end_build()
        for child in reversed(self._children):
            child.stop()
        for child in reversed(self._children):
            child.wait(STOP_SECONDS)
        self._exits.close()


def _interrupt(_number: int, _frame: object) -> None:
    """SIGTERM before we serve ends the start as Ctrl-C does, so that what was started is stopped."""
    raise KeyboardInterrupt


def _wait_for_build() -> None:
    """`./dev up` builds the PWA in a process of its own meanwhile; without it there is nothing to show.

    Raises:
        NotBuilt: the build failed; it has said why.
    """
    building = os.environ.pop("GEMBA_BUILD_PID", "")
    if building and os.waitstatus_to_exitcode(os.waitpid(int(building), 0)[1]) != 0:
        raise NotBuilt("The PWA was not built; the lines above say why.")


def _end_build() -> None:
    """Nobody waits for the build any more."""
    if building := os.environ.pop("GEMBA_BUILD_PID", ""):
        with suppress(ProcessLookupError):
            os.kill(int(building), signal.SIGTERM)


def welcome(stack: Stack, settings: Settings) -> str:
    """What a person needs to begin: where, who, with which code, and how to stop."""
    lines = ["", f"  Gemba runs at      {stack.plan.url}"]
    if stack.plan.demo:
        from backend.demo.people import demo_logins, enrolment_code

        lines += [
            f"  Badges to scan     {stack.plan.url}/demo/badges",
            f"  Suppliers' mails   {stack.plan.url}/demo/mail",
            f"  Printed labels     {stack.plan.url}/demo/printer",
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
