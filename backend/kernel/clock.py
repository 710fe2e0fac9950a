"""Time has one source. Inside it is UTC; a site's own zone appears only at the edge."""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def captured(received: datetime, client_sent: datetime | None, client_done: datetime | None) -> datetime:
    """When a queued command really happened, whatever the device's clock says.

    The device tells when it did the thing and when it sent the message by the same clock, so their difference is the
    age of the fact; a clock a day off cancels out. An age that is negative or over 60 days is not believed.
    """
    if client_sent is None or client_done is None:
        return received
    age = client_sent - client_done
    if age < timedelta(0) or age > timedelta(days=60):
        return received
    return received - age
