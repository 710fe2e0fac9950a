"""Picking: rounds for a cart of totes, walked in the shortest order, every odd thing on the way with its own answer."""

from backend.floor.wms.picking.tables import PickLine, PickRound, RoundTote

__all__ = ["PickLine", "PickRound", "RoundTote"]
