"""Warehouse management: receiving, putaway, picking, counting, packing, shipping."""
