"""What a sitting sets before computing: places, money, rules of balance; and the rules loosened when they cannot hold."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal

from django.db import transaction
from django.db.models import Manager

from portal.accounts.models import User
from portal.journal import recorder
from portal.journal.queries import last_act
from portal.text.french import NBSP, money, number
from portal.workflow.gate import TransitionRefused
from portal.workflow.seen import Check, believed, refuse_unseen
from scoring.actions.session import locked_session
from scoring.enums import RuleMeasure
from scoring.groups import Group
from scoring.models import BalanceRule, CallRule, FileLock, RuleLeftOut, SelectionRun, SelectionSession, SessionEnvelope
from scoring.models.balance import RuleBounds
from scoring.optimiser.instance import unmeasured
from scoring.optimiser.staleness import changed_since
from scoring.queries.balance import COMMON_LINE, envelope_rows, frame_of, previous_rules, rules_of_session
from scoring.queries.conflicts import hidden_ids
from scoring.wording.balance import rule_label
from scoring.wording.drafts import MOST_RULES, Frame, RuleDraft, gaps

DEPARTURE_LENGTH = 300


class DraftRefused(TransitionRefused):
    """A rule that cannot be; `gaps` are (field, sentence)."""

    def __init__(self, found: list[tuple[str, str]]):
        super().__init__([sentence for _, sentence in found])
        self.gaps = list(found)


@transaction.atomic
def set_frame(
    *,
    session: SelectionSession,
    places: int | None,
    waiting_places: int,
    partial_share: int | None,
    offers: Mapping[int, tuple[Decimal, str]],
    actor: User,
    check: Check = believed,
) -> SelectionSession:
    """Set the places (None: free), the length of the waiting list, what a partial award is worth (per cent of the score, None:
    not allowed) and what each envelope (id) offers in euros, to which group ("": every lycée that has none of its own).

    Raises PermissionDenied, and TransitionRefused when an envelope offers more than it holds, or `check` refuses what the page showed.
    """
    locked = locked_session(session, actor)
    check()
    rows = envelope_rows(locked)
    for row in rows:
        row.amount, row.group = offers.get(row.envelope_id, (row.amount, row.group))
    over = [row for row in rows if row.amount > row.envelope.remaining_amount]
    if over:
        raise TransitionRefused([f"« {row.envelope.label} » n’offre que {money(row.envelope.remaining_amount)}." for row in over])
    elsewhere = [row.envelope for row in rows if row.envelope.group and row.group != row.envelope.group]
    if elsewhere:
        raise TransitionRefused(
            [f"« {one.label} » est réservée : {one.group_label}. Les finances seules le changent." for one in elsewhere]
        )
    for row in rows:
        SessionEnvelope.objects.update_or_create(
            session=locked, envelope_id=row.envelope_id, defaults={"amount": row.amount, "group": row.group}
        )
    locked.places, locked.waiting_places, locked.partial_share = places, waiting_places, partial_share
    locked.save(update_fields=["places", "waiting_places", "partial_share"])
    kept = {"places": places, "waiting_places": waiting_places, "partial_share": partial_share}
    kept |= {"envelopes": {row.envelope.label: [row.amount, row.group] for row in rows}}
    recorder.record(locked, "set_frame", actor=actor, data=kept)
    return locked


def set_terms(rule: RuleBounds, draft: RuleDraft, labels: Mapping[str, str]) -> None:
    """Give a rule what was typed, with the names of its groups."""
    for name, value in asdict(draft).items():
        setattr(rule, name, list(value) if name == "groups" else value)
    rule.group_labels = [labels[key] for key in draft.groups]


def refuse_removed(rule: RuleBounds | None, among: Manager) -> None:
    """Raises TransitionRefused where the rule that a page shows is no longer one of these."""
    if rule and not among.filter(pk=rule.pk).exists():
        raise TransitionRefused(["Cette règle vient d’être supprimée."], wrong_state=True)


def labels_of(draft: RuleDraft, frame: Frame, groups: Mapping[str, Iterable[Group]], *, too_many: str) -> dict[str, str]:
    """The names of the groups that may be named, by key. Raises DraftRefused: `too_many`, or else what makes the draft impossible."""
    if found := [("measure", too_many)] if too_many else gaps(draft, frame):
        raise DraftRefused(found)
    return {group.key: group.label for row in groups.values() for group in row}


@transaction.atomic
def save_rule(
    *,
    session: SelectionSession,
    draft: RuleDraft,
    actor: User,
    rule: BalanceRule | None = None,
    departure: str = "",
    check: Check = believed,
) -> BalanceRule:
    """Add a rule, or change `rule`; where the call has published rules, `departure` says why it is none of them.

    Raises PermissionDenied, DraftRefused with what makes it impossible, and TransitionRefused when the rule was removed meanwhile, or when
    `check` refuses what the page showed.
    """
    locked = locked_session(session, actor)
    refuse_removed(rule, locked.balance_rules)
    check()
    frame, groups = frame_of(locked, actor)
    is_full = rule is None and locked.balance_rules.count() >= MOST_RULES
    labels = labels_of(draft, frame, groups, too_many=f"Une séance compte au plus {MOST_RULES} règles." if is_full else "")
    before = rule_label(rule) if rule else ""
    kept = rule or BalanceRule(session=locked)
    set_terms(kept, draft, labels)
    say_departure(kept, departure.strip())
    kept.save()
    recorder.record(locked, "save_rule", actor=actor, reason=rule_label(kept), data={"before": before, **_account(kept)})
    return kept


def say_departure(rule: BalanceRule, why: str) -> None:
    """Tie a rule of a sitting to the published one that it is, or say why it is none. Raises DraftRefused where a reason is missing."""
    published = list(CallRule.objects.filter(call=rule.session.call_id).order_by("pk"))
    if not published:
        return
    if rule.published_id is None:
        taken = set(rule.session.balance_rules.values_list("published_id", flat=True))
        rule.published = next((one for one in published if one.pk not in taken and one.terms == rule.terms), None)
        rule.session.rules_left_out.filter(rule=rule.published_id).delete()
    if rule.published and rule.published.terms == rule.terms:
        rule.departure = ""
    elif why:
        rule.departure = why[:DEPARTURE_LENGTH]
    else:
        raise DraftRefused([("departure", "Cette règle s’écarte de celles que l’appel a publiées : dites pourquoi.")])


@transaction.atomic
def remove_rule(*, rule: BalanceRule, actor: User, seen: str | None = None, departure: str = "") -> None:
    """Remove a rule; done twice, nothing happens. One that the call has published is left out, and `departure` says why.

    Raises PermissionDenied, and TransitionRefused when it is not what the page had `seen`, or when the reason is missing.
    """
    locked = locked_session(rule.session, actor)
    found = locked.balance_rules.filter(pk=rule.pk).first()
    if found:
        refuse_unseen(seen, found, now=rule_label(found), act=last_act(locked, "save_rule", "adopt_relaxation"))
        if found.published_id:
            _leave_out(locked, found, departure.strip(), actor)
        data = {**_account(found), "row": found.pk}
        recorder.record(locked, "remove_rule", actor=actor, reason=rule_label(found), data=data)
        found.delete()


def _leave_out(session: SelectionSession, rule: BalanceRule, why: str, actor: User) -> None:
    """Keep that a published rule is not applied, and why."""
    if not why:
        raise TransitionRefused(["L’appel a publié cette règle : dites pourquoi la séance s’en passe."])
    RuleLeftOut.objects.create(session=session, rule=rule.published, reason=why[:DEPARTURE_LENGTH], author=actor)


@transaction.atomic
def restore_published(*, session: SelectionSession, published: CallRule, actor: User, seen: str | None = None) -> BalanceRule:
    """Apply again a rule as the call has published it, left out or changed by the sitting; done twice, nothing more happens.

    Raises PermissionDenied, and TransitionRefused when the changed rule is not what the page had `seen`.
    """
    locked = locked_session(session, actor)
    kept = locked.balance_rules.filter(published=published).first() or BalanceRule(session=locked, published=published)
    if kept.pk and not kept.departure:
        return kept
    if kept.pk:
        refuse_unseen(seen, kept, now=rule_label(kept), act=last_act(locked, "save_rule", "adopt_relaxation"))
    for name, value in published.terms.items():
        setattr(kept, name, value)
    kept.group_labels, kept.departure = published.group_labels, ""
    kept.save()
    locked.rules_left_out.filter(rule=published).delete()
    recorder.record(locked, "restore_rule", actor=actor, reason=rule_label(kept), data=_account(kept))
    return kept


def copy_previous_rules(*, session: SelectionSession, actor: User) -> list[BalanceRule]:
    """Take the rules of the sitting before. Raises PermissionDenied and TransitionRefused, also when no sitting before has any."""
    source = previous_rules(session)
    if source is None:
        raise TransitionRefused(["Aucune séance précédente n’a de règles."])
    return copy_rules(session=session, source=source, actor=actor)


@transaction.atomic
def copy_rules(*, session: SelectionSession, source: SelectionSession, actor: User) -> list[BalanceRule]:
    """Start from the rules of an earlier sitting; those whose group has no file here are left, as are places and money.

    Raises PermissionDenied, and TransitionRefused when rules are already written or when none can be kept.
    """
    locked = locked_session(session, actor)
    if locked.balance_rules.exists():
        raise TransitionRefused(["Cette séance a déjà des règles : reprendre celles d’une autre les doublerait."], wrong_state=True)
    known = frame_of(locked, actor)[0].known
    copied = [rule for rule in rules_of_session(source) if set(rule.groups) <= set(known)]
    if not copied:
        raise TransitionRefused(["Aucune règle de cette séance ne concerne les dossiers de l’appel."])
    for rule in copied:
        rule.pk, rule.session, rule._state.adding = None, locked, True
        rule.published = None
        say_departure(rule, f"Règle reprise d’une autre séance : {source}.")
        rule.save()
    recorder.record(locked, "copy_rules", actor=actor, reason=str(source), data={"rules": [rule_label(rule) for rule in copied]})
    return copied


def _account(rule: BalanceRule) -> dict:
    """What the journal keeps of a rule."""
    bounds = {"penalty_points": rule.penalty_points, "lowest_minimum": rule.lowest_minimum, "highest_maximum": rule.highest_maximum}
    departure = {"departure": rule.departure} if rule.departure else {}
    return {"rule": rule_label(rule), "groups": rule.groups, "negotiable": rule.is_negotiable, **bounds, **departure}


# -- Rules that cannot hold together --------------------------------------------------------------------------------------


@transaction.atomic
def adopt_relaxation(*, run: SelectionRun, index: int, actor: User) -> SelectionSession:
    """Loosen the rules as one of the relaxations of an impossible computation says.

    Raises PermissionDenied, and TransitionRefused: anything that was computed from changed meanwhile, were it by another relaxation, an envelope that holds no more, an actor with a
    conflict of interest (a relaxation names files).
    """
    session = locked_session(run.session, actor)
    if hidden_ids(session.call, actor):
        raise TransitionRefused(["Un lien d’intérêt vous concerne : une autre personne de la séance adopte cet assouplissement."])
    offered = run.contradictions.get("relaxations", [])
    if not 0 <= index < len(offered):
        raise TransitionRefused(["Cet assouplissement n’est plus proposé : relancez le calcul."], wrong_state=True)
    run.session = session
    if changed := changed_since(run):
        raise TransitionRefused([f"{changed} depuis ce calcul : relancez-le."], wrong_state=True)
    for step in offered[index]["steps"]:
        _loosen(session, step, f"Assouplissement adopté en séance : {offered[index]['sentence']}")
    recorder.record(session, "adopt_relaxation", actor=actor, reason=offered[index]["sentence"], data={"steps": offered[index]["steps"]})
    return session


def _loosen(session: SelectionSession, step: Mapping, why: str) -> None:
    """Apply one step {"side": "rule:min", "from", "to"}, `why` being what a published rule departs for. A step already applied, or whose rule
    has changed, is refused."""
    code, _, side = step["side"].rpartition(":")
    if code == "places":
        _loosen_places(session, side, int(step["to"]), why)
    elif code.startswith("argent-"):
        _open_envelope(session, code.removeprefix("argent-"), unmeasured(RuleMeasure.AMOUNT, step["to"]))
    elif code.startswith("regle-"):
        _loosen_rule(session, code, side, step, why)
    else:
        reference = step["side"].removeprefix("forced_in:").removeprefix("forced_out:").partition(":")[0]
        FileLock.objects.filter(session=session, application__reference=reference).delete()


def _loosen_rule(session: SelectionSession, code: str, side: str, step: Mapping, why: str) -> None:
    rule = next((rule for rule in rules_of_session(session) if rule.code == code), None)
    name = "minimum" if side == "min" else "maximum"
    current = getattr(rule, name, None)
    if rule is None or current is None or current != unmeasured(rule.measure, step["from"]):
        raise TransitionRefused(["Les règles ont changé depuis ce calcul : relancez-le."], wrong_state=True)
    value = unmeasured(rule.measure, step["to"])
    setattr(rule, name, None if name == "minimum" and value <= 0 else value)
    if rule.minimum is not None or rule.maximum is not None:
        say_departure(rule, why)
        rule.save()
        return
    if rule.published_id:
        RuleLeftOut.objects.create(session=session, rule_id=rule.published_id, reason=why[:DEPARTURE_LENGTH])
    rule.delete()


def _loosen_places(session: SelectionSession, side: str, value: int, why: str) -> None:
    """A fixed number of places becomes a range: from then on, a rule on every file."""
    rule = next((rule for rule in rules_of_session(session) if rule.measure == RuleMeasure.COUNT and not rule.groups), None)
    if session.places is None and rule is None:
        raise TransitionRefused(["Les règles ont changé depuis ce calcul : relancez-le."], wrong_state=True)
    rule = rule or BalanceRule(session=session, measure=RuleMeasure.COUNT, minimum=session.places, maximum=session.places)
    if side == "min":
        rule.minimum = Decimal(value) or None
    else:
        rule.maximum = Decimal(value)
    say_departure(rule, why)
    rule.save()
    session.places = None
    session.save(update_fields=["places"])


def _open_envelope(session: SelectionSession, code: str, wanted: Decimal) -> None:
    """Offer more of the envelopes of one line, the first ones first, up to what they hold."""
    rows = [row for row in envelope_rows(session) if (not row.group if code == COMMON_LINE else f"enveloppe-{row.envelope_id}" == code)]
    missing = wanted - sum((row.amount for row in rows), Decimal(0))
    for row in rows:
        more = max(Decimal(0), min(missing, row.envelope.remaining_amount - row.amount))
        row.amount += more
        missing -= more
        SessionEnvelope.objects.update_or_create(
            session=session, envelope_id=row.envelope_id, defaults={"amount": row.amount, "group": row.group}
        )
    if missing > 0:
        raise TransitionRefused([f"Il manque {money(missing)} dans les enveloppes de l’appel : les finances les ouvrent."])


def places_gap(places: int | None, eligible: int) -> str:
    """Why this number of places cannot be, as a sentence; empty when it can."""
    if places is None or places <= eligible:
        return ""
    return f"Le nombre de places ({number(places)}) dépasse le nombre de dossiers notés et chiffrés{NBSP}: {number(eligible)}."
