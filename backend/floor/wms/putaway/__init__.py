"""Putaway: where a load should go, room kept while a person walks there, and the booking of where it went."""
