"""What lycées and the Région write to each other: one thread that awaits each side, an internal one, one on an order, questions of a jury."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.utils import timezone

from calls.enums import ApplicationState
from calls.models import Application, Call
from cms.demo import enclosures
from cms.demo.clock import clock_at, days_from_now
from cms.demo.setting import demo_user
from orders.models import PurchaseOrder
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.files.models import StoredFile
from portal.files.readings import note_reading
from portal.roles import Role
from portal.threads import actions
from portal.threads.enums import Audience, ThreadSide
from portal.threads.models import Thread
from scoring.actions.question import ask_question, send_questions
from scoring.models import Assessment

TO_REGION = (
    "Bonjour, nos commandes passent par le groupement de commandes du GRETA jusqu’en décembre. Le devis daté d’avril est-il encore valable, "
    "ou faut-il en demander un nouveau avant le dépôt ?"
)
TO_LYCEE = (
    "Bonjour, le plan joint ne montre pas les salles du bâtiment C. Pouvez-vous nous dire lesquelles recevront les chariots mobiles ? "
    "Une réponse ici suffit, sans nouvelle pièce."
)
INSIDE = (
    "Ce lycée a un second projet au titre du numérique inclusif. À rapprocher avant de statuer : merci de me dire si vous le suivez aussi."
)
ON_ORDER = "Bonjour, le transporteur annonce une livraison un mercredi après-midi, loge fermée. Peut-elle être déplacée au jeudi matin ?"
ASKED = "Combien de classes utiliseront ces équipements chaque semaine, et dans quelles disciplines ?"
ANSWERED = (
    "Onze classes de seconde et de première, à raison de deux à quatre heures par semaine : mathématiques, sciences, langues et l’option "
    "numérique. Le planning de la salle est tenu par la documentaliste."
)
TO_SEND = "Qui forme les enseignants à ces usages, et sur combien d’heures cette année ?"


def talk(demo_schools: Sequence[Establishment], wave_2: Call) -> None:
    """Written these last days, so that each role of the demonstration has something to read."""
    officer, manager = demo_user(Role.OFFICER), demo_user(Role.CALL_MANAGER)
    draft = Application.objects.filter(call=wave_2, establishment=demo_schools[1]).earliest("pk")
    question = next(q.key for section in draft.questionnaire.schema.sections for q in section.questions if q.is_written)
    _write(-6, draft, _member(demo_schools[1]), ThreadSide.LYCEE, TO_REGION, place=question, files=[enclosures.quote(), enclosures.photo()])
    with clock_at(days_from_now(-5, 15)):
        for stored in StoredFile.objects.filter(uploaded_by=_member(demo_schools[1])).order_by("pk"):
            note_reading(stored, officer)
    retained = Application.objects.filter(establishment=demo_schools[0]).exclude(submitted_at=None).order_by("pk").first()
    _write(-4, retained, officer, ThreadSide.REGION, TO_LYCEE)
    filed = Application.objects.filter(call=wave_2, state=ApplicationState.SUBMITTED).order_by("-pk").first()
    _write(-2, filed, manager, ThreadSide.REGION, INSIDE, audience=Audience.INSIDE)
    order = PurchaseOrder.objects.filter(establishment=demo_schools[0]).exclude(sent_at=None).order_by("pk").last()
    _write(-1, order, _member(demo_schools[0]), ThreadSide.LYCEE, ON_ORDER)


def _write(
    day: int, obj: Model, author: User, side: str, text: str, *, place: str = "", audience: str = Audience.SHARED,
    files: Sequence[UploadedFile] = (),
) -> None:  # fmt: skip
    with clock_at(days_from_now(day, 11)):
        actions.write(thread=actions.thread_at(obj, place, audience), text=text, actor=author, side=side, files=files)


def _member(school: Establishment) -> User:
    return User.objects.filter(role_grants__establishment=school, role_grants__role=Role.MEMBER).order_by("pk").first()


def ask_the_lycee(call: Call) -> None:
    """While a call is scored: one question of a juror, sent and answered; another that waits to be sent."""
    juror, manager = demo_user(Role.JUROR), demo_user(Role.CALL_MANAGER)
    readings = (
        Assessment.objects.filter(application__call=call, juror=juror).live().select_related("application__establishment").order_by("pk")
    )
    first, second = readings[:2]
    criterion = next(each for each in call.grid.criteria.all() if each.is_rated)
    with clock_at(days_from_now(-5, 9)):
        question = ask_question(assessment=first, criterion=criterion, text=ASKED, actor=juror)
    with clock_at(days_from_now(-5, 16)):
        send_questions(questions=[question], due_on=timezone.localdate() + timedelta(days=7), actor=manager)
    thread = Thread.objects.get(posts__jury_question=question.pk)
    with clock_at(days_from_now(-3, 10)):
        actions.write(thread=thread, text=ANSWERED, actor=_member(first.application.establishment), side=ThreadSide.LYCEE)
    with clock_at(days_from_now(-1, 9)):
        ask_question(assessment=second, criterion=criterion, text=TO_SEND, actor=juror)
