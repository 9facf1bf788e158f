"""Starting a file, and keeping its place in lists."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Length

from calls import checks, rules
from calls.models import Application, Call
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.journal import recorder
from portal.text.folding import fold
from portal.workflow.gate import TransitionRefused


@transaction.atomic
def start_application(*, call: Call, establishment: Establishment, actor: User, title: str = "") -> Application:
    """Open a draft for this establishment. Raises PermissionDenied and TransitionRefused (closed, not eligible, too many).

    The call's row is locked: two people of one lycée cannot both take the last place, nor two lycées one reference.
    """
    if not rules.starts_file(establishment, actor):
        raise PermissionDenied("start_application")
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    gaps = checks.opening_gaps(call, establishment) + checks.eligibility_gaps(call, establishment)
    questionnaire = call.questionnaire
    if questionnaire is None:
        gaps.append("L’appel n’a pas encore de questionnaire.")
    if gaps := gaps or checks.limit_gaps(call, establishment):
        raise TransitionRefused(gaps)
    application = Application(
        call=call,
        establishment=establishment,
        questionnaire=questionnaire,
        reference=next_reference(call),
        title=title,
        created_by=actor,
    )
    application.search_text = search_text(application)
    application.save()
    recorder.record(application, "start", actor=actor, target=application.state)
    return application


def next_reference(call: Call) -> str:
    """The next free reference of the call: "L40-V2-0147". Safe while the call's row is locked."""
    prefix = f"{call.reference}-"
    taken = Application.objects.filter(call=call, reference__startswith=prefix).order_by(Length("reference").desc(), "-reference")
    last = taken.values_list("reference", flat=True).first()
    number = last.removeprefix(prefix) if last else "0"
    return f"{prefix}{(int(number) if number.isdigit() else 0) + 1:04d}"


def search_text(application: Application) -> str:
    """What searches compare: reference, lycée, commune, title; lower case without accents, cut to the column."""
    establishment = application.establishment
    words = [application.reference, establishment.uai, establishment.name, establishment.commune_name, application.title]
    return fold(" ".join(words))[:400]
