"""The outermost layer: request ids, security headers, compression, metrics, health, the OpenAPI document, guards."""

import gzip
from pathlib import Path

import httpx
import pytest
from litestar import get

from backend.access.guards import UnguardedRoute, handlers, is_guarded
from backend.app import create_floor_app
from backend.kernel.embedded import Urls
from backend.openapi import document
from scanning import zbar_present
from tests.support.floor_app import Floor, client_of, running_app, settings_for
from tests.support.servers import Servers

TRIAL = "/api/floor/trial"


async def test_request_id_is_given_or_made(client: httpx.AsyncClient) -> None:
    """A usable id of the client's is kept, one that would spoil a log line is replaced."""
    given = {"x-request-id": "0193-abcdef-42"}
    assert (await client.get("/health/live", headers=given)).headers["x-request-id"] == "0193-abcdef-42"
    for bad in ("short", "x" * 65, 'a"b\\c{}[]<>', "spaces are bad"):
        made = (await client.get("/health/live", headers={"x-request-id": bad})).headers["x-request-id"]
        assert made != bad
        assert len(made) == 32


async def test_pages_have_a_strict_policy(client: httpx.AsyncClient) -> None:
    """No inline script or style, Trusted Types, no framing, the camera for ourselves only."""
    headers = (await client.get("/")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert headers["permissions-policy"].startswith("camera=(self)")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize(
    "path", [f"{TRIAL}/large", f"{TRIAL}/broken", "/api/nothing", f"{TRIAL}/supervisors"]
)
async def test_api_answers_are_locked_down_and_not_kept(client: httpx.AsyncClient, path: str) -> None:
    """Good or bad, an API answer may run nothing, be framed nowhere and be cached by nobody."""
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


async def test_behind_tls_the_browser_is_told_to_stay(floor_urls: Urls) -> None:
    """With secure cookies on, pages and API ask for TLS for a year and the refresh cookie is Secure."""
    async with running_app(settings_for(floor_urls, secure_cookies=True)) as app:
        floor = Floor(app, app.state.db)
        signed_in = await floor.signed_in("picker")
        answer = await signed_in.client.post(
            "/api/floor/access/refresh",
            headers={"cookie": f"gemba_refresh={next(iter(signed_in.client.cookies.jar)).value}"},
        )
        assert answer.status_code == 200
        assert "; secure" in answer.headers["set-cookie"].lower()
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        await floor.close()


async def test_long_json_is_compressed_short_is_not(client: httpx.AsyncClient) -> None:
    """A client that takes gzip gets long JSON so; one that does not, and short answers, come as they are."""
    async with client.stream("GET", f"{TRIAL}/large", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert int(answer.headers["content-length"]) == len(raw) < 500
    plain = await client.get(f"{TRIAL}/large", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content
    short = await client.get("/health/live", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in short.headers


async def test_metrics_count_by_route_not_by_path(client: httpx.AsyncClient) -> None:
    """Requests are counted under the route's template with their status; ids and unknown paths make no series of their own."""
    for number in (7, 8):
        await client.get(f"{TRIAL}/number/{number}")
    for path in ("/api/a", "/api/b"):
        await client.get(path)
    text = (await client.get("/metrics")).text
    route = f"{TRIAL}/number/{{number}}"
    assert f'gemba_http_requests_total{{method="GET",route="{route}",status="200"}} 2.0' in text
    assert "number/7" not in text
    assert 'route="/api/a"' not in text
    assert f'gemba_http_request_seconds_count{{route="{route}"}} 2.0' in text


async def test_ready_when_migrated_and_degraded_without_broker(client: httpx.AsyncClient) -> None:
    """With the database at the newest revision and no broker the app is usable, and says that live changes are not."""
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "degraded", "database": "ok", "live": "away", "zbar": "ok" if zbar_present() else "away"},
    )


async def test_ready_with_broker(floor_urls: Urls, servers: Servers) -> None:
    """With both servers there all is well."""
    async with (
        running_app(settings_for(floor_urls, redis_url=servers.redis_url)) as app,
        client_of(app) as client,
    ):
        assert (await client.get("/health/ready")).json()["status"] == "ok"


async def test_not_ready_before_the_migrations(servers: Servers) -> None:
    """A database without our tables is not usable: 503, and the reason is told."""
    settings = settings_for(
        Urls(*(servers.admin_url,) * 5, separate=False)  # PostgreSQL's own database, which nobody migrates
    )
    async with running_app(settings) as app, client_of(app) as client:
        answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["database"]) == (503, "not migrated")


async def test_every_route_is_guarded_or_says_that_it_is_public(floor: Floor) -> None:
    """No route is open by oversight; the public ones are these and no others."""
    found = list(handlers(floor.app))
    assert len(found) > 40
    assert [f"{method} {path}" for path, method, handler in found if not is_guarded(handler)] == []
    public = {path for path, _, handler in found if handler.opt.get("public")}
    assert public == {
        "/",
        "/{path:path}",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/api/floor/access/enrol",
        "/api/floor/access/sign-in",
        "/api/floor/access/refresh",
        "/api/floor/access/sign-out",
        "/api/floor/link/inbox",
        "/api/floor/live",
        "/api/floor/scanning/live",
        "/api/portal",
        "/api/portal/orders/{order_id:uuid}",
        "/api/portal/orders/{order_id:uuid}/answer",
        "/api/portal/orders/{order_id:uuid}/advice",
        "/api/portal/advices/{advice_id:uuid}/labels.pdf",
    }


async def test_every_guarded_route_refuses_strangers(floor: Floor) -> None:
    """Each guarded route answers 401 without a token, before it looks at anything else of the request."""
    client = floor.client()
    for path, method, handler in handlers(floor.app):
        if method == "WEBSOCKET" or handler.opt.get("public"):
            continue
        address = path
        for part in path.split("/"):
            if part.startswith("{"):
                value = "7" if part.endswith(":int}") else "01a200ad-3d87-7221-9d66-a307a473b7b9"
                address = address.replace(part, value)
        answer = await client.request(method, address)
        assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"


def test_app_with_an_open_route_does_not_start() -> None:
    """A route without a guard and without a reason to be public stops the app from being made, by its name."""

    @get("/forgotten")
    async def forgotten() -> None: ...

    urls = Urls(*("postgresql://nobody@127.0.0.1/none",) * 5, separate=False)
    with pytest.raises(UnguardedRoute, match="GET /api/floor/forgotten"):
        create_floor_app(settings_for(urls), handlers=(forgotten,))


def test_openapi_document_is_whole() -> None:
    """Operation ids are there and unique, and every error is documented as a problem document and nothing else."""
    operations = [
        operation
        for path in document()["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    ]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids)) > 30
    for operation in operations:
        errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert {"400", "503"} <= errors.keys()
        for answer in errors.values():
            assert list(answer["content"]) == ["application/problem+json"]


async def test_openapi_document_is_for_people_of_the_house(floor: Floor) -> None:
    """Signed in, one can read the document; it is the one the client is generated from."""
    picker = await floor.signed_in("picker")
    answer = await picker.client.get("/api/floor/schema/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["paths"].keys() == document()["paths"].keys()


def _dist(folder: Path) -> Path:
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Gemba</title>" + "<p>floor</p>" * 100)
    (folder / "sw.js").write_text("self.x = 1")
    (folder / "assets" / "app-1a2b.js").write_text("console.log('gemba')")
    (folder / "assets" / "app-1a2b.js.br").write_bytes(b"brotli bytes")
    (folder / "assets" / "read-9z.wasm").write_bytes(b"\0asm")
    return folder


async def test_pwa_is_served_compressed_and_cached_by_its_kind(floor_urls: Urls, tmp_path: Path) -> None:
    """Hashed files for a year, the index always asked for; precompressed where the browser takes it; app addresses get the index."""
    async with (
        running_app(settings_for(floor_urls), pwa=_dist(tmp_path / "dist")) as app,
        client_of(app) as client,
    ):
        script = await client.get("/assets/app-1a2b.js", headers={"accept-encoding": "identity"})
        assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert script.headers["content-type"].startswith("text/javascript")
        async with client.stream(
            "GET", "/assets/app-1a2b.js", headers={"accept-encoding": "gzip, br"}
        ) as packed:
            assert b"".join([part async for part in packed.aiter_raw()]) == b"brotli bytes"
        assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("br", "accept-encoding")
        assert (await client.get("/assets/read-9z.wasm")).headers["content-type"] == "application/wasm"
        for address in ("/", "/pick/7", "/office"):
            page = await client.get(address)
            assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
            assert page.headers["content-encoding"] == "gzip"
            assert "<title>Gemba" in page.text
        again = await client.get("/", headers={"if-none-match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await client.get("/assets/gone.js")).status_code == 404
        assert (await client.get("/%2e%2e/%2e%2e/etc/passwd")).status_code in {200, 404}
        assert "root:" not in (await client.get("/..%2f..%2fetc%2fpasswd")).text
        assert (await client.head("/")).content == b""


async def test_new_build_is_served_without_a_restart(floor_urls: Urls, tmp_path: Path) -> None:
    """Before the first build a page says how to build; after a build, and after the next, its files are served."""
    folder = tmp_path / "dist"
    async with running_app(settings_for(floor_urls), pwa=folder) as app, client_of(app) as client:
        unbuilt = await client.get("/")
        assert unbuilt.status_code == 200
        assert "not built yet" in unbuilt.text
        _dist(folder)
        assert "<p>floor</p>" in (await client.get("/")).text
        (folder / "assets" / "app-3c4d.js").write_text("2")
        (folder / "index.html").write_text("<!doctype html><title>Gemba 2</title>")
        assert "Gemba 2" in (await client.get("/")).text
        assert (await client.get("/assets/app-3c4d.js")).status_code == 200
