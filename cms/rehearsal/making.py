"""Making a rehearsal, opening it again, closing it: what the worker does, and what the journal of the real portal keeps of it."""

import random
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from calls import rules
from calls.models import Call
from cms.demo.clock import clock_at
from cms.demo.setting import demo_user
from cms.rehearsal import copies, filing, pages, stages, world
from cms.rehearsal.stages import RehearsalStage
from portal.accounts.demo import PEOPLE
from portal.accounts.models import User
from portal.directory.demo import SEED
from portal.directory.models import Authority
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.progress import JobFailed, JobProgress
from portal.jobs.registry import job
from portal.journal import recorder
from portal.rehearsal import building, places
from portal.rehearsal.places import Rehearsal
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.envelope import EnvelopeTerms, create_envelope
from scoring.actions.panel import seat_member
from scoring.models import Envelope

KIND, FORWARD = "cms.rehearsal", "cms.rehearsal_forward"
NO_LYCEE = "Aucun lycée inventé ne remplit les conditions de l’appel : répétez-le avec des conditions plus larges."
SEATS = (Role.JUROR, Role.CHAIR)

Tell = Callable[[int, int, str], None]


def may_rehearse(call: Call, user: User) -> bool:
    """Who manages the call; inside a rehearsal, nobody: it is not rehearsed again."""
    return places.current() is None and rules.manages_call(call, user)


@transaction.atomic
def ask_rehearsal(*, call: Call, actor: User) -> Job:
    """Have the worker make the rehearsal of this call, anew if there is one.

    Raises PermissionDenied, and TransitionRefused when the server cannot make it.
    """
    if not may_rehearse(call, actor):
        raise PermissionDenied("rehearsal")
    if sentence := building.hindrance():
        raise TransitionRefused([sentence])
    key = f"rehearsal-{call.pk}"
    under_way = Job.objects.filter(dedupe_key=key, state__in=Job.State.ALIVE).exists()
    asked = queue.enqueue(
        KIND, label=f"Répétition de « {call.title} »"[:200], owner=actor, params={"call": call.pk}, dedupe_key=key, return_url=_page(call)
    )
    if not under_way:
        act = "restart_rehearsal" if Rehearsal(call.pk).exists() else "prepare_rehearsal"
        recorder.record(call, act, actor=actor)
    return asked


@transaction.atomic
def ask_stage(*, call: Call, stage: RehearsalStage, actor: User) -> Job:
    """Have the worker take the life of the rehearsed call up to this stage. Raises PermissionDenied, and TransitionRefused without rehearsal."""
    if not may_rehearse(call, actor):
        raise PermissionDenied("rehearsal")
    if rehearsal_of(call) is None:
        raise TransitionRefused(["La répétition n’est pas prête : préparez-la d’abord."], wrong_state=True)
    return queue.enqueue(
        FORWARD, label=f"Répétition jusqu’à {stage.label.lower()}", owner=actor, params={"call": call.pk, "stage": stage.value},
        dedupe_key=f"rehearsal-{call.pk}", return_url=_page(call),
    )  # fmt: skip


def close_rehearsal(*, call: Call, actor: User) -> bool:
    """Take the rehearsal away with its files. False when there was none. Raises PermissionDenied."""
    if not may_rehearse(call, actor):
        raise PermissionDenied("rehearsal")
    place = Rehearsal(call.pk)
    if not place.exists():
        return False
    for alive in Job.objects.filter(dedupe_key=f"rehearsal-{call.pk}", state__in=Job.State.ALIVE):
        queue.cancel(alive)
    building.drop(place)
    with transaction.atomic():
        recorder.record(call, "close_rehearsal", actor=actor)
    return True


def rehearsal_of(call: Call) -> building.RehearsalMark | None:
    """What the rehearsal of this call says of itself; None when it is not there, or not whole."""
    place = Rehearsal(call.pk)
    if not place.exists():
        return None
    with place.entered():
        return building.mark()


@job(KIND)
def make_job(job: Job, progress: JobProgress) -> dict:
    """The worker's part of `ask_rehearsal`. Safe to start again: what was there is dropped first."""
    call = Call.objects.select_related("programme", "previous").get(pk=job.params["call"])
    try:
        return make(call, _outside(progress))
    except TransitionRefused as refusal:
        building.drop(Rehearsal(call.pk))
        raise JobFailed(f"L’appel n’est pas encore prêt à être répété. {' '.join(refusal.reasons)}") from refusal


@job(FORWARD)
def forward_job(job: Job, progress: JobProgress) -> None:
    """The worker's part of `ask_stage`."""
    with Rehearsal(job.params["call"]).entered():
        try:
            stages.take_to(job.params["call"], RehearsalStage(job.params["stage"]), _outside(progress))
        except TransitionRefused as refusal:
            raise JobFailed(" ".join(refusal.reasons)) from refusal


def make(call: Call, tell: Tell) -> dict:
    """Make the rehearsal, whole: {"sent", "lacking"} of its files. Raises TransitionRefused when the call cannot be published as it is."""
    place, rows, figures, texts = Rehearsal(call.pk), copies.rows_of(call), copies.figures_of(call), pages.texts_of(call)
    building.create(place, lambda done, total: tell(done * 40 // total, 100, "La base de la répétition"))
    with place.entered():
        tell(45, 100, "Les lycées inventés")
        world.build()
        with transaction.atomic():
            for row in rows:
                type(row)._base_manager.bulk_create([row])
            world.draw_figures(figures)
        lycees = world.applying(Call.objects.get(pk=call.pk))
        if not lycees:
            raise TransitionRefused([NO_LYCEE])
        tell(60, 100, "L’ouverture de l’appel")
        with clock_at(copies.opening()):
            opened = _open(Call.objects.get(pk=call.pk), texts)
        tell(65, 100, "Les dossiers inventés")
        filed = filing.file_all(opened, lycees, random.Random(SEED))  # noqa: S311 -- made-up answers
        building.finish(RehearsalStage.WRITING)
    tell(100, 100, "")
    return {"sent": filed.sent, "lacking": filed.lacking[:500]}


def _open(call: Call, texts: pages.PageTexts | None) -> Call:
    """The jury seated, money for it where finance has opened none yet, the page, the publication."""
    manager = demo_user(Role.CALL_MANAGER)
    if not Envelope.objects.filter(call=call).exists():
        create_envelope(call=call, terms=EnvelopeTerms("Enveloppe de la répétition", call.budget_amount), actor=demo_user(Role.FINANCE))
    for person in PEOPLE:
        if person.role in SEATS:
            seat_member(
                call=call, user=User.objects.get(email=person.email), body=Authority.objects.get(code=person.authority),
                is_chair=person.role == Role.CHAIR, actor=manager,
            )  # fmt: skip
    pages.draw_page(call, texts, manager)
    return perform(Call.objects.get(pk=call.pk), "publish", actor=manager)


def _outside(progress: JobProgress) -> Tell:
    """The progress of a job is told on its row, in the real portal."""

    def tell(done: int, total: int, note: str) -> None:
        with places.outside():
            progress(done, total, note)

    return tell


def _page(call: Call) -> str:
    return reverse("cms:rehearsal", args=[call.reference])
