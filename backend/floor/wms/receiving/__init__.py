"""Receiving: what arrives is booked against what was to come, or as a find."""
