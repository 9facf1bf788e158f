"""What a sitting sets: its places and its money, its rules of balance."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from portal.workflow.gate import TransitionRefused
from portal.workflow.views import refused
from scoring.actions.balance import DraftRefused, adopt_relaxation, copy_rules, places_gap, remove_rule, save_rule, set_frame
from scoring.actions.run import ask_run
from scoring.forms.balance import FrameForm, RuleForm, initial_of
from scoring.queries.balance import default_doctrine, envelope_rows, frame_of, previous_rules, rules_of_session
from scoring.views.session import over, run_session
from scoring.wording.balance import rule_label
from scoring.wording.drafts import in_scope


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request, pk):
    """Places, envelopes and rules of a sitting; POST stores places and envelopes."""
    sitting = run_session(request, pk)
    if sitting.is_over:
        return over(request, sitting, "Régler la séance")
    frame, groups = frame_of(sitting, request.user)
    form = FrameForm(request.POST or None, session=sitting, rows=envelope_rows(sitting), groups=groups)
    if request.method == "POST" and form.is_valid() and _stored(request, sitting, form, len(frame.files)):
        messages.success(request, "Les places et les enveloppes sont enregistrées.")
        return redirect(_rules_url(sitting))
    rules = rules_of_session(sitting)
    counted = [sum(in_scope(file, rule.groups, rule.combination) for file in frame.files) for rule in rules]
    context = {
        "session": sitting,
        "form": form,
        "eligible": len(frame.files),
        "rules": [(rule, rule_label(rule), n) for rule, n in zip(rules, counted, strict=True)],
        "previous": None if rules else previous_rules(sitting),
    }
    return render(request, "scoring/session/rules.html", context, status=422 if form.errors else 200)


def _stored(request, sitting, form: FrameForm, eligible: int) -> bool:
    """Store the frame, or say on the form why not."""
    if gap := places_gap(form.cleaned_data["places"], eligible):
        form.add_error("places", gap)
        return False
    try:
        set_frame(
            session=sitting,
            places=form.cleaned_data["places"],
            waiting_places=form.cleaned_data["waiting_places"] or 0,
            partial_share=form.share,
            offers=form.offers,
            actor=request.user,
        )
    except TransitionRefused as refusal:
        form.add_error(None, " ".join(refusal.reasons))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def rule_create(request, pk):
    """One more rule."""
    sitting = run_session(request, pk)
    return _rule_page(request, sitting, None)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request, pk, rule):
    """Change a rule."""
    sitting = run_session(request, pk)
    return _rule_page(request, sitting, get_object_or_404(sitting.balance_rules, pk=rule))


def _rule_page(request, sitting, rule):
    if sitting.is_over:
        return over(request, sitting, "Enregistrer une règle")
    frame, groups = frame_of(sitting, request.user)
    form = RuleForm(request.POST or None, groups=groups, initial=initial_of(rule))
    if request.method == "POST" and form.is_valid():
        try:
            kept = save_rule(session=sitting, draft=form.draft, actor=request.user, rule=rule)
        except DraftRefused as refusal:
            for field, sentence in refusal.gaps:
                form.add_error(field, sentence)
        except TransitionRefused as refusal:
            return refused(request, sitting, refusal, label="Enregistrer une règle")
        else:
            messages.success(request, f"La règle est enregistrée : {rule_label(kept)}.")
            return redirect(_rules_url(sitting))
    context = {"session": sitting, "form": form, "rule": rule, "eligible": len(frame.files)}
    return render(request, "scoring/session/rule.html", context, status=422 if form.errors else 200)


@require_POST
def rule_remove(request, pk, rule):
    """Remove a rule."""
    sitting = run_session(request, pk)
    found = get_object_or_404(sitting.balance_rules, pk=rule)
    label = rule_label(found)
    try:
        remove_rule(rule=found, actor=request.user)
    except TransitionRefused as refusal:
        return refused(request, sitting, refusal, label="Supprimer une règle")
    messages.success(request, f"La règle est supprimée : {label}.")
    return redirect(_rules_url(sitting))


@require_POST
def rules_copy(request, pk):
    """Start from the rules of the previous sitting."""
    sitting = run_session(request, pk)
    source = previous_rules(sitting)
    try:
        if source is None:
            raise TransitionRefused(["Aucune séance précédente n’a de règles."])
        copied = copy_rules(session=sitting, source=source, actor=request.user)
    except TransitionRefused as refusal:
        return refused(request, sitting, refusal, label="Reprendre des règles")
    messages.success(request, f"Règles reprises : {len(copied)}. Vérifiez-les avant de calculer.")
    return redirect(_rules_url(sitting))


@require_POST
def relaxation_adopt(request, pk, run, index):
    """Loosen the rules as the optimiser proposes, and compute again."""
    sitting = run_session(request, pk)
    found = get_object_or_404(sitting.runs, pk=run)
    try:
        loosened = adopt_relaxation(run=found, index=index, actor=request.user)
        ask_run(session=loosened, actor=request.user, doctrine=default_doctrine(loosened).value if found.is_composed else "")
    except TransitionRefused as refusal:
        return refused(request, sitting, refusal, label="Assouplir les règles")
    messages.success(request, "Les règles sont assouplies, et le calcul est relancé.")
    return redirect(sitting)


def _rules_url(sitting) -> str:
    return reverse("scoring:session_rules", args=[sitting.pk])
