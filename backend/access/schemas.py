"""What signing in says to a device and hears from it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from backend.kernel.edge import Edge, Told

Role = Literal["picker", "planner", "supervisor", "admin", "operator", "inspector", "receiver"]


def _bounded(name: str, value: str, most: int) -> None:
    if not value.strip():
        raise ValueError(f"the {name} is empty")
    if len(value) > most:
        raise ValueError(f"the {name} is longer than {most} characters")


class Enrol(Edge):
    """Makes this browser a device of the site the code was made for."""

    code: str
    name: str

    def __post_init__(self) -> None:
        _bounded("code", self.code, 40)
        _bounded("name", self.name, 80)


class SignIn(Edge):
    """A badge was scanned on an enrolled device, and a PIN typed."""

    device_token: str
    badge: str
    pin: str

    def __post_init__(self) -> None:
        _bounded("device token", self.device_token, 100)
        _bounded("badge", self.badge, 80)
        _bounded("PIN", self.pin, 12)


class AddPerson(Edge):
    """A new person at this site."""

    badge: str
    name: str
    pin: str
    roles: list[Role]
    language: str = "en"

    def __post_init__(self) -> None:
        _bounded("badge", self.badge, 80)
        _bounded("name", self.name, 120)


class ChangePerson(Edge):
    """What is to change about a person; what is absent stays. A new PIN, other roles or `active: false` sign the person out."""

    name: str | None = None
    language: str | None = None
    roles: list[Role] | None = None
    pin: str | None = None
    active: bool | None = None


class MakeEnrolmentCode(Edge):
    """A code for so many devices, for so many minutes."""

    uses: int = 1
    minutes: int = 60

    def __post_init__(self) -> None:
        if not 1 <= self.uses <= 500:
            raise ValueError("uses must be from 1 to 500")
        if not 1 <= self.minutes <= 7 * 24 * 60:
            raise ValueError("minutes must be from 1 to 10080")


class PersonTold(Told):
    """A person as others see one."""

    id: UUID
    name: str
    language: str
    roles: list[str]


class DeviceTold(Told):
    """A device: when it was last seen, and how far its clock was off then (positive: fast)."""

    id: UUID
    name: str
    enrolled_at: datetime
    revoked_at: datetime | None
    seen_at: datetime | None
    clock_skew_ms: int | None


class DeviceHealth(Edge):
    """How a device is, told by itself about once a minute while somebody works on it.

    Attributes:
        battery: per cent; absent where the browser does not say.
        network: the browser's word for the line (`wifi`, `4g`, `3g`, …).
        waiting, held: commands on the device that are not sent yet, and such as a person must look at.
        oldest_seconds: how long the oldest of them has waited.
        scan_ms: 95 of 100 scans were answered on the screen within this time.
    """

    battery: Annotated[int, Meta(ge=0, le=100)] | None = None
    charging: bool | None = None
    network: Annotated[str, Meta(max_length=20)] = ""
    waiting: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    held: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    oldest_seconds: Annotated[int, Meta(ge=0, le=10**8)] | None = None
    scan_ms: Annotated[int, Meta(ge=0, le=10**6)] | None = None
    app_version: Annotated[str, Meta(max_length=40)] = ""


class Enrolled(Told):
    """The device's token: keep it, it is not shown again."""

    device: UUID
    site: UUID
    device_token: str


class Session(Told):
    """Signed in: the access token for `expiresIn` seconds; lock the screen after `idleLockSeconds` without a touch or scan."""

    access_token: str
    expires_in: int
    idle_lock_seconds: int
    person: PersonTold
    device: UUID
    site: UUID


class Me(Told):
    """Who is signed in here."""

    person: PersonTold
    device: DeviceTold | None
    site: UUID
    session: UUID
    idle_lock_seconds: int


class PersonListed(Told):
    """A person in the supervisor's list: badge, whether in, on which devices signed in, and locked until when."""

    id: UUID
    badge: str
    name: str
    language: str
    roles: list[str]
    active: bool
    devices: list[UUID]
    locked_until: datetime | None


class EnrolmentCodeMade(Told):
    """The code, shown once."""

    code: str
    uses: int
    expires_at: datetime


class Ticket(Told):
    """Opens one WebSocket: `/api/floor/live?ticket=…` within `expiresIn` seconds."""

    ticket: str
    expires_in: int
