"""What the office may ask of the core's end of the link, beside single messages."""

from backend.kernel.edge import Edge, Told


class TellMasters(Edge):
    """`core_link.tell_masters`: the floor is told every item and partner anew."""


class MastersTold(Told):
    """How many of each are on their way."""

    items: int
    partners: int
