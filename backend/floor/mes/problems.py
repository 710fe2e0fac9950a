"""What stands against a job, named for the person at the machine."""

from backend.kernel.problems import BadRequest, Conflict


class NotReady(Conflict):
    """One or more gates are shut; `facts.gates` names each."""

    type = "job-not-ready"
    title = "This job cannot start yet"


class NotStopped(Conflict):
    """The order's revision may be used, so there is nothing to deviate from."""

    type = "revision-not-stopped"
    title = "This revision may be used"


class JobOver(Conflict):
    """The operation is finished or cancelled."""

    type = "job-over"
    title = "This job is over"


class MoreThanCameIn(Conflict):
    """More pieces than the step before has handed on."""

    type = "more-than-came-in"
    title = "More than came in"


class OverReport(Conflict):
    """More good pieces than were asked for, without a reason."""

    type = "over-report"
    title = "More than the order asks for: say why"


class ReworkShort(Conflict):
    """More mended pieces than wait to be mended."""

    type = "rework-short"
    title = "Not that many wait for rework"


class NothingReported(BadRequest):
    """A report of nothing."""

    type = "nothing-reported"
    title = "Report at least one piece"


class UnknownReason(BadRequest):
    """A reason that is not in this site's list."""

    type = "unknown-reason"
    title = "This reason is not known here"


class WrongLot(Conflict):
    """Not a lot that lies at this line; the facts name those that do."""

    type = "wrong-lot"
    title = "That lot is not for this job"


class LotOnHold(Conflict):
    """The lot may not be used; the facts name it and its status."""

    type = "lot-on-hold"
    title = "This lot is on hold"


class WrongMaterial(Conflict):
    """Not a material of this job."""

    type = "wrong-material"
    title = "This material is not for this job"


class LotsToConfirm(Conflict):
    """Several lots lie at the line: say which went in."""

    type = "lots-to-confirm"
    title = "Say which lot went in"


class NotIssued(Conflict):
    """Material that must be scanned was not; finish with an acknowledgement."""

    type = "material-not-issued"
    title = "Material was not scanned"


class ReworkWaits(Conflict):
    """Pieces wait to be mended at this operation; finish with an acknowledgement."""

    type = "rework-waits"
    title = "Pieces wait to be mended"


class NotEarlier(BadRequest):
    """Pieces can only be sent back to a step of the same order before this one."""

    type = "not-earlier"
    title = "Send it back to an earlier step of this order"


class SerialsWrong(BadRequest):
    """Not one new serial for each good piece."""

    type = "serials-wrong"
    title = "One new serial for each good piece"


class CallOver(Conflict):
    """The call was answered before."""

    type = "call-over"
    title = "Somebody was first"


class ClockAnswered(Conflict):
    """The question about this clock was answered before."""

    type = "clock-answered"
    title = "That was answered already"


class ClockImplausible(Conflict):
    """The work cannot have gone on until then; the facts say between which moments it can."""

    type = "clock-implausible"
    title = "You cannot have worked until then"


class MachineState(Conflict):
    """The machine stands, or runs, already."""

    type = "machine-state"
    title = "The machine is in that state already"
