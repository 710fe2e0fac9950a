"""What can stand between a person and signing in."""

from backend.kernel.problems import Conflict, NotAllowed, NotSignedIn, TooMany


class UnknownDevice(NotSignedIn):
    """The device was never enrolled here, or was taken out."""

    type = "unknown-device"
    title = "This device is not enrolled"


class WrongPin(NotSignedIn):
    """The badge or the PIN is wrong; which of them is nobody's business."""

    type = "wrong-pin"
    title = "Badge or PIN is wrong"


class SignInLocked(TooMany):
    """Too many wrong PINs of one person on one device. `facts.seconds` until the next try; a supervisor can unlock."""

    type = "sign-in-locked"
    title = "Too many wrong PINs"


class SessionOver(NotSignedIn):
    """The session was ended, or nobody used it for too long. Scan the badge again; the queue is kept."""

    type = "session-over"
    title = "Sign in again"


class ForeignOrigin(NotAllowed):
    """A page of another site tried to use this browser's cookie."""

    type = "foreign-origin"
    title = "This page may not do that"


class UnusableCode(Conflict):
    """No such enrolment code, past its time, or used up."""

    type = "unusable-code"
    title = "This code cannot be used"


class BadgeTaken(Conflict):
    """Another person has this badge."""

    type = "badge-taken"
    title = "Someone has this badge"
