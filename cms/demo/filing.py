"""Filling, approving and submitting files, as a team and its head would."""

import random
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from calls.actions.start import search_text, start_application
from calls.models import Answer, Application, Call, RequestLine
from calls.queries.content import requested_amount
from calls.questionnaire import parse
from calls.questions.base import FieldQuestion, Json
from calls.questions.needs import NeedsQuestion
from calls.questions.text import TextQuestion
from cms.demo import texts
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.workflow.gate import perform

_LONG = {
    "resume": texts.SUMMARIES,
    "projet_etablissement": texts.PLACE,
    "organisation": texts.COMMITTEE,
    "methode": texts.METHOD,
    "outils": texts.TOOLS,
    "justification": texts.JUSTIFICATION,
    "description": texts.SUMMARIES,
    "objectifs": texts.PLACE,
    "diffusion": texts.DIFFUSION,
    "bilan": texts.METHOD,
}
# item code: (least, most) quantity that a school asks for
_QUANTITIES = {
    "portable-11": (24, 96),
    "portable-15": (6, 18),
    "tablette-hybride": (12, 40),
    "poste-cao": (8, 16),
    "serveur": (1, 1),
    "videoprojecteur": (2, 8),
    "prise-rj45": (24, 96),
    "borne-wifi": (8, 30),
    "baie-brassage": (1, 2),
}


def start_file(*, call: Call, school: Establishment, author: User) -> Application:
    return start_application(call=call, establishment=school, actor=author)


def fill_file(application: Application, *, author: User, rng: random.Random, share: float = 1.0) -> Application:
    """Answer the questionnaire; `share` below 1 leaves the last part of the questions empty, as in a draft."""
    definition = parse(application.questionnaire.definition)
    questions = [q for q in definition.questions if q.is_simple and not q.counts_in_request]
    kept = questions[: max(1, round(len(questions) * share))]
    title = texts.TITLES[(application.pk * 7) % len(texts.TITLES)]
    Answer.objects.bulk_create(
        Answer(application=application, question_key=q.key, value=title if q.key == "titre" else answer_of(q, rng), updated_by=author)
        for q in kept
    )
    application.title = title
    needs = next((q for q in definition.questions if isinstance(q, NeedsQuestion)), None)
    if share >= 0.8:
        if needs:
            _ask_for(application, needs, rng)
        _ask_in_euros(application, [q for q in definition.questions if q.is_simple and q.counts_in_request], author)
        application.requested_amount = requested_amount(application)
    application.search_text = search_text(application)
    application.save(update_fields=["title", "requested_amount", "search_text"])
    return application


def approve_and_submit(application: Application, *, author: User, head: User) -> Application:
    """The team asks for the visa, the head gives it, the file is submitted."""
    perform(application, "request_approval", actor=author)
    perform(application, "approve", actor=head)
    return perform(application, "submit", actor=author)


def answer_of(question: FieldQuestion, rng: random.Random) -> Json:
    """A plausible answer: the texts of the demonstration, or what the kind of question proposes."""
    if isinstance(question, TextQuestion):
        return rng.choice(_LONG.get(question.key, texts.SUMMARIES))[: question.max_length]
    if question.key == "enseignants":  # ten times fewer teachers than pupils
        question = replace(question, maximum=Decimal(40))
    return question.sample(rng)


def _ask_in_euros(application: Application, questions: Iterable[FieldQuestion], author: User) -> None:
    """One file in three asks for an amount beside its needs, within the ceiling of the call."""
    ceiling = application.call.ceiling_amount
    for question in questions:
        amount = Decimal(600 + 150 * (application.pk % 8))
        if application.pk % 3 == 0 and (ceiling is None or requested_amount(application) + amount <= ceiling):
            Answer.objects.create(application=application, question_key=question.key, value=f"{amount:.2f}", updated_by=author)


def _ask_for(application: Application, needs: NeedsQuestion, rng: random.Random) -> None:
    """Needs of a plausible school, within the ceiling of the call."""
    codes = [item.code for item in needs.items if item.code in _QUANTITIES]
    chosen = [code for code in codes if code in ("portable-11", "prise-rj45", "borne-wifi") or rng.random() < 0.4]
    scale = Decimal(str(rng.uniform(0.5, 1)))
    if needs.ceiling and needs.ceiling < 60_000:
        scale = scale * Decimal("0.4")
    lines, total = [], Decimal(0)
    for position, code in enumerate(chosen):
        item, (least, most) = needs.item(code), _QUANTITIES[code]
        quantity = max(1, round(rng.randint(least, most) * scale))
        line = RequestLine(
            application=application, question_key=needs.key, kind=item.kind, item_code=code, label=item.label, quantity=quantity,
            unit_price_amount=item.unit_price, vat_rate=item.vat_rate, priority=min(4, 1 + position // 2), is_essential=position < 2, position=position,
        )  # fmt: skip
        if needs.ceiling is None or total + line.gross_amount <= needs.ceiling:
            lines.append(line)
            total += line.gross_amount
    RequestLine.objects.bulk_create(lines)
