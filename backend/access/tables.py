"""People and the devices they share; their PINs only as hashes, their tokens only as digests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.access.roles import ROLES
from backend.kernel.db import FloorBase, Id

_NOW = text("clock_timestamp()")


class Person(FloorBase):
    """Someone who works at a site. The badge says who; only the PIN proves it."""

    __tablename__ = "person"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    badge: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="en")
    roles: Mapped[list[str]]
    pin_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    __table_args__ = (
        CheckConstraint(f"roles <@ array{list(ROLES)}::text[]", name="roles"),
        CheckConstraint("badge <> ''", name="badge"),
        Index("ix_person_site_id", "site_id", "name"),
    )


class Device(FloorBase):
    """A handheld, tablet or office browser that was enrolled once; people change on it through the shift."""

    __tablename__ = "device"

    id: Mapped[Id]
    site_id: Mapped[UUID]
    name: Mapped[str]
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    enrolled_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    revoked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    clock_skew_ms: Mapped[int | None]
    health: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    __table_args__ = (Index("ix_device_site_id", "site_id", "name"),)


class EnrolmentCode(FloorBase):
    """A short code that turns a browser into a device of a site, as often as it has uses left."""

    __tablename__ = "enrolment_code"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    site_id: Mapped[UUID]
    uses_left: Mapped[int]
    expires_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    __table_args__ = (CheckConstraint("uses_left >= 0", name="uses_left"),)


class SignInFailure(FloorBase):
    """How often in a row a person's PIN was wrong on a device. The nil person stands for badges nobody has."""

    __tablename__ = "sign_in_failure"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    locked_until: Mapped[datetime | None]


class SessionFamily(FloorBase):
    """One sign-in of one person on one device, and all refresh tokens that come from it."""

    __tablename__ = "session_family"

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    started_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    used_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("(ended_at is null) = (ended_why is null)", name="ended"),
        Index("ix_session_family_open", "person_id", postgresql_where=text("ended_at is null")),
        Index("ix_session_family_device_open", "device_id", postgresql_where=text("ended_at is null")),
        Index("ix_session_family_ended_at", "ended_at", postgresql_where=text("ended_at is not null")),
    )


class RefreshToken(FloorBase):
    """One link of a family's chain: used once, followed by the next."""

    __tablename__ = "refresh_token"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    family_id: Mapped[UUID] = mapped_column(ForeignKey("session_family.id", ondelete="CASCADE"))
    issued_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    used_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_refresh_token_family_id", "family_id"),)


class SocketTicket(FloorBase):
    """Opens one WebSocket once: browsers cannot send a header there."""

    __tablename__ = "socket_ticket"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    device_id: Mapped[UUID | None]
    site_id: Mapped[UUID]
    session_id: Mapped[UUID]
    roles: Mapped[list[str]]
    expires_at: Mapped[datetime]

    __table_args__ = (Index("ix_socket_ticket_expires_at", "expires_at"),)
