"""Wave 2 of Lycée 4.0, open: drafts, visas, files already submitted, complements asked for."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from calls.actions.answers import save_answer
from calls.actions.completion_lines import AskedLine
from calls.actions.extensions import grant_extension
from calls.actions.instruction import open_completion_request
from calls.actions.partners import ask_partner
from calls.actions.priorities import move_file
from calls.actions.ticking import tick_points
from calls.actions.visa import return_to_team
from calls.actions.withdrawals import ask_withdrawal
from calls.conditioned.ticked_lines import ticked_in
from calls.enums import ApplicationState, TickAnswer
from calls.models import Application, Call
from calls.reasons import worded
from cms.demo import texts
from cms.demo.advising import announce_opinions
from cms.demo.clock import clock_at, days_from_now
from cms.demo.filing import approve_and_submit, fill_file, start_file
from cms.demo.history import tick_all
from cms.demo.people import Team, teams_of
from cms.demo.setting import PARTNERS, WAVE_2, demo_user, open_call
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.roles import Role
from portal.workflow.gate import perform
from scoring.actions.trial import try_call

FOLLOWED = 7  # that of the file that a piece is to follow
REOPENED = 5  # the seed of the answers of the file that is written anew
GIVEN_BACK = 3  # which file its head gives back with remarks


def try_wave_2() -> None:
    """The trial of the second wave over the directory, whose report is then up to date."""
    try_call(call=Call.objects.get(reference="L40-V2"), actor=demo_user(Role.CALL_MANAGER))


def load_wave_2(
    demo_schools: Sequence[Establishment], schools: Sequence[Establishment], rng: random.Random, tell: Callable[[str], None]
) -> Call:
    """The first demonstration school has nothing yet (to be walked through), the second a draft, the third a visa to give."""
    with clock_at(days_from_now(WAVE_2.opens)):
        call = open_call(WAVE_2)
        call.max_per_establishment = 2
        call.save(update_fields=["max_per_establishment"])
        call = announce_opinions(call, days=15)
    teams = teams_of([*demo_schools, *schools], rng)
    tell(f"{WAVE_2.title}, ouverte : {len(schools) + len(demo_schools) - 1} dossiers à tous les stades")
    for index, school in enumerate([*demo_schools[1:], *schools]):
        author, head = teams[school.pk]
        with clock_at(days_from_now(-20 + index * 18 // (len(schools) + 3), 9 + index % 8)), transaction.atomic():
            application = start_file(call=call, school=school, author=author)
            if index == 0:
                fill_file(application, author=author, rng=rng, share=0.85)
            elif index == 1:
                fill_file(application, author=author, rng=rng)
                perform(application, "request_approval", actor=author)
            elif index % 2:
                fill_file(application, author=author, rng=rng, share=rng.choice([0.2, 0.5, 0.7, 0.9]))
                if index == GIVEN_BACK:
                    _give_back(application, author=author, head=head)
            else:
                approve_and_submit(fill_file(application, author=author, rng=rng), author=author, head=head)
    _ask_completion(call)
    _give_more_time(call)
    _ask_a_partner(call, demo_schools[0])
    _file_two(call, teams, rng)
    _ask_to_withdraw(call, teams)
    _write_anew(call, demo_schools[2], teams)
    _file_before_the_agreement(call, demo_schools[1], demo_schools[2], teams)
    _look_at_files(call)
    return call


def _file_two(call: Call, teams: Team, rng: random.Random) -> None:
    """The last lycée that filed files a second one, and its head says that this one comes first."""
    first = call.applications.filter(state=ApplicationState.SUBMITTED).select_related("establishment").order_by("-pk").first()
    if first is None:
        return
    author, head = teams[first.establishment_id]
    with clock_at(days_from_now(-1)), transaction.atomic():
        second = start_file(call=call, school=first.establishment, author=author)
        approve_and_submit(fill_file(second, author=author, rng=rng), author=author, head=head)
        move_file(application=second, past=first.reference, up=True, actor=head)


def _write_anew(call: Call, school: Establishment, teams: Team) -> None:
    """The third demonstration school has filed a second file, which its head has reopened: its new version is being written."""
    author, head = teams[school.pk]
    with clock_at(days_from_now(-2)), transaction.atomic():
        filed = start_file(call=call, school=school, author=author)
        fill_file(filed, author=author, rng=random.Random(REOPENED))  # noqa: S311 -- invented answers, the same at each load
        approve_and_submit(filed, author=author, head=head)
    with clock_at(days_from_now(-1)), transaction.atomic():
        reopened = perform(Application.objects.get(pk=filed.pk), "reopen_filed", actor=head)
        asked = next(
            q for q in filed.questionnaire.schema.questions if q.kind == "long_text" and reopened.answers.filter(question_key=q.key)
        )
        seen = reopened.answers.get(question_key=asked.key)
        text = f"{seen.value} {texts.WRITTEN_ANEW}"
        save_answer(application=reopened, question=asked, value=text, seen_version=seen.version, actor=author)


def _file_before_the_agreement(call: Call, school: Establishment, partner: Establishment, teams: Team) -> None:
    """The second demonstration school has filed a file with the third, without the convention between them, which is to follow."""
    author, head = teams[school.pk]
    with clock_at(days_from_now(-3)), transaction.atomic():
        filed = start_file(call=call, school=school, author=author)
        fill_file(filed, author=author, rng=random.Random(FOLLOWED))  # noqa: S311 -- invented answers, the same at each load
        asked = ask_partner(application=filed, question=filed.questionnaire.schema.question(PARTNERS["key"]), partner=partner, actor=author)
        perform(asked, "agree", actor=teams[partner.pk][1])
        approve_and_submit(filed, author=author, head=head)


def _look_at_files(call: Call) -> None:
    """The officer has looked at every point of the first files, and has begun the last one."""
    officer = demo_user(Role.OFFICER)
    files = list(call.applications.filter(state=ApplicationState.SUBMITTED, completion_requests=None, rewriting="").order_by("pk"))
    with clock_at(days_from_now(-1, 17)):
        for file in files[:-2]:
            tick_all(file, officer)
        for file in files[-2:-1]:
            line = ticked_in(call.admissibility_lines)[0]
            tick_points(application=file, answers={line.key: (TickAnswer.NO.value, texts.NOT_THIS_PROJECT)}, actor=officer)


def _ask_to_withdraw(call: Call, teams: Team) -> None:
    """A team asks its head to withdraw a file, and waits for the answer."""
    file = call.applications.filter(state=ApplicationState.SUBMITTED, completion_requests=None).order_by("pk").first()
    if file is not None:
        with clock_at(days_from_now(-1)):
            why = worded(call.reasons, ["projet-abandonne"], texts.GIVEN_UP)
            ask_withdrawal(application=file, reason=why.text, chosen=why.kept, actor=teams[file.establishment_id][0])


def _give_back(application: Application, *, author: User, head: User) -> None:
    """Written to its end, then given back by its head with a remark on the file and two on questions."""
    application.answers.all().delete()
    application.lines.all().delete()
    fill_file(application, author=author, rng=random.Random(GIVEN_BACK))  # noqa: S311 -- invented answers, the same at each load
    perform(application, "request_approval", actor=author)
    asked = [question.key for question in application.questionnaire.schema.questions if question.is_written][1:3]
    return_to_team(application=application, reason=texts.GIVEN_BACK, remarks=dict(zip(asked, texts.REMARKS, strict=True)), actor=head)


def _ask_a_partner(call: Call, partner: Establishment) -> None:
    """The last draft asks the first demonstration school to carry its project with it: its head has an answer to give."""
    draft = call.applications.filter(state=ApplicationState.DRAFT).exclude(establishment=partner).order_by("-pk").first()
    if draft is not None:
        with clock_at(days_from_now(-1)):
            asked = draft.questionnaire.schema.question(PARTNERS["key"])
            author = draft.answers.exclude(updated_by=None).first().updated_by
            ask_partner(application=draft, question=asked, partner=partner, actor=author)


def _give_more_time(call: Call) -> None:
    """One lycée whose file is a draft closes three days after the others."""
    draft = call.applications.filter(state=ApplicationState.DRAFT).order_by("-pk").first()
    if draft is not None:
        later = call.closes_at + timedelta(days=3)
        manager = demo_user(Role.CALL_MANAGER)
        grant_extension(call=call, establishment=draft.establishment, closes_at=later, reason=texts.MORE_TIME, actor=manager)


def _ask_completion(call: Call) -> None:
    """Two files are asked for what they lack."""
    officer = demo_user(Role.OFFICER)
    for application, due in zip(call.applications.filter(state=ApplicationState.SUBMITTED).order_by("pk")[:2], (6, 12), strict=False):
        with clock_at(days_from_now(-1)):
            due_on = timezone.localdate() + timedelta(days=due)
            lines = [
                AskedLine("deliberation", worded(call.reasons, ["deliberation-absente"])),
                AskedLine("outils", worded(call.reasons, ["usages-non-mesures"], texts.WHICH_TOOLS)),
            ]
            open_completion_request(
                application=application,
                fields=["deliberation", "outils"],
                message=texts.COMPLETION,
                due_on=due_on,
                actor=officer,
                lines=lines,
            )
