"""Why a criterion applies to a file, does not, or is not known to: in French, for the juror, the ranking, the letter and the workbook."""


def out_because(facts: str) -> str:
    """Why a criterion does not apply to a file, from a sentence that says the facts."""
    return f"Ce critère ne s’applique pas à ce dossier : {_within(facts)}"


def applies_because(facts: str) -> str:
    return f"Ce critère s’applique à ce dossier : {_within(facts)}"


def doubt_because(facts: str) -> str:
    """What is not known takes nothing out: the juror is told, and may say the criterion not applicable."""
    return f"On ne sait pas si ce critère s’applique à ce dossier : {_within(facts)} Il est noté et compte."


def _within(facts: str) -> str:
    return f"{facts[:1].lower()}{facts[1:]}"
