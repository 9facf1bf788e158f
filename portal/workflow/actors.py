class SystemActor:
    """The portal itself, when a clock or a release acts and no person does."""

    pk = None
    is_authenticated = True
    roles: frozenset[str] = frozenset()

    def __str__(self):
        return "Préau"


SYSTEM = SystemActor()
