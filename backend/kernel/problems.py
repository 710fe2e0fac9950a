"""What can go wrong, named for the person on the floor, and told as RFC 9457 problem details.

Problem
├── BadRequest 400        NotSignedIn 401       NotAllowed 403       NotFound 404
├── Conflict 409          (a fact of the floor stands against it: `StockShort`, `ClaimedByOther`, …)
├── KeyReused 422         TooMany 429           OldApp 426
└── Unavailable 503       (try again; nothing was booked)

Each class holds the status, the `type` slug, and a sentence to act on. A slice declares its own beside its commands.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


class Problem(Exception):
    """A refusal that a person can act on. `facts` go to the client beside the text, for its own words and screens."""

    status: ClassVar[int] = 400
    type: ClassVar[str] = "problem"
    title: ClassVar[str] = "That did not work"

    def __init__(self, detail: str = "", **facts: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.facts: dict[str, Any] = facts
        self.record: Callable[[AsyncConnection], Awaitable[None]] | None = None

    def recording(self, record: "Callable[[AsyncConnection], Awaitable[None]]") -> "Problem":
        """Adds what must stay in the books though the command is refused: the exception a person has to look at."""
        self.record = record
        return self

    def body(self) -> dict[str, Any]:
        """The problem document's members (RFC 9457, section 3), facts as extension members."""
        return {
            "type": f"/problems/{self.type}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **({"facts": self.facts} if self.facts else {}),
        }


class BadRequest(Problem):
    """The message itself is wrong; sending it again will not help."""

    type = "bad-request"
    title = "The message is not understood"


class NotSignedIn(Problem):
    """No token, a foreign one, or one past its time."""

    status = 401
    type = "not-signed-in"
    title = "Sign in first"


class NotAllowed(Problem):
    """Known, but without the role this needs."""

    status = 403
    type = "not-allowed"
    title = "Your role does not allow this"


class NotFound(Problem):
    """Nothing by that name here, or not for you."""

    status = 404
    type = "not-found"
    title = "Not found"


class Conflict(Problem):
    """The world is not as the command assumed."""

    status = 409
    type = "conflict"
    title = "That has changed meanwhile"


class KeyReused(Problem):
    """The same command key came with another body: a fault in the client, never a replay."""

    status = 422
    type = "key-reused"
    title = "This command key was used for something else"


class TooMany(Problem):
    """Slow down; `facts` tell how long."""

    status = 429
    type = "too-many"
    title = "Too many requests, try again shortly"


class OldApp(Problem):
    """The app is older than the API supports; queued commands are still taken."""

    status = 426
    type = "old-app"
    title = "Update the app"


class Unavailable(Problem):
    """Something behind us is down. Nothing was booked; the same key may be sent again."""

    status = 503
    type = "unavailable"
    title = "Not available right now, nothing was booked"


def refusal(body: Mapping[str, Any]) -> Problem:
    """A stored refusal made whole again, to be told a second time in the same words."""
    problem = Problem(str(body["detail"]), **dict(body.get("facts", {})))
    problem.__class__ = type(
        "StoredProblem",
        (Problem,),
        {
            "status": int(body["status"]),
            "type": str(body["type"]).rsplit("/", 1)[-1],
            "title": str(body["title"]),
        },
    )
    return problem
