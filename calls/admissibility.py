"""The admissibility checklist of a file: what the data decide by themselves, said in sentences to the case officer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from calls.asking import Asking
from calls.checks import asked_in, eligibility_gaps, facts_of_file, following_items, given_in, limit_gaps, missing_items, received_in
from calls.conditioned.admissibility_lines import AdmissibilityLine, catalogue_of_lines, lines_in
from calls.conditions.catalogue import Catalogue
from calls.conditions.evaluation import rule
from calls.conditions.sentences import claim, refusals, stated
from calls.conditions.tree import references_in
from calls.enums import ApplicationState
from calls.models import Application
from calls.queries.completion_lines import left_silent
from calls.questions.base import Given
from calls.workflows.ticked import TickedPoint, ticked_points
from portal.files.models import StoredFile
from portal.text.dates import day, moment
from portal.text.french import count

TO_CHECK = " : à vérifier"
ICONS = {"ok": "check-circle", "warn": "exclamation-triangle", "err": "exclamation-circle"}


@dataclass(frozen=True)
class Check:
    """One point of the checklist. `level` is ok, warn (to look at) or err (stands in the way)."""

    level: str
    label: str
    details: tuple[str, ...] = ()
    is_undecided: bool = False  # the data do not say: a person looks at this file
    reason: str = ""  # the reason of the call (its key) that says it to the lycée
    is_ticked: bool = False  # a person answers it

    @property
    def icon(self) -> str:
        return ICONS[self.level]


def checklist(application: Application) -> list[Check]:
    """Every point, for the page of one file: of what the Région has received, never of complements still being written.

    Reads its answers, lines, attachments and the other files of the lycée.
    """
    others = limit_gaps(application.call, application.establishment, besides=application)
    received = received_in(application)
    return [
        *automatic_checks(application, received), *_visa(application), _attachments(_files(application, received)), _alone(others), *_answered(application)
    ]  # fmt: skip


def automatic_checks(application: Application, received: dict[str, Given] | None = None) -> list[Check]:
    """The points that no one may wave through for several files at once: eligible, on time, complete.

    No query when answers, lines and attachments are prefetched, with the call, the establishment and the questionnaire.
    `received`: what `received_in` says, where complements may be awaited.
    """
    gaps = eligibility_gaps(application.call, application.establishment)
    missing = missing_items(application, received=received)
    return [
        Check("err", "Lycée non éligible", tuple(gaps), reason="lycee-non-eligible")
        if gaps
        else Check("ok", "Lycée éligible", (application.establishment.get_category_display(),)),
        _on_time(application),
        Check("err", count(len(missing), "réponse manque", "réponses manquent"), tuple(item.sentence for item in missing))
        if missing
        else Check("ok", "Dossier complet", ("Toutes les réponses obligatoires sont données.",)),
        *_following(application, given_in(application) if received is None else received),
        *line_checks(application, given_in(application) if received is None else received),
        *tick_checks(application),
    ]


def reasons_against(checks: Iterable[Check]) -> list[str]:
    """The keys of the reasons for which these points would have the file declared inadmissible, each once."""
    return list(dict.fromkeys(check.reason for check in checks if check.level == "err" and check.reason))


def line_checks(application: Application, given: Mapping[str, Given]) -> list[Check]:
    """The lines of the call, decided on these answers. No query for a call without lines."""
    if not application.call.admissibility_lines:
        return []
    asked = asked_in(application, given)
    catalogue = catalogue_of_lines(asked.definition.questions, asked.definition.known.values())
    return [_line_check(line, application, asked, catalogue) for line in lines_in(application.call.admissibility_lines, catalogue)]


def tick_checks(application: Application) -> list[Check]:
    """The points that a person ticks: answered, against the file, still to be looked at. One query at most, none for a call without any."""
    return [_tick_check(point) for point in ticked_points(application)]


def _tick_check(point: TickedPoint) -> Check:
    line, tick = point.line, point.tick
    if tick is None:
        return Check("warn", f"{line.label} : à cocher", (line.help,) if line.help else (), is_undecided=True, is_ticked=True)
    who = f"{tick.get_answer_display()}, {tick.ticked_by or 'une personne effacée'}, le {moment(tick.ticked_at)}."
    told = (who, *([tick.remark] if tick.remark else []))
    if point.is_outdated:
        return Check("warn", f"{line.label} : à revoir", ("Le dossier a changé depuis.", *told), is_undecided=True, is_ticked=True)
    if point.is_against:
        return Check("err" if line.is_blocking else "warn", f"{line.label} : non", told, reason=line.reason, is_ticked=True)
    return Check("ok", f"{line.label} : sans objet" if point.is_apart else line.label, told, is_ticked=True)


def lines_to_come(application: Application, asked: Asking) -> list[Check]:
    """What an officer will look at in a file being written, as it stands: the lines that do not hold, and those that nothing decides yet.

    The words that the manager wrote to the officers are not among them.
    """
    if not application.call.admissibility_lines:
        return []
    catalogue = catalogue_of_lines(asked.definition.questions, asked.definition.known.values())
    lines = [replace(line, message="") for line in lines_in(application.call.admissibility_lines, catalogue) if line.condition]
    checks = [_line_check(line, application, asked, catalogue) for line in lines]
    return [replace(check, level="warn", label=check.label.removesuffix(TO_CHECK)) for check in checks if check.level != "ok"]


def _line_check(line: AdmissibilityLine, application: Application, asked: Asking, catalogue: Catalogue) -> Check:
    """True, false with the message, or to look at by a person; each with its sentence and the facts that decide."""
    if line.condition is None:
        return Check("warn", f"{line.label}{TO_CHECK}", ("Le formulaire de ce dossier ne le dit pas.", *line.errors), is_undecided=True)
    ruling = rule(line.condition, facts_of_file(application, asked, references_in(line.condition)))
    wanted = f"Attendu : {claim(line.condition, catalogue)}."
    facts = [_capital(f"{stated(catalogue.term(reference), value)}.") for reference, value in ruling.used if not isinstance(value, tuple)]
    if ruling.truth.is_true:
        return Check("ok", line.label, (wanted, *facts))
    if ruling.truth.is_false:
        return Check("err", line.label, (*((line.message,) if line.message else ()), *refusals(ruling, catalogue)))
    unknown = [_capital(f"{stated(catalogue.term(reference), None)}.") for reference in ruling.awaited]
    return Check("warn", f"{line.label}{TO_CHECK}", (wanted, *unknown), is_undecided=True)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _on_time(application: Application) -> Check:
    at, closing = application.submitted_at, application.closes_at
    if at is None:
        return Check("err", "Dossier non déposé")
    granted = (
        f", accordée à ce lycée (l’appel fermait le {moment(application.call.closes_at)})" if closing != application.call.closes_at else ""
    )
    told = (f"Reçu le {moment(at)}, clôture le {moment(closing)}{granted}.",)
    if at > application.deadline:
        return Check("err", "Déposé hors délai", told, reason="hors-delai")
    if at > closing:
        return Check("warn", "Déposé pendant le délai de grâce", told)
    if at > application.call.closes_at:
        return Check("ok", "Déposé dans le délai prolongé", told)
    return Check("ok", "Déposé dans les délais", (f"Reçu le {moment(at)}.",))


def _following(application: Application, given: Mapping[str, Given]) -> list[Check]:
    """What the call lets follow the filing and has not come: a person decides of the file without it."""
    return [
        Check(
            "err" if item.is_late else "warn",
            f"« {item.label} » : {'en retard' if item.is_late else 'à suivre'}",
            (f"Attendue le {day(item.until)} au plus tard, après le dépôt.",),
            is_undecided=True,
        )
        for item in following_items(application, given)
        if item.is_late or application.state in ApplicationState.FOLLOWED_UP
    ]


def _visa(application: Application) -> list[Check]:
    if not application.call.requires_approval:
        return []
    if application.approved_at is None:
        return [Check("err", "Visa du chef d’établissement absent")]
    return [Check("ok", "Visa du chef d’établissement", (f"Donné le {moment(application.approved_at)}.",))]


def _files(application: Application, received: dict[str, Given] | None) -> list[StoredFile]:
    """Those joined to the questions that the file is asked: what was joined to another one before it was hidden is kept, and was not sent."""
    if received is None:
        asked = asked_in(application, given_in(application))
        return [each.file for question in asked.definition.questions for each in asked.given.get(question.key, Given()).files]
    named = [file.id for given in received.values() for file in given.files]
    return list(StoredFile.objects.filter(Q(deleted_at=None) | Q(scan=StoredFile.Scan.INFECTED), pk__in=named).order_by("name", "pk"))


def _attachments(files: list[StoredFile]) -> Check:
    if not files:
        return Check("ok", "Aucune pièce jointe")
    changed = tuple(f"{file.name} : {file.changes}" for file in files if file.changes)
    unscanned = [file.name for file in files if file.scan == StoredFile.Scan.NOT_SCANNED]
    label = count(len(files), "pièce jointe", "pièces jointes")
    held = [file.name for file in files if file.is_held]
    infected = [file.name for file in files if file.scan == StoredFile.Scan.INFECTED]
    if infected:
        return Check("err", label, (f"Programme malveillant reconnu : {', '.join(infected)}.", *changed))
    if held:
        return Check("warn", label, (f"En cours d’analyse par l’antivirus : {', '.join(held)}.", *changed))
    if unscanned:
        return Check("warn", label, (f"Sans analyse antivirus : {', '.join(unscanned)}.", *changed))
    return Check("ok", label, ("Analysées, saines.", *changed))


def _answered(application: Application) -> list[Check]:
    """Points of complements that nobody has checked, those that came apart from those of which nothing did: to look at before pronouncing."""
    if application.state != ApplicationState.SUBMITTED:
        return []
    left = [line for asked in application.completion_requests.all() if asked.answered_at for line in asked.lines.all() if line.is_unchecked]
    silent = left_silent(application) if left else set()
    without = sum(line.pk in silent for line in left)
    return [
        Check("warn", told)
        for told, number in (
            (count(len(left) - without, "complément reçu à vérifier", "compléments reçus à vérifier"), len(left) - without),
            (count(without, "complément demandé sans réponse", "compléments demandés sans réponse"), without),
        )
        if number
    ]


def _alone(others: list[str]) -> Check:
    return Check("warn", "Trop de dossiers pour ce lycée", tuple(others)) if others else Check("ok", "Nombre de dossiers du lycée respecté")
