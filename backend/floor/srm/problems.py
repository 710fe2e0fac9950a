"""What a supplier or a buyer is told when something does not go."""

from backend.kernel.problems import BadRequest, Conflict, NotFound, Problem


class LinkUnknown(Problem):
    """No link of ours: altered on the way, or never given out."""

    status = 404
    type = "link-unknown"
    title = "This link does not open anything"


class LinkEnded(Problem):
    """A link of ours that is past its day or was taken back. `facts.why`: expired | revoked."""

    status = 410
    type = "link-ended"
    title = "This link has ended"


class OrderUnknown(NotFound):
    """No such order, or not for this link."""

    type = "purchase-order-unknown"
    title = "There is no such order here"


class OldVersion(Conflict):
    """The order changed since the supplier looked. The facts say what."""

    type = "old-version"
    title = "The order has changed meanwhile"


class OrderCancelled(Conflict):
    """Nothing more can be said to it."""

    type = "purchase-order-cancelled"
    title = "The order is cancelled"


class LineUnknown(BadRequest):
    """The order has no such line."""

    type = "purchase-line-unknown"
    title = "The order has no such line"


class DoesNotAddUp(BadRequest):
    """The parts and what is rejected are not what was ordered."""

    type = "answer-does-not-add-up"
    title = "The parts do not add up to what is ordered"


class DateInThePast(BadRequest):
    """A promise for a day that is over."""

    type = "date-in-the-past"
    title = "A promised date lies in the past"


class AnswerIncomplete(BadRequest):
    """Something is missing in the answer to a line; `facts.missing` says what."""

    type = "answer-incomplete"
    title = "The answer to a line is not complete"


class ShippedIsFrozen(Conflict):
    """Goods that are under way cannot be promised anew."""

    type = "shipped-is-frozen"
    title = "What has been shipped can no longer be changed"


class NotAgreed(Conflict):
    """Shipped before it was agreed."""

    type = "not-agreed-yet"
    title = "This line is not agreed yet"


class TooMuchShipped(Conflict):
    """More than the order and its tolerance allow."""

    type = "ships-too-much"
    title = "That is more than the order allows"


class LotMissing(BadRequest):
    """The item is told apart by lot, or expires, and the advice does not say."""

    type = "lot-missing"
    title = "This item needs its lot and expiry date"


class PacksDoNotAddUp(BadRequest):
    """The packs hold more or less than the line ships."""

    type = "packs-do-not-add-up"
    title = "The packs do not hold what is shipped"


class NoCompanyPrefix(Conflict):
    """No GS1 company prefix is set (`GEMBA_COMPANY_PREFIX`), so no SSCC can be given out."""

    type = "no-company-prefix"
    title = "The buyer cannot number packs yet; send without labels"


class AnswerChanged(Conflict):
    """The supplier answered again while the buyer was deciding."""

    type = "answer-changed"
    title = "The supplier has answered again meanwhile"


class NothingWaits(Conflict):
    """No answer of this order waits for the buyer."""

    type = "nothing-waits"
    title = "Nothing here waits for a decision"


class NoLink(Conflict):
    """The link is not there or was taken back before."""

    type = "no-link"
    title = "There is no such link any more"
