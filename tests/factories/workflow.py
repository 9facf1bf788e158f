"""Reading a workflow as a table."""


def arrows(model) -> set[tuple[str, str, str]]:
    """Every (source, transition, target) of a model's workflow."""
    return {(t.source, t.name, t.target) for t in model().get_all_state_transitions()}
