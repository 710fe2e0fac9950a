"""The decisions about signing in, and the tokens, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from backend.access import rules
from backend.access.pins import Pins
from backend.access.rules import Refresh
from backend.access.secrets import code_digest, digest, new_code, new_secret
from backend.access.tokens import ACCESS_SECONDS, AccessTokens, derived
from backend.kernel.commands import Who
from backend.kernel.ids import new_id
from backend.kernel.problems import NotSignedIn

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SECRET = "s" * 40
WHO = Who(new_id(), new_id(), new_id(), frozenset({"picker"}))
SESSION = new_id()


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (10_000, 900)]
)
def test_delay_grows_and_is_bounded(failures: int, seconds: int) -> None:
    """Four tries are free, the fifth costs 30 s, each more doubles it, never over 15 minutes."""
    assert rules.delay_after(failures) == timedelta(seconds=seconds)


def _judged(**changed: Any) -> Refresh:
    given: dict[str, Any] = {
        "token_used_at": None,
        "later_used": False,
        "used_at": NOW - timedelta(minutes=5),
        "expires_at": NOW + timedelta(hours=8),
        "ended": False,
    }
    return rules.judge_refresh(NOW, **(given | changed))


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, Refresh.ROTATE),
        ({"ended": True}, Refresh.OVER),
        ({"expires_at": NOW}, Refresh.OVER),
        ({"used_at": NOW - rules.IDLE}, Refresh.OVER),
        ({"token_used_at": NOW - timedelta(seconds=30)}, Refresh.FORGIVE),
        ({"token_used_at": NOW - timedelta(seconds=31)}, Refresh.REUSED),
        ({"token_used_at": NOW, "later_used": True}, Refresh.REUSED),
        ({"token_used_at": NOW, "later_used": True, "ended": True}, Refresh.OVER),
    ],
)
def test_refresh_is_judged(changed: dict[str, Any], verdict: Refresh) -> None:
    """A token is good once, forgiven for half a minute, and a replay after that; an ended session is over whatever comes."""
    assert _judged(**changed) is verdict


@pytest.mark.parametrize(
    ("actor", "present", "wanted", "allowed"),
    [
        ({"supervisor"}, {"picker"}, {"receiver"}, True),
        ({"supervisor"}, {"picker"}, {"admin"}, False),
        ({"supervisor"}, {"supervisor"}, {"picker"}, False),
        ({"admin"}, {"admin"}, {"supervisor"}, True),
    ],
)
def test_who_may_change_whom(actor: set[str], present: set[str], wanted: set[str], allowed: bool) -> None:
    """A supervisor looks after the floor's people; only an admin touches supervisors and admins."""
    assert rules.may_change(actor, present, wanted) is allowed


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        ("https://gemba.example", "10.0.0.7:8000", True),
        ("https://10.0.0.7:8000", "10.0.0.7:8000", True),
        ("http://localhost:8001", "localhost:8000", False),
        ("https://evil.example", "localhost:8000", False),
        ("null", "localhost:8000", False),
        ("", "", False),
        (None, None, False),
    ],
)
def test_same_origin(origin: str | None, host: str | None, same: bool) -> None:
    """A page is ours if its origin is the public address or the host it talks to; none or an opaque one never is."""
    assert rules.same_origin(origin, host, "https://gemba.example") is same


def test_token_says_who_until_its_time() -> None:
    """A token is good for fifteen minutes to the second, from memory as from its text."""
    now = [1_800_000_000.0]
    tokens = AccessTokens(SECRET, clock=lambda: now[0])
    token = tokens.issue(WHO, SESSION)
    assert tokens.check(token).who == WHO
    assert tokens.check(token).session_id == SESSION
    now[0] += ACCESS_SECONDS - 1
    assert AccessTokens(SECRET, clock=lambda: now[0]).check(token).who == WHO
    now[0] += 1
    for checker in (tokens, AccessTokens(SECRET, clock=lambda: now[0])):
        with pytest.raises(NotSignedIn) as caught:
            checker.check(token)
        assert caught.value.facts == {"reason": "expired"}


def _forged(**changed: Any) -> str:
    tokens = AccessTokens(SECRET)
    honest = tokens.issue(WHO, SESSION)
    claims = jwt.decode(honest, options={"verify_signature": False})
    headers = {"kid": jwt.get_unverified_header(honest)["kid"]}
    key: Any = changed.pop("key", derived(SECRET, "access token"))
    algorithm = changed.pop("algorithm", "HS256")
    headers |= changed.pop("headers", {})
    claims |= changed
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "changed",
    [
        {"key": b"x" * 32},
        {"algorithm": "none", "key": None},
        {"algorithm": "HS512"},
        {"iss": "other"},
        {"aud": "gemba-core"},
        {"headers": {"kid": "0000"}},
        {"exp": None},
        {"site": None},
        {"session": None},
        {"sub": "not-a-uuid"},
        {"roles": 7},
        {"exp": 1},
    ],
    ids=str,
)
def test_forged_tokens_are_refused(changed: dict[str, Any]) -> None:
    """Another key, algorithm, issuer, audience or key id, a missing claim, nonsense in one, or a past time: nobody is signed in."""
    with pytest.raises(NotSignedIn):
        AccessTokens(SECRET).check(_forged(**changed))


def test_altered_tokens_are_refused() -> None:
    """Changing any single character of a token makes it worthless, also once the right one was seen."""
    tokens = AccessTokens(SECRET)
    token = tokens.issue(WHO, SESSION)
    tokens.check(token)
    for place in range(0, len(token) - 1, 7):  # the last character of base64 may hold bits that do not count
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(NotSignedIn):
            tokens.check(token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("junk", ["", ".", "a.b.c", "€", "Bearer", "x" * 10_000])
def test_junk_is_no_token(junk: str) -> None:
    """What is no token at all is refused in the same way."""
    with pytest.raises(NotSignedIn):
        AccessTokens(SECRET).check(junk)


async def test_pins_are_peppered_and_salted() -> None:
    """The same PIN is stored differently each time, and matches only under the secret it was stored with."""
    pins = Pins(SECRET)
    first, second = await pins.hashed("2468"), await pins.hashed("2468")
    assert first != second
    assert await pins.matches(first, "2468")
    assert not await pins.matches(first, "2469")
    assert not await Pins("t" * 40).matches(first, "2468")
    assert not await pins.matches(None, "nobody")


def test_secrets_and_codes() -> None:
    """Secrets do not repeat; a code is found again however it is typed, and holds no letter that looks like a digit."""
    assert new_secret() != new_secret()
    assert len(digest(new_secret())) == 32
    code = new_code()
    assert code_digest(code) == code_digest(f" {code.replace('-', '').lower()} ")
    assert set(code).isdisjoint("0O1IL5S8B2ZU")
    assert UUID(int=0) != new_id()
