"""Everything that a selection depends on: the files, what they ask for, the rules of the call."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from portal.text.canonical import fingerprint
from portal.text.french import NBSP, count
from scoring.selection.applications import FULL, Candidate, FundingOption, read_application, read_labels
from scoring.selection.reading import MAX_APPLICATIONS, MAX_RULES, InstanceProblem, InvalidInstance, Notes, Reader
from scoring.selection.rules import EVERYTHING, FORCED_IN, FORCED_OUT, Measure, Rule, Scope, read_rule

__all__ = [
    "EVERYTHING",
    "FULL",
    "Candidate",
    "FundingOption",
    "Instance",
    "InstanceProblem",
    "InvalidInstance",
    "Measure",
    "Rule",
    "Scope",
]

FORMAT = "selection-instance/1"


@dataclass(frozen=True)
class Instance:
    """Everything that a selection depends on. `applications` are in canonical order: submission rank, then id."""

    applications: tuple[Candidate, ...]
    rules: tuple[Rule, ...] = ()
    forced_in: tuple[str, ...] = ()
    forced_out: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    warnings: tuple[InstanceProblem, ...] = field(default=(), compare=False)

    @classmethod
    def from_dict(cls, value: Any) -> Self:
        """Reads an instance, bare or under the key `instance`. Raises InvalidInstance with every problem found."""
        notes = Notes()
        reader = _unwrapped(value, notes)
        reader.required("applications")
        applications = tuple(read_application(item, where, notes) for where, item in reader.items("applications", MAX_APPLICATIONS))
        instance = cls(
            applications=tuple(sorted(applications, key=lambda one: (one.rank, one.id))),
            rules=tuple(read_rule(item, where, notes) for where, item in reader.items("rules", MAX_RULES)),
            forced_in=tuple(dict.fromkeys(reader.texts(FORCED_IN, MAX_APPLICATIONS))),
            forced_out=tuple(dict.fromkeys(reader.texts(FORCED_OUT, MAX_APPLICATIONS))),
            labels=read_labels(reader),
            name=reader.optional_text("name"),
        )
        if reader.has("format") and reader.raw("format") != FORMAT:
            reader.wrong("format", "format", f"Le seul format connu est «{NBSP}{FORMAT}{NBSP}».")
        reader.close()
        _check_names(instance, reader)
        _check_rules(instance, reader)
        notes.settle()
        return replace(instance, warnings=tuple(notes.warnings))

    def to_dict(self) -> dict[str, Any]:
        """The canonical form: reading it again gives the same instance, whatever the order in which it was written."""
        return {
            "format": FORMAT,
            "applications": [application.to_dict() for application in self.applications],
            "rules": [rule.to_dict() for rule in self.rules],
            "forced_in": sorted(self.forced_in),
            "forced_out": sorted(self.forced_out),
            **({"labels": dict(self.labels)} if self.labels else {}),
            **({"name": self.name} if self.name else {}),
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return fingerprint(self.to_dict())

    @cached_property
    def by_id(self) -> dict[str, Candidate]:
        return {application.id: application for application in self.applications}

    @cached_property
    def forced_rules(self) -> tuple[Rule, ...]:
        """The forced files, as the rules that they are: they too have a price, and a part in conflicts."""
        inside = (self._forced(FORCED_IN, one, "retenu d’office", minimum=1) for one in sorted(self.forced_in))
        outside = (self._forced(FORCED_OUT, one, "écarté d’office", maximum=0) for one in sorted(self.forced_out))
        return (*inside, *outside)

    def _forced(self, kind: str, one: str, said: str, minimum: int | None = None, maximum: int | None = None) -> Rule:
        label, scope = f"{self.by_id[one].title}, {said}", Scope("ids", frozenset({one}))
        return Rule(f"{kind}:{one}", Measure.COUNT, scope, minimum=minimum, maximum=maximum, label=label)

    def label_of(self, group: str) -> str:
        return self.labels.get(group, group)


def _unwrapped(value: Any, notes: Notes) -> Reader:
    """The instance itself, or the one under the key `instance` of a file that also says what is expected."""
    if isinstance(value, Mapping) and "applications" not in value and "instance" in value:
        return Reader(value["instance"], "instance", notes)
    return Reader(value, "", notes)


def _check_names(instance: Instance, reader: Reader) -> None:
    """No two of a kind under one name; nobody forced that does not exist."""
    for key, names in (("applications", [one.id for one in instance.applications]), ("rules", [rule.id for rule in instance.rules])):
        for name, times in Counter(names).items():
            if times > 1 and name:
                reader.wrong(key, "duplicate", f"L’identifiant «{NBSP}{name}{NBSP}» est donné {times}{NBSP}fois.")
    for key, forced in ((FORCED_IN, instance.forced_in), (FORCED_OUT, instance.forced_out)):
        for name in forced:
            if name and name not in instance.by_id:
                reader.wrong(key, "unknown-id", f"Aucun dossier n’a l’identifiant «{NBSP}{name}{NBSP}».")


def _check_rules(instance: Instance, reader: Reader) -> None:
    """A rule that looks at no file, or asks for more files than there are: an error, or a mere warning where the rule is soft."""
    groups = {group for application in instance.applications for group in application.groups}
    lines = {line for application in instance.applications for option in application.options for line in option.amounts}
    for position, rule in enumerate(instance.rules):
        where, named = f"rules[{position}]", f"Règle «{NBSP}{rule.title}{NBSP}»{NBSP}:"
        say = reader.wrong if rule.penalty is None else reader.doubtful
        for group in sorted(rule.scope.groups - groups):
            say(
                f"{where}.scope", "unknown-group", f"{named} aucun dossier n’appartient au groupe «{NBSP}{instance.label_of(group)}{NBSP}»."
            )
        for name in sorted(rule.scope.ids - instance.by_id.keys()):
            say(f"{where}.scope", "unknown-id", f"{named} aucun dossier n’a l’identifiant «{NBSP}{name}{NBSP}».")
        if rule.line is not None and rule.line not in lines:
            reader.doubtful(f"{where}.line", "unknown-line", f"{named} aucun montant n’est demandé sur la ligne «{NBSP}{rule.line}{NBSP}».")
        eligible = sum(1 for application in instance.applications if rule.scope.holds(application))
        if rule.measure is Measure.COUNT and rule.minimum is not None and rule.minimum > eligible:
            say(
                f"{where}.min",
                "min-above-eligible",
                f"{named} le minimum est de {rule.minimum}, pour {count(eligible, 'dossier concerné', 'dossiers concernés')}.",
            )
