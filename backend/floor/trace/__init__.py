"""Trace: who touched this, and what the floor looks like this moment. It reads; it changes nothing."""
