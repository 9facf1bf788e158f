"""A rehearsal is a portal apart: the same code on another database, other files, another cache, other cookies (docs/adr/0036).

Nothing of a rehearsal can be counted, listed, exported or sent by the real portal, because nothing of it is in the real database.
"""
