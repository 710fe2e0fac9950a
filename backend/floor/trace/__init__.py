"""Trace: who touched this, what it was made of, and what the floor looks like this moment. It reads; it changes nothing."""

from backend.floor.trace.families import family

__all__ = ["family"]
