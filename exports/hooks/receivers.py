"""Documents follow the acts: each kind says after which transitions it is drawn (`exports.registry.document`)."""

from django.apps import apps
from django.db import models

from exports.issue import issue_anew
from exports.registry import DocumentKind, document_kinds
from portal.jobs.queue import enqueue
from portal.workflow.reactions import Move, Reaction, after


def drawing(kind: DocumentKind) -> Reaction:
    """The reaction that draws one kind: in the transaction of the act, or in the worker.

    In the transaction: a decision is never known without its letter, an acceptance without its report. In the worker: pressing
    *Déposer* must not wait for a drawing.
    """

    def draw(subject: models.Model, move: Move) -> None:
        issue_anew(kind.code, subject, actor=move.actor)

    def have_drawn(subject: models.Model, move: Move) -> None:
        enqueue(
            "exports.document",
            label=kind.title(subject),
            params={"kind": kind.code, "subject": subject.pk},
            dedupe_key=f"{kind.code}:{subject.pk}",
        )

    reaction = have_drawn if kind.in_background else draw
    reaction.__name__ = f"draw_{kind.code}"
    return reaction


for kind in document_kinds():
    if kind.drawn_after:
        after(apps.get_model(kind.model), *kind.drawn_after)(drawing(kind))
