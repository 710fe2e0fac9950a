"""What can stand against a reading or a decision, each with what to do about it."""

from backend.kernel.problems import BadRequest, Conflict


class NoSuchFeature(Conflict):
    """The lot's plan has no such characteristic, or not so many samples."""

    type = "no-such-feature"
    title = "This lot has no such feature or sample"


class Implausible(Conflict):
    """A value that can hardly be: it is taken only when it was entered twice."""

    type = "implausible-reading"
    title = "That can hardly be: enter it once more"


class NotAReading(Conflict):
    """Finer than the gauge tells, or no yes-or-no where one is asked."""

    type = "not-a-reading"
    title = "This value does not fit the feature"


class GaugeMissing(Conflict):
    """A measured value needs the gauge it was read from."""

    type = "gauge-missing"
    title = "Choose the gauge first"


class GaugeUnfit(Conflict):
    """The gauge is of another type, or taken out of use."""

    type = "gauge-unfit"
    title = "This gauge cannot be used here"


class GaugeOverdue(Conflict):
    """Its calibration had run out when the value was read."""

    type = "gauge-overdue"
    title = "This gauge is overdue for calibration"


class LotOver(Conflict):
    """The lot was decided, or its receipt taken back."""

    type = "inspection-over"
    title = "This lot is already decided"


class NotReady(Conflict):
    """The readings do not yet say whether the lot is accepted."""

    type = "inspection-open"
    title = "The readings do not decide this lot yet"


class VerdictDiffers(Conflict):
    """The device and the server derive different verdicts from what each knows."""

    type = "verdict-differs"
    title = "The server's verdict differs: look at the readings again"


class SumDiffers(Conflict):
    """The parts do not add up to the lot."""

    type = "allocation-differs"
    title = "The parts do not add up to the lot"


class NotReleasable(Conflict):
    """A lot that is not accepted is not simply released."""

    type = "not-releasable"
    title = "A lot that is not accepted cannot be released"


class WrongStep(Conflict):
    """The report is not in the state this step starts from, or something is still open."""

    type = "wrong-step"
    title = "This step is not possible now"


class NoSupplier(Conflict):
    """What was made here goes back to nobody."""

    type = "no-supplier"
    title = "No supplier to return it to"


class WordsMissing(BadRequest):
    """The cause, the action or the evidence must be written down; the facts name the step."""

    type = "words-missing"
    title = "Write it down first"
