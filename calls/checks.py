"""What is missing from a file, and whether a lycée may apply: questions with sentences for answers. No model is imported."""

from dataclasses import dataclass

from calls.enums import ApplicationState
from portal.directory.enums import Category, Pathway


@dataclass(frozen=True)
class MissingItem:
    """One thing to complete: `key` names the question, so that a screen can link to it."""

    key: str
    section: str
    sentence: str


def eligibility_gaps(call, establishment) -> list[str]:
    """Why this establishment may not apply to this call; empty when it may."""
    gaps = []
    if establishment.state == "closed":
        gaps.append(f"{establishment.name} est fermé dans l’annuaire.")
    if establishment.category not in call.eligible_categories:
        gaps.append(f"L’appel n’est pas ouvert aux lycées de statut « {Category(establishment.category).label} ».")
    wanted = set(call.eligible_pathways)
    if wanted and not wanted & {pathway.value for pathway in establishment.pathways}:
        labels = ", ".join(Pathway(code).label.lower() for code in call.eligible_pathways)
        gaps.append(f"L’appel est réservé aux voies : {labels}.")
    return gaps


def limit_gaps(call, establishment, *, besides=None) -> list[str]:
    """Why one more file of this establishment would be too many; `besides` is a file not to count."""
    files = call.applications.filter(establishment=establishment).exclude(state=ApplicationState.WITHDRAWN)
    if besides is not None:
        files = files.exclude(pk=besides.pk)
    if files.count() < call.max_per_establishment:
        return []
    others = ", ".join(files.values_list("reference", flat=True))
    return [f"Votre lycée a déjà {call.max_per_establishment} dossier(s) à cet appel, le maximum : {others}."]


def missing_items(application, only: list[str] | None = None) -> list[MissingItem]:
    """What the file still lacks, in the order of the form; `only` restricts to these question keys."""
    raise NotImplementedError
