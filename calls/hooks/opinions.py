"""What the portal knows of opinions: messages, things to do, the block on a file, the attachments that their people read."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from calls import rules
from calls.actions.files import PURPOSE
from calls.actions.opinions import ASKED, REMINDED
from calls.enums import OpinionState
from calls.models import Application, Attachment, Call, Opinion
from calls.queries.content import was_received
from calls.queries.opinions import asking_gap, bodies_with_people, late_for_staff, opinions_of
from calls.workflows import passages
from portal.accounts.models import User
from portal.files import access
from portal.files.models import StoredFile
from portal.notifications import reach, registry
from portal.notifications.families import Family, is_soon
from portal.notifications.models import Message
from portal.notifications.registry import EmailNotification
from portal.text.dates import day
from portal.text.french import count
from portal.ui import navigation, panels, todo
from portal.ui.todo import TodoItem
from portal.workflow.readiness import ReadinessLine, ready

SHOWN = 5  # opinions listed one by one; the others wait behind the list


class OpinionMessage(EmailNotification):
    """To one person, about all the opinions that are awaited: `user.letter` says which (calls.actions.opinions.OpinionLetter)."""

    def __init__(self, code: str):
        self.template = f"calls/email/{code}"

    def recipients(self, user: User) -> list[User]:
        return [user]

    def event_key(self, code: str, user: User) -> str:
        return f"{code}:{user.pk}:{user.letter.event}"

    def is_urgent(self, user: User) -> bool:
        return any(is_soon(opinion.due_on) for opinion in user.letter.opinions)

    def is_settled(self, about: User, message: Message) -> bool:
        """Whether no opinion is awaited of this person any more."""
        return not Opinion.objects.of_body(about).awaited().exists()

    def context(self, user: User, actor: User | None) -> dict:
        opinions = user.letter.opinions
        first = opinions[0]
        one = f"dossier {first.application.reference}"
        return {"opinions": opinions, "what": one if len(opinions) == 1 else count(len(opinions), "dossier")}


for code in (ASKED, REMINDED):
    registry.add(code, OpinionMessage(code))
registry.sort_into(Family.AWAITED, ASKED)
registry.sort_into(Family.DATES, REMINDED)
reach.register(Opinion, lambda user: Opinion.objects.visible_to(user))


def _awaited(user: User) -> QuerySet[Opinion]:
    return Opinion.objects.of_body(user).awaited().select_related("application__call", "application__establishment")


def todo_for_opinions(user: User) -> list[TodoItem]:
    """The opinions to give, the nearest day first; to officers, those that are late. One query each."""
    items = _to_give(user) if rules.advises(user) else []
    return items + (_late(user) if rules.instructs_files(user) else [])


def _to_give(user: User) -> list[TodoItem]:
    awaited = list(_awaited(user).order_by("due_on", "application__reference"))
    items = [
        TodoItem(
            f"Rendre un avis sur le dossier {each.application.reference}",
            f"{each.application.establishment.name} · {each.application.call.title} · demandé le {day(each.asked_at, year=False)}",
            each.get_absolute_url(),
            "Lire et rendre l’avis",
            due=each.due_on,
        )
        for each in awaited[:SHOWN]
    ]
    if others := awaited[SHOWN:]:
        title = f"Rendre {count(len(others), 'autre avis', 'autres avis')}"
        items.append(TodoItem(title, "", f"{reverse('calls:opinions')}?etat=attendus", "Voir la liste", due=others[0].due_on))
    return items


def _late(user: User) -> list[TodoItem]:
    late = late_for_staff(user).count()
    if not late:
        return []
    title = f"{count(late, 'avis', 'avis')} en retard : changer la date ou annuler la demande"
    return [TodoItem(title, "", f"{reverse('calls:files')}?avis=en-retard&vue=", "Ouvrir", level="err")]


def of_application(request: HttpRequest, application: Application) -> str:
    """On a file at the Région: what is asked, by whom it was given, and when. Never on the page of its lycée."""
    user = request.user
    if application.establishment_id in user.establishment_ids or not application.call.asked_opinions.is_asked:
        return ""
    if not rules.reads_opinions(user):
        return ""
    opinions = opinions_of(application, user)
    gap = ("", "")
    asks = rules.answers_lycee(application, user)
    is_asked = any(opinion.is_asked or opinion.is_given for opinion in opinions)
    if asks and not is_asked:
        gap = asking_gap(application, is_asked=False, covered=bodies_with_people())
    context = {"application": application, "opinions": opinions, "may_ask": asks and not is_asked and not gap[0], "gap": gap}
    return render_to_string("calls/opinions/_panel.html", context, request)


@passages.ready_to_score.give
def awaited_opinions(call: Call) -> Iterator[ReadinessLine]:
    """The scoring does not wait for them; who opens it reads that some are awaited."""
    if not call.asked_opinions.is_asked:
        return
    awaited = Opinion.objects.awaited().filter(application__call=call).count()
    given = Opinion.objects.filter(application__call=call, state=OpinionState.GIVEN).count()
    left = (
        f" ; {count(awaited, 'avis', 'avis')} encore attendu{'s' if awaited > 1 else ''}, à rendre avant la délibération" if awaited else ""
    )
    told = count(given, "avis rendu", "avis rendus") if given else "Aucun avis rendu"
    yield ready("Avis", f"{told}{left}.")


@access.share(PURPOSE)
def adviser_reads_attachment(user: User, stored_file: StoredFile) -> bool:
    """What the frozen file lists, as long as the opinion of one's authority is asked or given on it."""
    if not rules.advises(user):
        return False
    owners = Attachment.objects.filter(file=stored_file).values("application")
    opinion = Opinion.objects.of_body(user).filter(application__in=owners).select_related("application").first()
    return opinion is not None and was_received(opinion.application, stored_file)


def register() -> None:
    navigation.register("Avis", "calls:opinions", rules.advises, order=25)
    todo.register(todo_for_opinions)
    panels.register("calls.application", of_application, order=3)
