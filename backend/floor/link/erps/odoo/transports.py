"""Two ways to call an Odoo: JSON-RPC at `/jsonrpc` (up to 21), and JSON-2 at `/json/2/<model>/<method>` (from 19 on).

Numbers are read as decimals and written with their digits; Odoo itself keeps quantities as floats.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

import httpx
import msgspec

from backend.floor.link.port import ErpAway, ErpFault, ErpRefused, ErpStale

LONGEST: Final = timedelta(seconds=20)
_AWAY: Final = {404, 408, 429, 500, 502, 503, 504}
_SHOWN: Final = 500
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode

# The arguments' names, which JSON-2 asks for, in the order JSON-RPC has them.
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "search_read": ("domain", "fields"),
    "fields_get": ("allfields", "attributes"),
    "write": ("ids", "vals"),
    "load": ("fields", "data"),
    "create": ("vals_list",),
    "action_apply_inventory": ("ids",),
    "button_validate": ("ids",),
    "button_mark_done": ("ids",),
}


class Transport(Protocol):
    """Calls one method of one model. Raises ErpAway, ErpRefused, ErpFault, ErpStale."""

    @property
    def url(self) -> str: ...

    async def call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any: ...

    async def close(self) -> None: ...


class _Http:
    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.AsyncClient(
            transport=transport, timeout=httpx.Timeout(LONGEST.total_seconds(), connect=5.0), trust_env=False
        )

    async def post(self, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        try:
            return await self._client.post(
                f"{self.url}{path}",
                content=_encode(body),
                headers={"content-type": "application/json", **headers},
            )
        except (httpx.HTTPError, OSError) as error:
            raise ErpAway(f"no answer ({type(error).__name__})") from error

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


class JsonRpc(_Http):
    """`execute_kw` with a user's password or key; the user's number is asked for once."""

    def __init__(
        self,
        url: str,
        database: str,
        user: str,
        password: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        super().__init__(url, transport)
        self._database, self._user, self._password = database, user, password
        self._uid = 0

    async def call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        """One method of one model."""
        if not self._uid:
            self._uid = (
                await self._service("common", "login", self._database, self._user, self._password) or 0
            )
            if not self._uid:
                raise ErpAway("it does not take the user's password")
        return await self._service(
            "object",
            "execute_kw",
            self._database,
            self._uid,
            self._password,
            model,
            method,
            list(arguments),
            named,
        )

    async def _service(self, service: str, method: str, *args: Any) -> Any:
        params = {"service": service, "method": method, "args": args}
        answer = await self.post(
            "/jsonrpc", {"jsonrpc": "2.0", "method": "call", "id": 0, "params": params}, {}
        )
        if answer.status_code != 200:
            raise ErpAway(f"HTTP {answer.status_code}")
        told = _read(answer)
        if "error" in told:
            data = told["error"].get("data") or {}
            raise _refusal(
                str(data.get("name", "")), str(data.get("message") or told["error"].get("message", ""))
            )
        return told.get("result")


class Json2(_Http):
    """One path a method, a bearer key, named arguments, statuses that mean what they say."""

    def __init__(
        self, url: str, database: str, key: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        super().__init__(url, transport)
        self._headers = {"authorization": f"bearer {key}", "x-odoo-database": database}

    async def call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        """One method of one model."""
        body = dict(zip(_NAMES[method], arguments, strict=False)) | named
        answer = await self.post(f"/json/2/{model}/{method}", body, self._headers)
        if answer.status_code == 200:
            return _read(answer)
        if answer.status_code in {401, 403}:
            raise ErpAway("it does not take the key")
        if answer.status_code in _AWAY and answer.status_code != 500:
            raise ErpAway(f"HTTP {answer.status_code}")
        told = _read(answer)
        raise _refusal(str(told.get("name", "")), str(told.get("message", "")))


def _read(answer: httpx.Response) -> Any:
    try:
        return _decode(answer.content)
    except msgspec.DecodeError as error:
        raise ErpAway("an answer that is not Odoo's") from error


def _refusal(name: str, message: str) -> Exception:
    """Odoo's exceptions by their names: what a person must see, what is a race, what is a fault."""
    kind = name.rpartition(".")[2]
    if kind in {"UserError", "ValidationError", "AccessError", "MissingError", "RedirectWarning"}:
        return ErpRefused(message[:_SHOWN] or kind)
    if kind in {"SerializationFailure", "LockNotAvailable", "ConcurrencyError"}:
        return ErpStale("somebody else wrote the record meanwhile")
    if kind in {"AccessDenied", "SessionExpiredException"}:
        return ErpAway("it does not take the user's password")
    return ErpFault(f"a fault in Odoo: {kind} {message}"[:_SHOWN])
