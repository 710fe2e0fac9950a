import base64
from datetime import UTC, datetime, timedelta

import pytest

from backend.kernel.link import signing

KEY = b"a secret of thirty-two bytes, ok"
OTHER = b"another secret of thirty-two byt"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = b'{"specversion":"1.0"}'


def headers(key: bytes = KEY, at: datetime = NOW, body: bytes = BODY) -> dict[str, str]:
    return signing.sign((key,), "msg-1", at, body)


def test_the_standards_own_example() -> None:
    """Our signature of the published test vector of Standard Webhooks is the published one."""
    key = signing.keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = signing.sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_signed_is_taken() -> None:
    """A body signed with our secret passes."""
    signing.verify((KEY,), headers(), BODY, NOW)


@pytest.mark.parametrize("change", ["webhook-id", "webhook-timestamp", "webhook-signature", "body"])
def test_any_altered_part_is_refused(change: str) -> None:
    """One changed byte in the id, the time, the signature or the body makes the message a stranger's."""
    signed, body = headers(), BODY
    if change == "body":
        body += b" "
    elif change == "webhook-timestamp":
        signed[change] = str(int(NOW.timestamp()) + 1)
    else:
        signed[change] = signed[change][:-3] + "AAA"
    with pytest.raises(signing.BadSignature):
        signing.verify((KEY,), signed, body, NOW)


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(missing: str) -> None:
    """Without one of the three headers nothing passes."""
    signed = headers()
    del signed[missing]
    with pytest.raises(signing.BadSignature):
        signing.verify((KEY,), signed, BODY, NOW)


@pytest.mark.parametrize("text", ["", "-1", "1e9", "٣٣", "9" * 12, "9" * 400, "nan"])
def test_a_broken_time_is_refused_not_crashed_on(text: str) -> None:
    """Whatever stands in the timestamp, the answer is a refusal."""
    signed = signing.sign((KEY,), "msg-1", NOW, BODY) | {"webhook-timestamp": text}
    with pytest.raises((signing.BadSignature, signing.StaleTimestamp)):
        signing.verify((KEY,), signed, BODY, NOW)


@pytest.mark.parametrize(("off", "fine"), [(-301, False), (-299, True), (299, True), (301, False)])
def test_five_minutes_either_way(off: int, fine: bool) -> None:
    """A message signed up to five minutes from our time passes, one second more does not."""
    signed = headers(at=NOW + timedelta(seconds=off))
    if fine:
        signing.verify((KEY,), signed, BODY, NOW)
    else:
        with pytest.raises(signing.StaleTimestamp):
            signing.verify((KEY,), signed, BODY, NOW)


def test_a_secret_can_be_changed_without_losing_a_message() -> None:
    """While both secrets are in force, a sender and a receiver at different stages of the change understand each other."""
    both = signing.keys(f"{OTHER.decode().replace(' ', '_')} {KEY.decode().replace(' ', '_')}")
    new, old = both
    signing.verify(both, headers(old), BODY, NOW)
    signing.verify((old,), signing.sign(both, "msg-1", NOW, BODY), BODY, NOW)
    signing.verify((new,), signing.sign(both, "msg-1", NOW, BODY), BODY, NOW)
    with pytest.raises(signing.BadSignature):
        signing.verify((new,), headers(old), BODY, NOW)


@pytest.mark.parametrize(
    "secret", ["", "short", "whsec_", "whsec_!!!", "whsec_" + base64.b64encode(b"x" * 23).decode()]
)
def test_a_weak_secret_is_no_secret(secret: str) -> None:
    """No secret, a short one or a broken one stops the start."""
    with pytest.raises(ValueError):
        signing.keys(secret)


def test_a_signature_in_strange_letters_is_refused() -> None:
    """Letters outside ASCII in a signature are a refusal, not an error."""
    with pytest.raises(signing.BadSignature):
        signing.verify((KEY,), headers() | {"webhook-signature": "v1,é中"}, BODY, NOW)
