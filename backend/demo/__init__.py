"""A company to try everything on: a bicycle maker in Eindhoven, out of `fixtures/`.

`load.py` fills a floor with it, `people.py` tells who can sign in, `routes.py` shows their badges, `erp.py` runs the ERP's side.
Nothing is imported here: each process takes only the part it needs.
"""
