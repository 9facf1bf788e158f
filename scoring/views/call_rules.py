"""The rules of balance of a call: written before the marks, public with it; the bands of the index that they may name."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from calls.models import Call
from portal.journal.queries import last_act
from portal.journal.removed import found_in
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import SEEN
from portal.workflow.views import attempt, attempt_form, form_page, refused
from scoring.actions.call_rules import remove_call_rule, save_call_rule, set_ips_bands
from scoring.enums import GroupDimension
from scoring.forms.balance import IpsBandsForm, RuleErratumForm, RuleForm, initial_of
from scoring.ips_bands import IpsScale
from scoring.models import CallRule, Grid
from scoring.queries.amounts import policy_of
from scoring.queries.balance import groups_by_dimension
from scoring.queries.call_rules import frame_of_call, lycees_of, rules_counted
from scoring.queries.criteria import ips_scale_of
from scoring.queries.publication import unpublishable_told
from scoring.views.jury import followed_call, page
from scoring.wording.balance import rule_label

TOO_LATE = "La notation a commencé : les règles publiées ne changent plus. La séance peut s’en écarter, avec un motif."


def _page(request: HttpRequest, call: Call) -> dict:
    """What each of these pages shows: the tabs of the jury, what may still change and how."""
    frozen = Grid.objects.filter(call=call, frozen_at__isnull=False).exists()
    context = page(request, call, "equilibre") | {"frozen": frozen, "with_erratum": frozen and call.is_before_scoring}
    return context | {"may_edit": context["may_write"] and call.is_before_scoring}


@require_GET
def call_rules(request: HttpRequest, reference: str) -> HttpResponse:
    """The rules of a call with the lycées that each concerns, and the bands of the index."""
    call = followed_call(request, reference)
    scale = ips_scale_of(call)
    frame, _ = frame_of_call(call, scale)
    rules = rules_counted(call, frame)
    lycees = len(frame.files) // max(1, call.max_per_establishment)
    shown = {"rules": rules, "scale": scale, "lycees": lycees, "impossible": sum(rule.is_impossible for rule in rules)}
    shown["unpublishable"] = unpublishable_told([read.rule for read in rules])
    return form_page(request, "scoring/jury/call_rules.html", IpsBandsForm(scale=scale), _page(request, call) | shown)


@require_http_methods(["GET", "HEAD", "POST"])
def call_rule_create(request: HttpRequest, reference: str) -> HttpResponse:
    """One more rule."""
    return _rule_page(request, followed_call(request, reference), None)


@require_http_methods(["GET", "HEAD", "POST"])
def call_rule_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Change a rule."""
    call = followed_call(request, reference)
    return _rule_page(request, call, _rule(call, pk))


def _rule_page(request: HttpRequest, call: Call, rule: CallRule | None) -> HttpResponse:
    context = _page(request, call)
    if not call.is_before_scoring:
        return _too_late(request, call, "Enregistrer une règle")
    frame, groups = frame_of_call(call, ips_scale_of(call))
    offered = {"groups": groups, "is_shared": policy_of(call).is_shared, "kept": rule, "with_erratum": context["with_erratum"]}
    form = RuleForm(request.POST or None, **offered, initial=initial_of(rule))
    if rule:
        form.watch(lambda: RuleForm(**offered, initial=initial_of(CallRule.objects.get(pk=rule.pk))), lambda: last_act_on_rules(call))
    answer = attempt_form(
        request, call, "Enregistrer une règle", form,
        lambda: save_call_rule(
            call=call, draft=form.draft, actor=request.user, rule=rule, erratum=form.cleaned_data.get("erratum", ""), check=form.check
        ),
        success=lambda kept: f"La règle est enregistrée : {rule_label(kept)}.", then=_back(call), back=_back(call),
    )  # fmt: skip
    lycees = len(frame.files) // max(1, call.max_per_establishment)
    return answer or form_page(
        request,
        "scoring/jury/call_rule.html",
        form,
        context | {"rule": rule, "lycees": lycees, "unpublishable": unpublishable_told([rule] if rule else [])},
    )


def last_act_on_rules(call: Call) -> object:
    """The line of the journal that changed the rules of a call last."""
    return last_act(call, "save_call_rule", "set_ips_bands")


@require_http_methods(["GET", "HEAD", "POST"])
def call_rule_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask, then take the rule away; with an erratum when it is public."""
    call = followed_call(request, reference)
    rule, context, seen = _rule(call, pk), _page(request, call), request.POST.get(SEEN)
    label = rule_label(rule)
    if not call.is_before_scoring:
        return _too_late(request, call, "Supprimer une règle")
    said, back = f"La règle est supprimée : {label}.", _back(call)
    form = RuleErratumForm(request.POST or None) if context["with_erratum"] else None
    if request.method == "POST" and form is None:
        return attempt(
            request, call, "Supprimer une règle", lambda: remove_call_rule(rule=rule, actor=request.user, seen=seen),
            success=said, then=back, back=back,
        )  # fmt: skip
    shown = context | {"rule": rule, "label": label}
    if form is None:
        return form_page(request, "scoring/jury/call_rule_remove.html", RuleErratumForm(), shown)
    answer = attempt_form(
        request, call, "Supprimer une règle", form,
        lambda: remove_call_rule(rule=rule, actor=request.user, erratum=form.cleaned_data["erratum"], seen=seen),
        success=said, then=back, back=back,
    )  # fmt: skip
    return answer or form_page(request, "scoring/jury/call_rule_remove.html", form, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def ips_bands(request: HttpRequest, reference: str) -> HttpResponse:
    """The three bounds of the index of a call, or the quartiles of its lycées."""
    call = followed_call(request, reference)
    context = _page(request, call)
    if not call.is_before_scoring:
        return _too_late(request, call, "Fixer les tranches d’IPS")
    options = {"with_erratum": context["with_erratum"]}
    scale = ips_scale_of(call)
    form = IpsBandsForm(request.POST or None, scale=scale, **options)
    form.watch(lambda: IpsBandsForm(scale=ips_scale_of(Call.objects.get(pk=call.pk)), **options), lambda: last_act_on_rules(call))
    answer = attempt_form(
        request, call, "Fixer les tranches d’IPS", form,
        lambda: set_ips_bands(
            call=call, bounds=form.bounds, actor=request.user, erratum=form.cleaned_data.get("erratum", ""), check=form.check
        ),
        success="Les tranches d’IPS sont enregistrées.", then=_back(call), back=_back(call),
    )  # fmt: skip
    return answer or form_page(request, "scoring/jury/ips_bands.html", form, context | {"scale": scale, "counted": _by_band(call, scale)})


def _by_band(call: Call, scale: IpsScale | None) -> list[tuple[str, int]]:
    """How many lycées are in each band, those without an index apart."""
    groups = groups_by_dimension(lycees_of(call), scale) if scale else {}
    return [(group.label, group.count) for group in groups.get(GroupDimension.IPS.label, [])]


def _too_late(request: HttpRequest, call: Call, label: str) -> HttpResponse:
    return refused(request, call, TransitionRefused([TOO_LATE], wrong_state=True), label=label, back=_back(call))


def _rule(call: Call, pk: int) -> CallRule:
    """A rule of this call; one that a colleague has removed is said so."""
    return found_in(
        CallRule.objects.filter(call=call).select_related("call"), pk, above=call, act="remove_call_rule",
        what=lambda entry: f"La règle « {entry.reason} » a déjà été supprimée", back=_back(call),
    )  # fmt: skip


def _back(call: Call) -> str:
    return reverse("scoring:call_rules", args=[call.reference])
