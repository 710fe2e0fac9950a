"""The link's HTTP face: who may post, what is refused and how, and what a supervisor sees and does."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
import pytest
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from sqlalchemy import insert, select, update

from backend.access.gate import Gate
from backend.access.guards import provide_who
from backend.contract.shipments import ShipmentRequested
from backend.floor.link import routes
from backend.kernel import clock
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.http import exception_handlers
from backend.kernel.ids import new_id
from backend.kernel.link import signing
from backend.kernel.settings import Settings
from backend.kernel.tables import Inbox, Outbox

OLD = "whsec_" + base64.b64encode(b"the old secret, thirty-two bytes").decode()
NEW = "whsec_" + base64.b64encode(b"the new secret, thirty-two bytes").decode()
INBOX = "/api/floor/link/inbox"


@pytest.fixture
async def client(db: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The link's routes under the app's own error pages, with a supervisor's and a picker's token at hand."""
    settings = Settings(
        database_url="", owner_database_url="", redis_url=None, secret="s" * 32, link_secret=f"{NEW} {OLD}",
        state=tmp_path, erp_inbox_url="http://erp.example/inbox",
    )  # fmt: skip
    gate = Gate(settings.secret)
    app = Litestar(
        [Router("/api/floor", route_handlers=[routes.router])],
        dependencies={
            "db": Provide(lambda: db, sync_to_thread=False),
            "settings": Provide(lambda: settings, sync_to_thread=False),
            "who": Provide(provide_who, sync_to_thread=False),
        },
        exception_handlers=exception_handlers(),
        state=State({"gate": gate, "db": db, "settings": settings}),
        openapi_config=None,
        logging_config=None,
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", app)), base_url="http://floor"
    ) as client:
        for role in ("supervisor", "picker"):
            who = Who(new_id(), None, new_id(), frozenset({role}))
            client.cookies.set(role, gate.tokens.issue(who, new_id()))
        yield client


def as_(client: httpx.AsyncClient, role: str = "supervisor") -> dict[str, str]:
    """Headers of a command by someone with the role."""
    return {"authorization": f"Bearer {client.cookies[role]}", "idempotency-key": str(new_id())}


def message(**changes: Any) -> dict[str, Any]:
    """A shipment request as an ERP posts it."""
    return {
        "specversion": "1.0", "id": "e-1", "source": "https://erp.example", "type": ShipmentRequested.TYPE,
        "subject": "shipment/SO-1", "sequence": "1", "time": "2026-11-22T10:00:00Z",
        "data": {"number": "SO-1", "version": 1, "customer": "C-1", "dueAt": "2026-11-23T10:00:00Z",
                 "lines": [{"line": 1, "sku": "BK-1", "quantity": "2.5", "unit": "pc"}]},
    } | changes  # fmt: skip


async def post(
    client: httpx.AsyncClient,
    body: dict[str, Any] | bytes,
    *,
    secret: str = NEW,
    off: int = 0,
    **headers: str,
) -> httpx.Response:
    """Posts a body signed with a secret, `off` seconds from now."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = signing.sign(signing.keys(secret), "w-1", clock.now() + timedelta(seconds=off), raw)
    return await client.post(INBOX, content=raw, headers=signed | headers)


async def inbox(db: Database) -> list[Any]:
    """The whole inbox."""
    async with db.transaction() as connection:
        return list(await connection.execute(select(Inbox).order_by(Inbox.seq)))


async def test_a_signed_message_is_kept_whole_and_a_repeat_is_told(
    client: httpx.AsyncClient, db: Database
) -> None:
    """202 for the first and for its repeat, one row, the body as it came."""
    first, again = await post(client, message()), await post(client, message())
    assert (first.status_code, first.json()) == (202, {"state": "accepted", "id": "e-1"})
    assert (again.status_code, again.json()) == (202, {"state": "duplicate", "id": "e-1"})
    (row,) = await inbox(db)
    assert (row.source, row.id, row.document, row.sequence) == (
        "https://erp.example",
        "e-1",
        "shipment/SO-1",
        1,
    )
    assert row.body == message()


async def test_both_secrets_in_force_are_taken(client: httpx.AsyncClient, db: Database) -> None:
    """While a secret is being changed the old one still opens the door."""
    assert (await post(client, message(), secret=OLD)).status_code == 202
    assert len(await inbox(db)) == 1


async def test_an_unknown_type_and_a_newer_schema_are_kept(client: httpx.AsyncClient, db: Database) -> None:
    """What this floor does not understand is 202, kept and marked, never dropped."""
    for n, kind in enumerate(("gemba.shipment.requested.v2", "gemba.moon.risen.v1")):
        answer = await post(client, message(id=f"u-{n}", type=kind))
        assert (answer.status_code, answer.json()["state"]) == (202, "unknown")
    assert [row.state for row in await inbox(db)] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("secret", "off", "expected"),
    [
        ("whsec_" + base64.b64encode(b"a stranger's secret of 32 bytes!").decode(), 0, "bad-signature"),
        (NEW, -301, "stale-timestamp"),
        (NEW, 310, "stale-timestamp"),
    ],
)
async def test_strangers_and_old_recordings_are_refused(
    client: httpx.AsyncClient, db: Database, secret: str, off: int, expected: str
) -> None:
    """A foreign secret, and a message signed over five minutes ago or ahead, get a 401 that says which; nothing is kept."""
    answer = await post(client, message(), secret=secret, off=off)
    assert answer.status_code == 401
    assert answer.json()["type"] == f"/problems/{expected}"
    assert await inbox(db) == []


async def test_an_altered_body_is_refused(client: httpx.AsyncClient, db: Database) -> None:
    """One byte more than was signed is a 401."""
    raw = json.dumps(message()).encode()
    signed = signing.sign(signing.keys(NEW), "w-1", clock.now(), raw)
    answer = await client.post(INBOX, content=raw + b" ", headers=signed)
    assert answer.status_code == 401
    assert (await client.post(INBOX, content=raw)).status_code == 401
    assert await inbox(db) == []


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in message().items() if key != name}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\xff\xfe", b"{", b"[]", b"null", b'"x"', b"12", b"[" * 100_000, b'{"a":' * 50_000,
        b'{"a":1e999}', b'{"a":NaN}', b'{"specversion":"1.0"}',
        _without("id"), _without("source"), _without("type"), _without("subject"), _without("data"),
        _without("specversion"),
        message(specversion="0.3"), message(id=""), message(id=5), message(source="s" * 300), message(data=[1]),
        message(data="text"), message(sequence="-1"), message(sequence="x"), message(sequence="9" * 20),
        message(sequence="1" * 21), message(time="yesterday"), message(datacontenttype="text/xml"),
        message(data={"number": "SO-\u0000"}), message(subject=None),
        json.dumps(message()).replace("SO-1", "\\ud800").encode(),
        json.dumps(message()).replace('"2.5"', "9" * 5000).encode(),
        json.dumps(message()).replace('"2.5"', "[" * 950 + "]" * 950).encode(),
    ],
    ids=lambda body: str(body)[:40],
)  # fmt: skip
async def test_what_cannot_be_read_is_a_clear_400(
    client: httpx.AsyncClient, db: Database, body: dict[str, Any] | bytes
) -> None:
    """Whatever is no CloudEvent in JSON, or cannot be kept as JSON, is answered 400 with a reason, never 500."""
    answer = await post(client, body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["type"] == "/problems/bad-message"
    assert len(answer.json()["detail"]) > 10
    assert await inbox(db) == []


async def test_a_body_over_the_limit_is_413(client: httpx.AsyncClient, db: Database) -> None:
    """The limit is told by its own status, before the signature is looked at; just under it passes."""
    assert (await post(client, message(pad="x" * 262_144))).status_code == 413
    assert (await post(client, message(pad="x" * 260_000))).status_code == 202
    assert len(await inbox(db)) == 1


async def test_a_literal_backslash_u_is_no_nul(client: httpx.AsyncClient, db: Database) -> None:
    """A text that merely spells \\u0000 is kept."""
    assert (await post(client, message(data={"text": "\\u0000"}))).status_code == 202
    assert (await inbox(db))[0].body["data"] == {"text": "\\u0000"}


@pytest.mark.parametrize("path", ["status", "messages/in", "messages/out", "messages/in/1"])
async def test_only_a_supervisor_sees_the_link(client: httpx.AsyncClient, path: str) -> None:
    """No token is 401, a picker is 403."""
    assert (await client.get(f"/api/floor/link/{path}")).status_code == 401
    answer = await client.get(f"/api/floor/link/{path}", headers=as_(client, "picker"))
    assert answer.status_code == 403


async def test_a_supervisor_sees_and_tries_again_a_dead_letter(
    client: httpx.AsyncClient, db: Database
) -> None:
    """Status counts it, the list shows why, the letter shows all it says; trying again makes it wait, once for a key."""
    await post(client, message())
    async with db.transaction() as connection:
        await connection.execute(
            update(Inbox).values(state="dead", tries=8, last_error="Item BK-1 is not known.")
        )
    status = (await client.get("/api/floor/link/status", headers=as_(client))).json()
    assert status["receiver"] == "http://erp.example/inbox"
    assert [(box["way"], box["waiting"], box["dead"]) for box in status["boxes"]] == [
        ("in", 0, 1),
        ("out", 0, 0),
    ]
    (letter,) = (await client.get("/api/floor/link/messages/in", headers=as_(client))).json()["items"]
    assert (letter["state"], letter["error"], letter["data"]) == ("dead", "Item BK-1 is not known.", None)
    seq = letter["seq"]
    whole = (await client.get(f"/api/floor/link/messages/in/{seq}", headers=as_(client))).json()
    assert whole["data"] == message()
    headers = as_(client)
    for _ in range(2):
        answer = await client.post(f"/api/floor/link/messages/in/{seq}/replay", headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"way": "in", "seq": seq, "state": "waiting"})
    (row,) = await inbox(db)
    assert (row.state, row.tries) == ("waiting", 0)


async def test_dropping_needs_a_reason_and_a_role(client: httpx.AsyncClient, db: Database) -> None:
    """A drop without a reason is 400, by a picker 403, without a key 400; with all, the reason stays with the message."""
    async with db.transaction() as connection:
        row = {"id": new_id(), "type": "gemba.test.v1", "document": "shipment/D", "data": {}, "state": "dead"}
        await connection.execute(insert(Outbox).values(**row))
    path = "/api/floor/link/messages/out/1/drop"
    reason = {"reason": "booked by hand in the ERP"}
    assert (await client.post(path, json={"reason": " "}, headers=as_(client))).status_code == 400
    assert (await client.post(path, json=reason, headers=as_(client, "picker"))).status_code == 403
    without_key = {"authorization": as_(client)["authorization"]}
    assert (await client.post(path, json=reason, headers=without_key)).status_code == 400
    answer = await client.post(path, json=reason, headers=as_(client))
    assert (answer.status_code, answer.json()["state"]) == (200, "dropped")
    async with db.transaction() as connection:
        kept = (await connection.execute(select(Outbox.state, Outbox.note))).one()
    assert kept.state == "dropped"
    assert kept.note.endswith(reason["reason"])


async def test_what_is_not_there_is_404_and_what_got_through_409(
    client: httpx.AsyncClient, db: Database
) -> None:
    """A message that does not exist, or has got through, is told so."""
    missing = await client.post("/api/floor/link/messages/in/99/replay", headers=as_(client))
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/no-such-message")
    await post(client, message())
    async with db.transaction() as connection:
        await connection.execute(update(Inbox).values(state="done"))
    (row,) = await inbox(db)
    through = await client.post(f"/api/floor/link/messages/in/{row.seq}/replay", headers=as_(client))
    assert (through.status_code, through.json()["type"]) == (409, "/problems/already-through")
    sideways = await client.get("/api/floor/link/messages/sideways", headers=as_(client))
    assert sideways.status_code == 400
    odd = await client.get("/api/floor/link/messages/in", params={"show": "lost"}, headers=as_(client))
    assert odd.status_code == 400


def test_data_of_a_request_reads_as_the_contract_says() -> None:
    """The example message is one of the contract, its quantity an exact decimal."""
    read = msgspec.convert(message()["data"], ShipmentRequested)
    assert str(read.lines[0].quantity) == "2.5"
