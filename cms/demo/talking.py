"""What lycées and the Région write to each other: one thread that awaits each side, an internal one, one on an order."""

from collections.abc import Sequence

from django.db.models import Model

from calls.enums import ApplicationState
from calls.models import Application, Call
from cms.demo.clock import clock_at, days_from_now
from cms.demo.setting import demo_user
from orders.models import PurchaseOrder
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.roles import Role
from portal.threads import actions
from portal.threads.enums import Audience, ThreadSide

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


def talk(demo_schools: Sequence[Establishment], wave_2: Call) -> None:
    """Written these last days, so that each role of the demonstration has something to read."""
    officer, manager = demo_user(Role.OFFICER), demo_user(Role.CALL_MANAGER)
    draft = Application.objects.get(call=wave_2, establishment=demo_schools[1])
    question = next(q.key for section in draft.questionnaire.schema.sections for q in section.questions if q.is_written)
    _write(-6, draft, _member(demo_schools[1]), ThreadSide.LYCEE, TO_REGION, place=question)
    retained = Application.objects.filter(establishment=demo_schools[0]).exclude(submitted_at=None).order_by("pk").first()
    _write(-4, retained, officer, ThreadSide.REGION, TO_LYCEE)
    filed = Application.objects.filter(call=wave_2, state=ApplicationState.SUBMITTED).order_by("-pk").first()
    _write(-2, filed, manager, ThreadSide.REGION, INSIDE, audience=Audience.INSIDE)
    order = PurchaseOrder.objects.filter(establishment=demo_schools[0]).exclude(sent_at=None).order_by("pk").last()
    _write(-1, order, _member(demo_schools[0]), ThreadSide.LYCEE, ON_ORDER)


def _write(day: int, obj: Model, author: User, side: str, text: str, *, place: str = "", audience: str = Audience.SHARED) -> None:
    with clock_at(days_from_now(day, 11)):
        actions.write(thread=actions.thread_at(obj, place, audience), text=text, actor=author, side=side)


def _member(school: Establishment) -> User:
    return User.objects.filter(role_grants__establishment=school, role_grants__role=Role.MEMBER).order_by("pk").first()
