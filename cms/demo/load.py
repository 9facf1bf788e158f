"""A large portal for measuring: bulk rows, realistic shapes, no act told. Never on a portal that people use."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils import timezone

from calls.actions.start import search_text
from calls.enums import ApplicationState, CallState, VersionReason
from calls.models import Answer, Application, ApplicationVersion, Call, Programme, Questionnaire, RequestLine
from calls.queries.content import build_content
from calls.questionnaire import Definition, parse
from calls.questions.needs import NeedsQuestion
from calls.shipped import lycee_40
from cms.demo import filing
from portal.accounts.models import RoleGrant, User
from portal.directory.models import Authority, Establishment
from portal.roles import Role
from portal.text.canonical import fingerprint
from portal.workflow.actors import SYSTEM
from scoring.actions.assessment import compute_marks
from scoring.actions.grid import create_grid
from scoring.enums import AssessmentState
from scoring.models import Assessment, Criterion, PanelMember, Score
from scoring.shipped import GRIDS

CHUNK = 500
READINGS = 4
REFERENCE = "CHARGE"
STATES = (
    (ApplicationState.SUBMITTED, 15),
    (ApplicationState.ADMISSIBLE, 75),
    (ApplicationState.INADMISSIBLE, 4),
    (ApplicationState.DRAFT, 6),
)


@dataclass(frozen=True)
class Loaded:
    applications: int
    assessments: int


def make_load(*, applications: int, jurors: int, seed: int, tell: Callable[[str], None], all_admissible: bool = False) -> Loaded:
    """Fill the database: one call being scored, `applications` files, `jurors` people, four readings of each admissible file."""
    states = ((ApplicationState.ADMISSIBLE, 1),) if all_admissible else STATES
    rng = random.Random(seed)  # noqa: S311 -- invented data
    schools = list(Establishment.objects.select_related("authority").order_by("uai"))
    call, definition, criteria = _call(-(-applications // len(schools)))
    panel = _jury(call, jurors)
    filed = done = 0
    for start in range(0, applications, CHUNK):
        numbers = range(start, min(start + CHUNK, applications))
        files = _files(call, schools, numbers, states, rng)
        _contents(files, definition, rng)
        done += _readings([f for f in files if f.state == ApplicationState.ADMISSIBLE], panel, criteria, rng)
        filed += len(files)
        tell(f"{filed} dossiers, {done} évaluations")
    compute_marks(call=call, actor=SYSTEM)
    return Loaded(filed, done)


def _call(per_school: int) -> tuple[Call, Definition, list[Criterion]]:
    programme, _ = Programme.objects.get_or_create(code="charge", defaults={"name": "Mesure de charge"})
    now = timezone.now()
    call = Call.objects.create(
        programme=programme, reference=REFERENCE, slug="charge", title="Appel de mesure", opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=10), budget_amount=Decimal("90000000.00"), ceiling_amount=Decimal("140000.00"),
        max_per_establishment=per_school + 1, state=CallState.ASSESSMENT,
    )  # fmt: skip
    Questionnaire.objects.create(call=call, version=1, definition=lycee_40.DEFINITION, frozen_at=now)
    grid = create_grid(call=call, actor=SYSTEM, shipped=GRIDS["lycee-40"])
    return call, parse(lycee_40.DEFINITION), list(grid.criteria.filter(kind="rated"))


def _jury(call: Call, jurors: int) -> list[PanelMember]:
    bodies = list(Authority.objects.all())
    password = make_password(None)
    users = User.objects.bulk_create(
        User(email=f"jure{n}@charge.example", first_name="Juré", last_name=f"{n:03d}", password=password) for n in range(jurors)
    )
    RoleGrant.objects.bulk_create(RoleGrant(user=u, role=Role.JUROR, authority=bodies[n % len(bodies)]) for n, u in enumerate(users))
    return PanelMember.objects.bulk_create(PanelMember(call=call, user=u, body=bodies[n % len(bodies)]) for n, u in enumerate(users))


def _files(call: Call, schools: Sequence[Establishment], numbers: range, states: Sequence[tuple], rng: random.Random) -> list[Application]:
    questionnaire, now = call.questionnaires.get(), timezone.now()
    rows = []
    for number in numbers:
        state = rng.choices([s for s, _ in states], [w for _, w in states])[0]
        filed = None if state == ApplicationState.DRAFT else now - timedelta(minutes=rng.randint(15_000, 80_000))
        row = Application(
            call=call, establishment=schools[number % len(schools)], questionnaire=questionnaire, reference=f"{REFERENCE}-{number + 1:05d}",
            title=filing.texts.TITLES[number % len(filing.texts.TITLES)], state=state, submitted_at=filed, approved_at=filed,
            checked_at=filed if state in (ApplicationState.ADMISSIBLE, ApplicationState.INADMISSIBLE) else None,
            requested_amount=Decimal(rng.randrange(2_000_000, 14_000_000)) / 100,
        )  # fmt: skip
        row.search_text = search_text(row)
        rows.append(row)
    return Application.objects.bulk_create(rows)


def _contents(files: Sequence[Application], definition: Definition, rng: random.Random) -> None:
    """Answers, needs and the frozen version of each filed application."""
    answers, lines = [], []
    for file in files:
        for question in definition.questions:
            if question.is_simple:
                answers.append(Answer(application=file, question_key=question.key, value=filing.answer_of(question, rng)))
        lines += _needs(file, definition, rng)
    Answer.objects.bulk_create(answers, batch_size=CHUNK * 4)
    RequestLine.objects.bulk_create(lines, batch_size=CHUNK * 4)
    filed = Application.objects.filter(pk__in=[f.pk for f in files], submitted_at__isnull=False)
    full = filed.select_related("call", "establishment", "questionnaire").prefetch_related(
        "answers__updated_by", "lines", "attachments__file"
    )
    ApplicationVersion.objects.bulk_create(_versions(full))


def _needs(file: Application, definition: Definition, rng: random.Random) -> Iterator[RequestLine]:
    needs = next(q for q in definition.questions if isinstance(q, NeedsQuestion))
    for position, item in enumerate(rng.sample(needs.items, k=3)):
        yield RequestLine(
            application=file, question_key=needs.key, kind=item.kind, item_code=item.code, label=item.label, quantity=rng.randint(1, 60),
            unit_price_amount=item.unit_price, vat_rate=item.vat_rate, priority=1 + position, position=position,
        )  # fmt: skip


def _versions(files: models.QuerySet) -> Iterator[ApplicationVersion]:
    for file in files:
        content = build_content(file)
        yield ApplicationVersion(application=file, number=1, reason=VersionReason.SUBMISSION, content=content, sha256=fingerprint(content))


def _readings(files: Sequence[Application], panel: Sequence[PanelMember], criteria: Sequence[Criterion], rng: random.Random) -> int:
    now = timezone.now()
    readings = [
        Assessment(
            application=file,
            juror_id=seat.user_id,
            body_id=seat.body_id,
            state=AssessmentState.SUBMITTED,
            submitted_at=now,
            comment=rng.choice(filing.texts.COMMENTS),
        )  # fmt: skip
        for file in files
        for seat in rng.sample(panel, k=min(READINGS, len(panel)))
    ]
    readings = Assessment.objects.bulk_create(readings, batch_size=CHUNK)
    points = [Decimal(n) for n in (0, 2, 4, 5)]
    Score.objects.bulk_create(
        (Score(assessment=r, criterion=c, points=rng.choices(points, [1, 4, 6, 3])[0]) for r in readings for c in criteria),
        batch_size=CHUNK * 4,
    )
    return len(readings)
