"""Tryton's JSON-RPC: one POST a call to `/<database>/rpc/`, with a session that is renewed when it has run out.

An answer with status 200 may hold an error: `["UserError", […]]` and its like. 401 means that the session ran out; 403 with a page
of HTML that there is no such method, or that the user may not.
"""

import base64
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from backend.floor.link.erps.tryton.codec import BadTrytonValue, decode, encode
from backend.floor.link.port import ErpAway, ErpFault, ErpRefused, ErpStale

LONGEST = timedelta(seconds=20)
_CONNECT = 5.0
_AWAY = {404, 408, 429, 500, 502, 503, 504}
_SHOWN = 500


class TrytonAsks(ErpRefused):
    """Tryton asks whether one is sure; `warning` is the question's name."""

    def __init__(self, warning: str, text: str) -> None:
        super().__init__(text)
        self.warning = warning


class Tryton:
    """A session with one database of a Tryton server.

    Args:
        url: the server, like `https://erp.example:8000`.
        database: its database.
        user: a user of the link's own, with the rights for stock, purchase, sale and production.
        password: never logged, never part of an error.
        transport: the network; tests put theirs here.
    """

    def __init__(
        self,
        url: str,
        database: str,
        user: str,
        password: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._server = url.rstrip("/")
        self.url = f"{self._server}/{database}/"
        self._user = user
        self._password = password
        self._session = ""
        self._user_id = 0
        self._context: dict[str, Any] = {}
        self._told_at = datetime.now(UTC)
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(LONGEST.total_seconds(), connect=_CONNECT),
            trust_env=False,
        )

    async def call(
        self,
        model: str,
        method: str,
        *arguments: Any,
        timestamps: dict[str, str] | None = None,
        context: dict[str, Any] | None = None,
    ) -> Any:
        """Calls `model.<model>.<method>` with the user's context behind the arguments; logs in first where needed.

        Args:
            model: like `stock.move`.
            method: like `search_read`, or a button.
            *arguments: what the method takes, without its context.
            context: more for the context than the user's own.
            timestamps: `{"model,id": _timestamp}` of what was read; a record that changed since refuses the write.

        Raises:
            ErpAway, ErpFault, ErpRefused, ErpStale.
        """
        for fresh in (False, True):
            if fresh or not self._session:
                await self._log_in()
            given = self._context | (context or {}) | ({"_timestamp": timestamps} if timestamps else {})
            answer = await self._post(f"model.{model}.{method}", [*arguments, given])
            if answer.status_code != 401:
                return _result(answer)
            self._session = ""
        raise ErpAway("it takes no session of this user")

    async def user(self) -> int:
        """The id of the user it is logged in as."""
        if not self._user_id:
            await self._log_in()
        return self._user_id

    async def _log_in(self) -> None:
        # The name is asked once for a session, and the password goes in no other call.
        answer = await self._post("common.db.login", [self._user, {"password": self._password}])
        if answer.status_code in {401, 403}:
            raise ErpAway("it does not take the user's password")
        found = _result(answer)
        if not found:
            raise ErpAway("it does not take the user's password")
        self._user_id, token = int(found[0]), found[1]
        self._session = base64.b64encode(f"{self._user}:{self._user_id}:{token}".encode()).decode()
        self._context = _result(await self._post("model.res.user.get_preferences", [True, {}]))

    async def _post(self, method: str, params: list[Any], *, path: str = "") -> httpx.Response:
        headers = {"content-type": "application/json"}
        if self._session:
            headers["authorization"] = f"Session {self._session}"
        body = encode({"id": 0, "method": method, "params": params})
        try:
            answer = await self._client.post(path or f"{self.url}rpc/", content=body, headers=headers)
        except (httpx.HTTPError, OSError) as error:
            raise ErpAway(f"no answer ({type(error).__name__})") from error
        if "date" in answer.headers:
            self._told_at = parsedate_to_datetime(answer.headers["date"])
        return answer

    async def now(self) -> datetime:
        """The server's own time, without a zone as all its times are (UTC), from the head of a fresh answer."""
        await self._post("common.server.version", [], path=f"{self._server}/rpc/")
        return self._told_at.astimezone(UTC).replace(tzinfo=None)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


def _result(answer: httpx.Response) -> Any:
    if answer.status_code in _AWAY:
        raise ErpAway(f"HTTP {answer.status_code}")
    if answer.status_code == 423:
        raise ErpStale("the record is locked")
    if answer.status_code != 200:
        raise ErpRefused(f"HTTP {answer.status_code}: it has no such method, or the user may not use it")
    try:
        told = decode(answer.content)
    except (msgspec.DecodeError, BadTrytonValue) as error:
        raise ErpAway(f"an answer that is not Tryton's ({error})"[:_SHOWN]) from error
    if not isinstance(told, dict) or "result" not in told:
        raise _error(told)
    return told["result"]


def _error(told: Any) -> Exception:
    """What an error inside an answer means: `[name, [message, description, …]]`, or `[text, traceback]` for a fault of Tryton's."""
    found = told.get("error") if isinstance(told, dict) else None
    if not isinstance(found, list) or not found:
        return ErpAway("an answer that is not Tryton's")
    name, rest = str(found[0]), found[1] if len(found) > 1 else ""
    if name == "ConcurrencyException":
        return ErpStale("somebody else wrote the record meanwhile")
    words = [part for part in rest if part and isinstance(part, str)] if isinstance(rest, list) else []
    if name == "UserWarning" and words:
        return TrytonAsks(words[0], " ".join(words[1:])[:_SHOWN])
    if name in {"UserError", "UserWarning"}:
        return ErpRefused(" ".join(words)[:_SHOWN] or name)
    if name == "NotLogged":
        return ErpAway("its session ended")
    return ErpFault(f"a fault in Tryton: {name}"[:_SHOWN])
