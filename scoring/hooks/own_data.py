"""What a juror wrote: readings of the files that they still read, and the links that they declared."""

from collections.abc import Iterator

from portal.accounts.models import User
from portal.accounts.own_data.chapters import Row, chapter
from scoring.models import Assessment, InterestDeclaration


@chapter("evaluations", "Vos évaluations", "scoring.Assessment.juror", order=40)
def own_assessments(user: User) -> Iterator[Row]:
    mine = Assessment.objects.of(user).select_related("application").prefetch_related("scores__criterion").order_by("pk")
    for assessment in mine:
        marks = {score.criterion.label: str(score.points) if score.is_applicable else "sans objet" for score in assessment.scores.all()}
        yield {
            "Dossier": assessment.application.reference,
            "État": assessment.get_state_display(),
            "Notes": marks,
            "Appréciation": assessment.comment,
        }


@chapter("liens", "Les liens d’intérêts que vous avez déclarés", "scoring.InterestDeclaration.user", order=41)
def own_interests(user: User) -> Iterator[Row]:
    """The person’s own words: the file with which there is a link is not told again."""
    for declared in InterestDeclaration.objects.filter(user=user).order_by("pk"):
        yield {"Déclaré le": declared.declared_at, "Lien": declared.reason}
