"""Files, and each of their questions, as something that a lycée and the Région write about."""

from calls import rules
from calls.models import Application
from calls.queries import threads
from calls.queries.people import team_of
from portal.accounts.models import User
from portal.addresses import address
from portal.threads import panels as thread_panels
from portal.threads import registry
from portal.ui import panels


def question_label(application: Application, place: str) -> str:
    """The question of this key, in the form of the file; LookupError when there is none."""
    question = application.questionnaire.schema.question(place)
    if question is None:
        raise LookupError(place)
    return question.label


def where_read(application: Application, place: str, user: User) -> str:
    """The section where a lycée writes the answer, the page of the file elsewhere; nothing to staff before the file is filed."""
    if application.establishment_id not in user.establishment_ids:
        page = application.get_absolute_url() if application.submitted_at else ""
        return f"{page}#question-{place}" if page and place else page
    section = application.questionnaire.schema.section_of(place) if place else None
    return f"{address('calls:section', application.reference, section.key)}#q-{place}" if section else application.get_absolute_url()


registry.register(
    registry.ThreadSubject(
        model=Application,
        key="dossier",
        field="reference",
        of_lycee=threads.of_lycee,
        of_region=threads.of_region,
        seen_by_region=threads.seen_by_region,
        awaited_from=threads.awaited_from,
        lycee_writes=rules.writes_to_region,
        region_writes=rules.answers_lycee,
        writes_inside=rules.writes_about_file,
        lycee_people=lambda application: team_of(application.establishment),
        region_people=threads.region_people,
        label=lambda application: f"Dossier {application.reference}",
        place_label=question_label,
        place_url=where_read,
    )
)
panels.register("calls.application", thread_panels.panel, order=5)
