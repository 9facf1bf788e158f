"""Who opens each address of the portal, and who posts to it.

Each address stands in one list. Whoever is left out gets 403 when they see that the object exists (`sees`), else 404; whoever is not signed
in goes to sign in.
"""
