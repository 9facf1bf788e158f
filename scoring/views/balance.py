"""What a sitting sets: its places and its money, its rules of balance."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from portal.journal.queries import last_act
from portal.journal.removed import found_in
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt, attempt_form, form_page
from scoring.actions.balance import (
    adopt_relaxation,
    copy_previous_rules,
    places_gap,
    remove_rule,
    restore_published,
    save_rule,
    set_frame,
)
from scoring.actions.run import ask_run
from scoring.forms.balance import DepartureForm, FrameForm, RuleForm, initial_of
from scoring.groups import Group
from scoring.models import BalanceRule, SelectionSession
from scoring.queries.amounts import policy_of
from scoring.queries.balance import default_doctrine, envelope_rows, frame_of, previous_rules, rules_of_session
from scoring.queries.call_rules import rules_missing_from
from scoring.queries.conflicts import hidden_ids
from scoring.queries.publication import unpublishable_told
from scoring.views.session import over, run_session, sitting_to_read
from scoring.wording.balance import rule_label
from scoring.wording.drafts import Frame, in_scope


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Places, envelopes and rules of a sitting, for whoever reads it; POST stores places and envelopes."""
    sitting, may_change = sitting_to_read(request, pk)
    if request.method == "POST" and not may_change:
        return over(request, sitting, "Régler la séance")
    frame, groups = frame_of(sitting, request.user)
    if not may_change:
        return _rules_read(request, sitting, frame, groups)
    form = FrameForm(request.POST or None, session=sitting, rows=envelope_rows(sitting), groups=groups)
    form.watch(lambda: _frame_form(sitting.pk, groups), lambda: last_act(sitting, "set_frame", "adopt_relaxation"))
    if answer := _stored(request, sitting, form, len(frame.files)):
        return answer
    rules = _counted_rules(sitting, frame)
    context = {
        "session": sitting,
        "eligible": len(frame.files),
        "rules": rules,
        "unreachable": sum(rule.asks_more_than(n) for rule, _, n in rules),
        "left_out": rules_missing_from(sitting),
        "unpublishable": unpublishable_told([rule for rule, *_ in rules]),
    }
    context["previous"] = None if rules or context["left_out"] else previous_rules(sitting)
    return form_page(request, "scoring/session/rules.html", form, context)


def _counted_rules(sitting: SelectionSession, frame: Frame) -> list[tuple[BalanceRule, str, int]]:
    """Each rule, in words, and how many files that the reader knows of it concerns."""
    return [
        (rule, rule_label(rule), sum(in_scope(file, rule.groups, rule.combination) for file in frame.files))
        for rule in rules_of_session(sitting)
    ]


def _rules_read(request: HttpRequest, sitting: SelectionSession, frame: Frame, groups: Mapping[str, Sequence[Group]]) -> HttpResponse:
    """What the sitting has set, with no form. With a conflict of interest, no money: what is spent of it would tell of a hidden file.

    Once it is over, envelopes say what they offered to it; one that it never set would say what is left today.
    """
    restricted = bool(hidden_ids(sitting.call, request.user))
    names = {group.key: group.label for row in groups.values() for group in row}
    offered = [row for row in envelope_rows(sitting) if row.pk or not sitting.is_over]
    money = [] if restricted else [(row, names.get(row.group, row.group)) for row in offered]
    rules = _counted_rules(sitting, frame)
    context = {
        "session": sitting,
        "eligible": len(frame.files),
        "rules": rules,
        "unpublishable": unpublishable_told([rule for rule, *_ in rules]),
        "money": money,
        "restricted": restricted,
        "left_out": rules_missing_from(sitting),
    }
    return render(request, "scoring/session/rules_read.html", context)


def _frame_form(pk: int, groups: Mapping[str, Sequence[Group]]) -> FrameForm:
    """The form as it stands now, with nothing typed."""
    sitting = SelectionSession.objects.get(pk=pk)
    return FrameForm(session=sitting, rows=envelope_rows(sitting), groups=groups)


def _stored(request: HttpRequest, sitting: SelectionSession, form: FrameForm, eligible: int) -> HttpResponse | None:
    """The answer once the frame is stored; None when the form is to be shown, with what is wrong."""
    if request.method == "POST" and form.is_valid() and (gap := places_gap(form.cleaned_data["places"], eligible)):
        form.add_error("places", gap)

    def store() -> None:
        set_frame(
            session=sitting,
            places=form.cleaned_data["places"],
            waiting_places=form.cleaned_data["waiting_places"] or 0,
            partial_share=form.share,
            offers=form.offers,
            actor=request.user,
            check=form.check,
        )

    said = "Les places et les enveloppes sont enregistrées."
    return attempt_form(request, sitting, "Régler la séance", form, store, success=said, then=_rules_url(sitting))


@require_http_methods(["GET", "HEAD", "POST"])
def rule_create(request: HttpRequest, pk: int) -> HttpResponse:
    """One more rule."""
    sitting = run_session(request, pk)
    return _rule_page(request, sitting, None)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: HttpRequest, pk: int, rule: int) -> HttpResponse:
    """Change a rule."""
    sitting = run_session(request, pk)
    return _rule_page(request, sitting, _rule(sitting, rule))


def _rule_page(request: HttpRequest, sitting: SelectionSession, rule: BalanceRule | None) -> HttpResponse:
    if sitting.is_over:
        return over(request, sitting, "Enregistrer une règle")
    frame, groups = frame_of(sitting, request.user)
    offered = {"groups": groups, "is_shared": policy_of(sitting.call).is_shared, "kept": rule}
    offered["with_departure"] = sitting.call.balance_rules.exists()
    form = RuleForm(request.POST or None, **offered, initial=initial_of(rule))
    if rule:
        form.watch(
            lambda: RuleForm(**offered, initial=initial_of(BalanceRule.objects.get(pk=rule.pk))),
            lambda: last_act(sitting, "save_rule", "adopt_relaxation"),
        )
    answer = attempt_form(
        request, sitting, "Enregistrer une règle", form,
        lambda: save_rule(
            session=sitting, draft=form.draft, actor=request.user, rule=rule, departure=form.cleaned_data.get("departure", ""),
            check=form.check,
        ),
        success=lambda kept: f"La règle est enregistrée : {rule_label(kept)}.", then=_rules_url(sitting),
    )  # fmt: skip
    context = {"session": sitting, "rule": rule, "eligible": len(frame.files), "unpublishable": unpublishable_told([rule] if rule else [])}
    return answer or form_page(request, "scoring/session/rule.html", form, context)


@require_POST
def rule_remove(request: HttpRequest, pk: int, rule: int) -> HttpResponse:
    """Remove a rule."""
    sitting = run_session(request, pk)
    found = _rule(sitting, rule)
    label = rule_label(found)
    return attempt(
        request, sitting, "Supprimer une règle",
        lambda: remove_rule(rule=found, actor=request.user, seen=request.POST.get(SEEN)),
        success=f"La règle est supprimée : {label}.", then=_rules_url(sitting),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def rule_leave_out(request: HttpRequest, pk: int, rule: int) -> HttpResponse:
    """Do without a rule that the call has published, and say why."""
    sitting = run_session(request, pk)
    if sitting.is_over:
        return over(request, sitting, "Écarter une règle publiée")
    found = _rule(sitting, rule)
    form, label, seen = DepartureForm(request.POST or None), rule_label(found), request.POST.get(SEEN)
    answer = attempt_form(
        request, sitting, "Écarter une règle publiée", form,
        lambda: remove_rule(rule=found, actor=request.user, seen=seen, departure=form.cleaned_data["departure"]),
        success=f"La séance se passe de la règle : {label}.", then=_rules_url(sitting), back=_rules_url(sitting),
    )  # fmt: skip
    return answer or form_page(request, "scoring/session/rule_leave_out.html", form, {"session": sitting, "rule": found, "label": label})


@require_POST
def rule_restore(request: HttpRequest, pk: int, published: int) -> HttpResponse:
    """Apply again a rule as the call has published it."""
    sitting = run_session(request, pk)
    found = get_object_or_404(sitting.call.balance_rules, pk=published)
    return attempt(
        request, sitting, "Appliquer la règle publiée",
        lambda: restore_published(session=sitting, published=found, actor=request.user, seen=request.POST.get(SEEN)),
        success=f"La règle publiée s’applique : {rule_label(found)}.", then=_rules_url(sitting), back=_rules_url(sitting),
    )  # fmt: skip


@require_POST
def rules_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Start from the rules of the previous sitting."""
    sitting = run_session(request, pk)
    return attempt(
        request, sitting, "Reprendre des règles",
        lambda: copy_previous_rules(session=sitting, actor=request.user),
        success=lambda copied: f"Règles reprises : {len(copied)}. Vérifiez-les avant de calculer.",
        then=_rules_url(sitting), back=_rules_url(sitting),
    )  # fmt: skip


@require_POST
def relaxation_adopt(request: HttpRequest, pk: int, run: int, index: int) -> HttpResponse:
    """Loosen the rules as the optimiser proposes, and compute again."""
    sitting = run_session(request, pk)
    found = get_object_or_404(sitting.runs, pk=run)

    def loosen() -> None:
        loosened = adopt_relaxation(run=found, index=index, actor=request.user)
        ask_run(session=loosened, actor=request.user, doctrine=default_doctrine(loosened).value if found.is_composed else "")

    return attempt(request, sitting, "Assouplir les règles", loosen, success="Les règles sont assouplies, et le calcul est relancé.")


def _rule(sitting: SelectionSession, pk: int) -> BalanceRule:
    """A rule of this sitting; one that a colleague has removed is said so."""
    return found_in(
        sitting.balance_rules.all(), pk, above=sitting, act="remove_rule",
        what=lambda entry: f"La règle « {entry.reason} » a déjà été supprimée", back=_rules_url(sitting),
    )  # fmt: skip


def _rules_url(sitting: SelectionSession) -> str:
    return reverse("scoring:session_rules", args=[sitting.pk])
