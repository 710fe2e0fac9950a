"""The floor's app in this process on a database of its own, and people who are signed in to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import httpx
from litestar import Litestar

from backend.access import add_device, add_person
from backend.app import create_floor_app
from backend.kernel.db import Database
from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from backend.kernel.settings import Settings

SECRET = "a secret of the tests, long enough"
ORIGIN = "http://gemba.test"
PIN = "2468"


def settings_for(urls: Urls, *, redis_url: str | None = None, **more: Any) -> Settings:
    """Settings of an app under test."""
    given: dict[str, Any] = {
        "database_url": urls.app,
        "owner_database_url": urls.owner,
        "portal_database_url": urls.portal,
        "company_prefix": "9521234",
        "redis_url": redis_url,
        "secret": SECRET,
        "link_secret": "a-link-secret-of-the-tests-long-enough",
        "state": Path("/nonexistent"),
        "public_url": ORIGIN,
    }
    return Settings(**(given | more))


@asynccontextmanager
async def running_app(settings: Settings, **more: Any) -> AsyncIterator[Litestar]:
    """The app between start and stop. Its life is one task of its own, as under a server: fixtures begin and end in two."""
    app = create_floor_app(settings, **more)
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    life = asyncio.create_task(live())
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait([life, waiting], return_when=asyncio.FIRST_COMPLETED)
    try:
        yield app
    finally:
        stop.set()
        await life


def client_of(app: Litestar, **more: Any) -> httpx.AsyncClient:
    """A browser of the app's own page: it sends its origin and keeps its cookies."""
    headers = {"origin": ORIGIN, **more.pop("headers", {})}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cast("Any", app), raise_app_exceptions=False),
        base_url=ORIGIN,
        headers=headers,
        **more,
    )


@dataclass
class Floor:
    """An app, its database, and one site of its own."""

    app: Litestar
    db: Database
    site: UUID = field(default_factory=new_id)
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self) -> httpx.AsyncClient:
        """A browser with no cookies yet; closed with the floor."""
        client = client_of(self.app)
        self.clients.append(client)
        return client

    async def close(self) -> None:
        """Closes every client that was handed out."""
        for client in self.clients:
            await client.aclose()

    async def person(self, *roles: str, pin: str = PIN, name: str = "Ann") -> "Badge":
        """Someone of the site."""
        badge = f"B-{new_id().hex[-10:]}"
        async with self.db.transaction() as connection:
            person = await add_person(
                connection,
                self.app.state.gate.pins,
                site_id=self.site,
                badge=badge,
                name=name,
                pin=pin,
                roles=roles,
            )
        return Badge(person, badge, pin)

    async def device(self, name: str = "MC-1") -> str:
        """An enrolled device's token."""
        async with self.db.transaction() as connection:
            return await add_device(connection, site_id=self.site, name=name)

    async def signed_in(self, *roles: str, device: str | None = None) -> "SignedInClient":
        """A client that a new person in these roles has signed in on."""
        badge = await self.person(*roles)
        client = self.client()
        device = device or await self.device()
        answer = await sign_in(client, device, badge)
        assert answer.status_code == 200, answer.text
        session = answer.json()
        client.headers["authorization"] = f"Bearer {session['accessToken']}"
        return SignedInClient(client, badge, device, session)


@dataclass(frozen=True)
class Badge:
    """What a person carries and knows."""

    person: UUID
    badge: str
    pin: str


@dataclass(frozen=True)
class SignedInClient:
    """A client with a token and the refresh cookie."""

    client: httpx.AsyncClient
    badge: Badge
    device: str
    session: dict[str, Any]


async def sign_in(
    client: httpx.AsyncClient, device: str, badge: Badge, pin: str | None = None
) -> httpx.Response:
    """One try to sign in."""
    body = {"deviceToken": device, "badge": badge.badge, "pin": pin or badge.pin}
    return await client.post("/api/floor/access/sign-in", json=body)


def assert_problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """Checks that an answer is a whole problem document (RFC 9457), and returns it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"/problems/{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["request"] == answer.headers["x-request-id"]
    return body
