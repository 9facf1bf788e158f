"""Opinions of the authority of a lycée, as the tests need them."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from calls.actions.versions import freeze_version
from calls.enums import CallState, OpinionState, OpinionValue, VersionReason
from calls.models import Application, Call, Opinion
from calls.opinions import AskedOpinions
from portal.accounts.models import User
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory

HEADINGS = ("Cohérence", "Équipe")
SAID = {heading: f"Ce qui est dit de {heading.lower()}." for heading in HEADINGS}


def asking(**more) -> dict:
    """What a call keeps that asks académies and the DRAAF for their opinion, within ten working days."""
    return AskedOpinions(bodies=("academy", "draaf"), days=10, headings=HEADINGS, **more).kept


def asking_call(state: str = CallState.INSTRUCTION, **fields) -> Call:
    return CallFactory(state=state, closed=True, **{"opinions": asking(), **fields})


def examined_file(call: Call | None = None, **fields) -> Application:
    """A filed file with the version that is read of it."""
    file = ApplicationFactory(call=call or asking_call(), **{"submitted": True, "complete": True, **fields})
    freeze_version(application=file, reason=VersionReason.SUBMISSION, actor=person(Role.HEAD, at=file.establishment))
    return Application.objects.get(pk=file.pk)


def an_opinion(
    file: Application | None = None, state: str = OpinionState.ASKED, *, days: int = 5, written: bool = False, **fields
) -> Opinion:
    """`days`: from today to its last day; `written`: everything that giving it needs."""
    file = file or examined_file()
    if state == OpinionState.GIVEN:
        written, fields = True, {"given_at": timezone.now(), "on_version": 1} | fields
    said = {"value": OpinionValue.FAVOURABLE, "texts": SAID, "remark": "Entre nous.", "written_at": timezone.now()} if written else {}
    return Opinion.objects.create(
        application=file, authority=file.establishment.authority, state=state, due_on=timezone.localdate() + timedelta(days=days),
        **(said | fields),
    )  # fmt: skip


def adviser(opinion_or_file, **fields):
    """Somebody of the authority of this lycée."""
    file = getattr(opinion_or_file, "application", opinion_or_file)
    return person(Role.ADVISER, authority=file.establishment.authority, **fields)


@dataclass
class TwoOpinions:
    """A file of the académie, one of the DRAAF, their people, somebody of another académie, the officer, the manager."""

    call: Call
    file: Application
    farm: Application
    own: User
    draaf: User
    reims: User
    officer: User
    manager: User


def two_opinions() -> TwoOpinions:
    call = asking_call()
    file, farm = examined_file(call), examined_file(call, establishment=EstablishmentFactory(agricultural=True))
    return TwoOpinions(
        call=call, file=file, farm=farm, own=adviser(file), draaf=adviser(farm),
        reims=person(Role.ADVISER, authority=AuthorityFactory(reims=True)), officer=person(Role.OFFICER), manager=person(Role.CALL_MANAGER),
    )  # fmt: skip
