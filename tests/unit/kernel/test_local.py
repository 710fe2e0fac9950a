"""Events between slices of one process."""

from typing import Any, cast

import msgspec
import pytest

from backend.kernel.local import announce, compose
from backend.kernel.problems import Conflict

NO_CONNECTION = cast("Any", None)


class Arrived(msgspec.Struct, frozen=True):
    """Something that happens."""

    what: str


@pytest.fixture(autouse=True)
def _composed_as_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.kernel.local._composed", {})


async def test_every_listener_hears_in_the_order_composed() -> None:
    """Two slices that listen to one event are told in the order they were named."""
    heard: list[str] = []

    def hears(name: str) -> Any:
        async def listener(_: Any, event: Arrived) -> None:
            heard.append(f"{name} {event.what}")

        return listener

    compose({Arrived: [hears("first")]}, {Arrived: [hears("second")]})
    await announce(NO_CONNECTION, Arrived("lot"))
    assert heard == ["first lot", "second lot"]


async def test_a_refusal_of_a_listener_is_the_refusal_of_the_command() -> None:
    """What a listener raises reaches whoever announced, so that the transaction ends."""

    async def refuses(_: Any, __: Arrived) -> None:
        raise Conflict("No.")

    compose({Arrived: [refuses]})
    with pytest.raises(Conflict):
        await announce(NO_CONNECTION, Arrived("lot"))


async def test_an_event_that_nobody_hears_is_no_error() -> None:
    """Announcing to nobody does nothing."""
    compose()
    await announce(NO_CONNECTION, Arrived("lot"))
