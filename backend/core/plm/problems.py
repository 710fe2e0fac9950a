"""Why a step with a revision is not taken."""

from backend.kernel.problems import Conflict, NotFound


class NoSuchRevision(NotFound):
    """The item has no such revision."""

    type = "no-such-revision"
    title = "The item has no such revision"


class RevisionTaken(Conflict):
    """The item has that revision already."""

    type = "revision-taken"
    title = "The item has that revision already"


class NotToBeReleased(Conflict):
    """Released already, or being released by another."""

    type = "not-to-be-released"
    title = "That revision is released already"
