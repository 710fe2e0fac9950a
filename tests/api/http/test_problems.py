"""Every error is a problem document (RFC 9457) that says what is wrong, and never how we are made."""

from collections.abc import AsyncIterator

import httpx
import pytest

from backend.kernel.embedded import Urls
from tests.support.floor_app import Floor, assert_problem, client_of, running_app, settings_for

TRIAL = "/api/floor/trial"


@pytest.mark.parametrize(
    ("body", "told", "key"),
    [
        (b'{"quantity": "3"}', "quantity: Expected `int`, got `str`", "quantity"),
        (b'{"quantity": 1.5}', "quantity: Expected `int`, got `float`", "quantity"),
        (b'{"quantity": -1}', "the quantity is negative", None),
        (b'{"quantity": 1, "colour": "red"}', "Object contains unknown field `colour`", None),
        (b'{"note": "x"}', "Object missing required field `quantity`", None),
        (b"[]", "Expected `object`, got `array`", None),
        (b"", "The message has no body", None),
        (b'{"quantity"', "Input data was truncated", None),
        (b'{"quantity": 1e999}', "quantity: Number out of range", "quantity"),
        (b"\xff\xfe", "JSON is malformed: invalid character (byte 0)", None),
        (b'{"quantity": 1, "note": "\xed\xa0\x80"}', "A text in it is not UTF-8", None),
    ],
)
async def test_wrong_bodies_are_named(
    client: httpx.AsyncClient, body: bytes, told: str, key: str | None
) -> None:
    """A body that is not what the route reads is refused with the place and the reason."""
    answer = await client.post(f"{TRIAL}/echo", content=body, headers={"content-type": "application/json"})
    problem = assert_problem(answer, 400, "bad-request")
    assert problem["detail"].startswith(told)
    assert problem["facts"]["fields"][0].get("key") == key


@pytest.mark.parametrize("path", ["number/seven", "number/7?least=x"])
async def test_wrong_parameters_are_refused(client: httpx.AsyncClient, path: str) -> None:
    """A path or query parameter of the wrong type is a 400 or 404 problem, never a 500."""
    answer = await client.get(f"{TRIAL}/{path}")
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_body_over_the_limit_is_413(client: httpx.AsyncClient) -> None:
    """256 kB is the most a route takes unless it says otherwise; with and without a content length."""
    body = b'{"quantity": 1, "note": "' + b"x" * (256 * 1024) + b'"}'

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    for content in (body, in_pieces()):
        answer = await client.post(f"{TRIAL}/echo", content=content)
        assert_problem(answer, 413, "too-large")


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api/floor/nothing", 404, "not-found"),
        ("GET", "/api/", 404, "not-found"),
        ("POST", "/api/floor/nothing", 404, "not-found"),
        ("GET", "/no-such.js", 404, "not-found"),
        ("GET", "/health/nothing", 404, "not-found"),
        ("GET", f"{TRIAL}/echo", 405, "method-not-allowed"),
        ("DELETE", "/", 405, "method-not-allowed"),
        ("GET", f"{TRIAL}/conflict", 409, "stands-against"),
        ("GET", f"{TRIAL}/unstorable", 400, "bad-request"),
        ("GET", f"{TRIAL}/broken", 500, "broken"),
        ("GET", f"{TRIAL}/sql", 500, "broken"),
        ("GET", f"{TRIAL}/supervisors", 401, "not-signed-in"),
        ("GET", "/api/floor/schema/openapi.json", 401, "not-signed-in"),
    ],
)
async def test_every_error_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int, kind: str
) -> None:
    """Unknown addresses, wrong methods, conflicts and our own faults all come as problem documents without SQL or code."""
    answer = await client.request(method, path)
    assert_problem(answer, status, kind)
    for secret in (
        "select",
        "SELECT",
        "Traceback",
        "RuntimeError",
        "sqlalchemy",
        "pin_hash",
        "secret_column",
    ):
        assert secret not in answer.text


async def test_facts_of_a_conflict_go_to_the_client(client: httpx.AsyncClient) -> None:
    """The numbers behind the sentence are members of their own, for a screen's own words."""
    told = (await client.get(f"{TRIAL}/conflict")).json()
    assert (told["detail"], told["facts"]) == ("3 are there, 5 were wanted", {"have": 3, "wanted": 5})


async def test_headers_that_a_status_asks_for(client: httpx.AsyncClient) -> None:
    """503 and 429 say when to come back, 401 how to sign in, 405 what is allowed."""
    assert (await client.get(f"{TRIAL}/away")).headers["retry-after"] == "2"
    assert (await client.get(f"{TRIAL}/busy")).headers["retry-after"] == "7"
    assert (await client.get(f"{TRIAL}/supervisors")).headers["www-authenticate"].startswith("Bearer")
    assert "POST" in (await client.get(f"{TRIAL}/echo")).headers["allow"]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("DeadlockDetectedError", 503),
        ("SerializationError", 503),
        ("LockNotAvailableError", 503),
        ("QueryCanceledError", 503),
        ("DiskFullError", 503),
        ("TooManyConnectionsError", 503),
        ("AdminShutdownError", 503),
        ("CannotConnectNowError", 503),
        ("ReadOnlySQLTransactionError", 503),
        ("NumericValueOutOfRangeError", 400),
        ("CharacterNotInRepertoireError", 400),
        ("UniqueViolationError", 500),
        ("UndefinedTableError", 500),
    ],
)
async def test_database_errors_are_told_by_what_they_mean(
    client: httpx.AsyncClient, name: str, status: int
) -> None:
    """What passes by itself is 503, what the sender's data caused is 400, what we did wrong is 500."""
    answer = await client.get(f"{TRIAL}/driver/{name}")
    kind = {503: "unavailable", 400: "bad-request", 500: "broken"}[status]
    assert_problem(answer, status, kind)
    assert "told by PostgreSQL" not in answer.text


async def test_database_that_is_away_is_503(floor_urls: Urls) -> None:
    """With nothing listening where the database should be, a sign-in is a 503 that says when to come back."""
    settings = settings_for(floor_urls, database_url="postgresql://x:y@127.0.0.1:9/none")
    async with running_app(settings) as app, client_of(app) as client:
        body = {"deviceToken": "t", "badge": "b", "pin": "1234"}
        answer = await client.post("/api/floor/access/sign-in", json=body)
        assert_problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "2"
        assert (await client.get("/health/ready")).status_code == 503
        assert (await client.get("/health/live")).status_code == 200


async def test_nul_character_is_refused(floor: Floor) -> None:
    """A NUL in a text, which PostgreSQL cannot store, is the sender's mistake and says so."""
    body = {"deviceToken": await floor.device(), "badge": "B-\u0000", "pin": "1234"}
    answer = await floor.client().post("/api/floor/access/sign-in", json=body)
    assert_problem(answer, 400, "bad-request")


async def test_role_that_lacks_is_named(trial: Floor) -> None:
    """A picker at a supervisor's address is told which role it takes; a supervisor gets in, and an admin does."""
    picker = await trial.signed_in("picker")
    told = assert_problem(await picker.client.get(f"{TRIAL}/supervisors"), 403, "not-allowed")
    assert told["facts"] == {"needed": ["admin", "supervisor"]}
    for role in ("supervisor", "admin"):
        signed_in = await trial.signed_in(role)
        answer = await signed_in.client.get(f"{TRIAL}/supervisors")
        assert answer.json() == {"person": str(signed_in.badge.person)}
