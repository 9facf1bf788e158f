"""What the page on personal data says of durations: read from the catalogue of calls and from what each app deletes by itself."""

from dataclasses import dataclass

from calls import retention
from calls.models import Call, RetentionPeriod
from calls.retention import RetentionRule
from portal.files.periods import all_periods


@dataclass(frozen=True)
class SaidRule:
    """One rule as everybody reads it: its duration, and the calls that set another one."""

    rule: RetentionRule
    duration: str
    calls: tuple[tuple[str, str], ...]  # (title, duration) of public calls


def said() -> dict[str, object]:
    """What the block draws. Two queries."""
    public = Call.objects.public().order_by()
    rows = RetentionPeriod.objects.filter(call__in=public.values("pk")).select_related("call").order_by("call__title", "pk")
    own: dict[str, list[tuple[str, str]]] = {}
    for each in rows:
        own.setdefault(each.rule, []).append((each.call.title, retention.in_words(each.months)))
    rules = [SaidRule(rule, retention.in_words(retention.default_months(rule)), tuple(own.get(rule.key, ()))) for rule in retention.RULES]
    return {"periods": all_periods(), "rules": rules, "never": retention.NEVER}
