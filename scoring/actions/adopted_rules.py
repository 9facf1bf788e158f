"""What a sitting begins with: the rules of balance that its call has published."""

from portal.accounts.models import User
from portal.journal import recorder
from portal.workflow.actors import SystemActor
from scoring.models import BalanceRule, SelectionSession
from scoring.queries.call_rules import rules_of_call
from scoring.wording.balance import rule_label


def adopt_published(session: SelectionSession, actor: User | SystemActor) -> list[BalanceRule]:
    """Begin a sitting with the rules that its call has published, all of them, whatever the files: the sitting may depart from them, and say why."""
    published = rules_of_call(session.call)
    kept = [BalanceRule.objects.create(session=session, published=rule, group_labels=rule.group_labels, **rule.terms) for rule in published]
    if kept:
        recorder.record(session, "adopt_call_rules", actor=actor, data={"rules": [rule_label(rule) for rule in kept]})
    return kept
