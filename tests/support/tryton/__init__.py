"""A live Tryton of the tests' own: made once, copied for each module, served, stopped, cut off."""
