"""What the grid, the panel, the evaluations and the sitting bring to the passages of a call, and what these do to the jury."""

from collections.abc import Iterator

from django.utils import timezone

from calls.models import Call
from calls.workflows import passages
from portal.addresses import address
from portal.text.dates import day
from portal.text.french import NBSP, count, money, number
from portal.workflow.readiness import ReadinessItem, ReadinessLine, excepted, missing, note, ready
from scoring import rules
from scoring.models import CallTrial, Grid, SelectionScenario, SelectionSession
from scoring.optimiser.staleness import seems_changed
from scoring.queries.amounts import policy_of, scale_of
from scoring.queries.applying import (
    catalogue_for_criteria,
    conditions_read,
    handed_in_without,
    nothing_may_apply,
    reach_of,
    without_criterion,
)
from scoring.queries.call_rules import frame_of_call, rules_counted, rules_of_call
from scoring.queries.criteria import ips_scale_of
from scoring.queries.decision import money_of, release_lines, vote_lines
from scoring.queries.jury import files_before_jury
from scoring.queries.proof import better_exists, better_sentence
from scoring.queries.publication import unpublishable_told
from scoring.queries.readiness import FileReadings, Readings, readings_of
from scoring.queries.scenario import retained_scenario
from scoring.queries.session import attendance_of
from scoring.screens.proof import broken_rules
from scoring.trial.basis import TRIAL, basis_of, changed
from scoring.wording.amounts import policy_gaps, policy_sentence

# -- Grid and panel ---------------------------------------------------------------------------------------------------------


@passages.ready_to_publish.give
@passages.ready_to_score.give
def grid_is_ready(call: Call) -> Iterator[ReadinessLine]:
    """Criteria that the jury marks, with weights, and something to tell one mark from another."""
    grid = Grid.objects.filter(call=call).prefetch_related("criteria").first()
    where = {"address": address("scoring:grid", call.reference), "link": "Ouvrir la grille"}
    rated = [criterion for criterion in grid.criteria.all() if criterion.is_rated] if grid else []
    weighed = [criterion for criterion in rated if criterion.weight]
    if not weighed:
        sentence = "La grille n’a pas encore de critère noté par le jury" if rated or grid else "La grille du jury n’est pas faite"
        yield missing("Grille", f"{sentence} : la notation ne peut pas commencer.", **where)
        return
    vague = [criterion for criterion in weighed if not criterion.levels and not criterion.help.strip()]
    if vague:
        named = tuple(
            ReadinessItem(criterion.label, address("scoring:criterion_edit", call.reference, criterion.pk)) for criterion in vague
        )
        sentence = f"{count(len(vague), 'critère n’a', 'critères n’ont')} ni niveaux ni explication : rien ne dit ce que vaut une note."
        yield missing("Grille", sentence, items=named, **where)
        return
    sentence = (
        f"{count(len(grid.criteria.all()), 'critère')}, dont {count(len(weighed), 'noté', 'notés')} par le jury, sur {number(grid.scale)}."
    )
    yield ready("Grille", sentence, **where)


@passages.ready_to_publish.give
@passages.ready_to_score.give
def conditions_of_the_grid_can_be_decided(call: Call) -> Iterator[ReadinessLine]:
    """Conditions that can be read with the form in force, and leave something to mark in every file."""
    grid = Grid.objects.filter(call=call).prefetch_related("criteria").first()
    if grid is None or not grid.is_conditional:
        return
    where = {"address": address("scoring:grid", call.reference), "link": "Ouvrir la grille"}
    read = conditions_read(grid.criteria.all(), catalogue_for_criteria(call))
    if broken := [each for each in read if each.condition is None]:
        named = tuple(
            ReadinessItem(" ".join(each.errors), address("scoring:criterion_edit", call.reference, each.criterion.pk)) for each in broken
        )
        told = count(len(broken), "critère a une condition qui ne se lit pas", "critères ont une condition qui ne se lit pas")
        yield missing("Conditions de la grille", f"{told} avec le questionnaire de l’appel.", items=named, **where)
    elif gap := nothing_may_apply(grid):
        yield missing("Conditions de la grille", gap, **where)
    else:
        told = count(len(read), "critère s’applique", "critères s’appliquent")
        yield ready("Conditions de la grille", f"{told} sous condition ; chaque dossier a au moins un critère à noter.", **where)


@passages.ready_to_publish.give
def tried_on_the_directory(call: Call) -> Iterator[ReadinessLine]:
    """Whether the directory was run through the call as it is: said, and missing only while what is impossible stands."""
    where = {"address": address("scoring:trial", call.reference), "link": "Lire le compte rendu"}
    trial = CallTrial.objects.filter(call=call).defer("report", "lists").first()
    if trial is None:
        yield note(TRIAL, "L’appel n’a pas été éprouvé sur l’annuaire.", **(where | {"link": "Éprouver l’appel"}))
    elif since := changed(trial.basis, basis_of(call)):
        yield note(TRIAL, f"Éprouvé sur l’annuaire le {day(trial.made_at)}. {since}.", **where)
    elif trial.impossible:
        told = count(trial.impossible, "impossibilité")
        yield missing(TRIAL, f"Éprouvé sur l’annuaire le {day(trial.made_at)} : {told} dans l’appel tel qu’il est écrit.", **where)
    elif trial.warnings:
        told = count(trial.warnings, "point est à regarder", "points sont à regarder")
        yield note(TRIAL, f"Éprouvé sur l’annuaire le {day(trial.made_at)} : rien d’impossible, {told}.", **where)
    else:
        yield ready(TRIAL, f"Éprouvé sur l’annuaire le {day(trial.made_at)} : rien d’anormal.", **where)


@passages.publishing.give
def what_publishing_freezes(call: Call) -> Iterator[str]:
    yield "La grille et ses poids sont publics et figés : ils ne changent plus que par un erratum, annoncé sur la page de l’appel."
    if found := len(rules_of_call(call)):
        told = count(found, "règle d’équilibre est publiée", "règles d’équilibre sont publiées")
        yield f"{told} avec elle et de même figées ; les séances de l’appel commencent avec elles."
    else:
        yield "Aucune règle d’équilibre n’est publiée : la page de l’appel le dit, et le jury pourra en fixer en séance."


@passages.ready_to_publish.give
def balance_rules_can_hold(call: Call) -> Iterator[ReadinessLine]:
    """Rules that the lycées which may apply, or the money announced, make impossible."""
    where = {"address": address("scoring:call_rules", call.reference), "link": "Ouvrir les règles d’équilibre"}
    frame, _ = frame_of_call(call, ips_scale_of(call))
    counted = rules_counted(call, frame)
    broken = [read for read in counted if read.is_impossible]
    if broken:
        told = count(len(broken), "règle demande", "règles demandent")
        named = tuple(ReadinessItem(read.label, read.rule.get_absolute_url()) for read in broken)
        yield missing("Équilibre", f"{told} plus de dossiers que les lycées éligibles ne peuvent en déposer.", items=named, **where)
    elif counted:
        yield ready("Équilibre", f"{count(len(counted), 'règle')}, publiées avec l’appel.", **where)
    if told := unpublishable_told([read.rule for read in counted]):
        yield note("Preuve publique", told, **where)
    if not counted:
        yield note("Équilibre", "Aucune règle d’équilibre : le jury pourra en fixer en séance, après avoir lu les notes.", **where)


@passages.ready_to_publish.give
@passages.ready_to_deliberate.give
def envelopes_are_what_was_announced(call: Call) -> Iterator[ReadinessLine]:
    """What the call announces beside what its envelopes hold: said, for finance opens them in its own time, and alone has a page for it."""
    held = money_of(call)
    if not call.envelopes.exists():
        yield note("Enveloppes", f"L’appel annonce {money(call.budget_amount)}, et les finances n’ont encore ouvert aucune enveloppe.")
    elif held.total == call.budget_amount:
        yield ready("Enveloppes", f"Elles font {money(held.total)}, ce que l’appel annonce.")
    else:
        gap = held.total - call.budget_amount
        apart = f"{money(abs(gap))} de {'plus' if gap > 0 else 'moins'}"
        yield note("Enveloppes", f"L’appel annonce {money(call.budget_amount)}, ses enveloppes font {money(held.total)} : {apart}.")


@passages.ready_to_score.give
def panel_is_seated(call: Call) -> Iterator[ReadinessLine]:
    """Who will read: said, for it may still change while files are scored."""
    seats = list(call.panel.all())
    where = {"address": address("scoring:panel", call.reference), "link": "Composer le jury"}
    if not seats:
        yield note("Jury", "Le jury n’a pas encore de membre.", **where)
    elif not any(seat.is_chair for seat in seats):
        yield note("Jury", f"{count(len(seats), 'membre')}, sans présidence.", **where)
    else:
        yield ready("Jury", f"{count(len(seats), 'membre')}, présidence comprise.", **where)


@passages.scoring.give
def what_the_scoring_does(call: Call) -> Iterator[str]:
    yield f"Le jury note {count(files_before_jury(call).count(), 'dossier recevable', 'dossiers recevables')}."
    yield "La grille ne change plus, même par un erratum : les notes s’y réfèrent. Les critères calculés le sont aussitôt."


# -- Amounts ----------------------------------------------------------------------------------------------------------------


@passages.ready_to_publish.give
@passages.ready_to_deliberate.give
def amounts_are_set(call: Call) -> Iterator[ReadinessLine]:
    """How amounts are set; what they need of the directory."""
    policy, scale = policy_of(call), scale_of(call)
    where = {"address": address("scoring:amounts", call.reference), "link": "Ouvrir la règle des montants"}
    weighs = policy.is_shared and policy.counts_pupils  # a box ticked under another way counts nobody
    files = list(files_before_jury(call).filter(establishment__pupils=None).select_related("establishment")) if weighs else []
    if gaps := policy_gaps(policy, scale):
        yield missing("Montants", " ".join(sentence for _, sentence in gaps), **where)
    elif files:
        named = tuple(ReadinessItem(f"{file.reference}, {file.establishment}", about=file.pk) for file in files)
        told = f"Le partage compte les élèves, et l’annuaire n’en dit pas le nombre pour {count(len(files), 'lycée')}."
        yield missing("Montants", told, items=named, **where)
    else:
        yield ready("Montants", policy_sentence(policy, scale), **where)


# -- Evaluations ------------------------------------------------------------------------------------------------------------


@passages.ready_to_deliberate.give
def evaluations_are_in(call: Call) -> Iterator[ReadinessLine]:
    """Nobody's evaluation is awaited, every file is read; or somebody has said, file by file, why the jury goes on without."""
    readings = readings_of(call)
    yield from _awaited(call, readings)
    held = readings.held_back
    unread, partly = [file for file in held if file.is_unread], [file for file in held if not file.is_unread]
    if unread:
        told = count(len(unread), "dossier n’a été lu", "dossiers n’ont été lus")
        yield missing(
            "Dossiers que personne n’a lus",
            f"{told} par personne : un tel dossier ne peut pas être refusé au mérite.",
            **_files(call, unread),
        )
    if partly:
        told = count(len(partly), "dossier attend", "dossiers attendent")
        yield missing("Dossiers lus en partie", f"{told} encore des évaluations.", **_files(call, partly))
    if readings.excepted:
        yield _exceptions(call, readings.excepted)
    if not held:
        yield ready(
            "Dossiers", f"{count(len(readings.files) - len(readings.excepted), 'dossier a', 'dossiers ont')} toutes leurs évaluations."
        )


@passages.ready_to_deliberate.give
def criteria_that_apply_are_marked(call: Call) -> Iterator[ReadinessLine]:
    """What conditions leave to a look before the deliberation: nothing is known, nothing to mark, or decided after the evaluation."""
    grid = Grid.objects.filter(call=call).prefetch_related("criteria").first()
    if grid is None or not grid.is_conditional:
        return
    criteria, label = grid.criteria.all(), "Critères sous condition"
    where = {"address": f"{address('scoring:grid', call.reference)}#conditions", "link": "Voir à quels dossiers ils s’appliquent"}
    files = {file.pk: file for file in files_before_jury(call).select_related("establishment")}
    lines = []
    if outside := without_criterion(call, criteria, list(files)):
        named = tuple(ReadinessItem(f"{files[pk].reference}, {files[pk].establishment}", about=pk) for pk in sorted(outside))
        told = count(len(outside), "dossier n’a aucun critère", "dossiers n’ont aucun critère")
        lines.append(note(label, f"{told} noté qui s’applique : faute de note, aucun rang.", items=named, **where))
    if late := handed_in_without(call, criteria):
        named = tuple(
            ReadinessItem(
                f"{each.application.reference}, {each.juror} : « {criterion.label} »", each.get_absolute_url(), each.application_id
            )
            for each, criterion in late
        )
        told = "des critères dont on a su depuis qu’ils s’appliquent : rouvrez les évaluations, ou ces critères y sont laissés de côté."
        lines.append(note(label, f"{count(len(late), 'note manque', 'notes manquent')} sur {told}", items=named, **where))
    if doubtful := sum(reach.unknown for reach in reach_of(call, criteria)):
        told = count(doubtful, "fois", "fois")
        lines.append(note(label, f"On ne sait pas, {told}, si un critère s’applique à un dossier : il y est noté et compte.", **where))
    yield from lines or [ready(label, "On sait de chaque dossier lesquels s’appliquent, et ils sont notés.", **where)]


def _awaited(call: Call, readings: Readings) -> Iterator[ReadinessLine]:
    """By juror: counted, named, and reminded by one press."""
    if not readings.awaited:
        yield ready("Évaluations", f"{count(readings.total, 'évaluation rendue', 'évaluations rendues')}, aucune n’est attendue.")
        return
    jurors = tuple(ReadinessItem(f"{juror} : {count(left, 'évaluation')}") for juror, left in readings.by_juror.items())
    of_whom = count(len(jurors), "juré")
    verb = "manque" if readings.awaited == 1 else "manquent"
    sentence = f"{count(readings.awaited, 'évaluation')} sur {number(readings.total)} {verb}, de {of_whom}."
    more = {"address": address("scoring:awaited_readings", call.reference), "link": "Voir par juré et par dossier", "items": jurors}
    line = missing if readings.held_back else note
    yield line("Évaluations", sentence, press=("Rappeler aux jurés", address("scoring:remind_jurors", call.reference)), **more)


def _files(call: Call, files: list[FileReadings]) -> dict:
    named = tuple(
        ReadinessItem(_named(file), address("scoring:waiver", call.reference, file.application.reference), file.application.pk)
        for file in files
    )
    return {"items": named, "address": address("scoring:awaited_readings", call.reference), "link": "Voir par juré et par dossier"}


def _named(file: FileReadings) -> str:
    """A file of a line: its reference, its lycée, from whom something is awaited."""
    whom = f", attendu : {', '.join(map(str, file.awaited))}" if file.awaited else ", confié à aucun juré"
    return f"{file.application.reference}, {file.application.establishment}{whom}"


def _exceptions(call: Call, files: list[FileReadings]) -> ReadinessLine:
    items = tuple(
        ReadinessItem(
            f"{file.application.reference} : {file.waiver.reason} ({file.waiver.granted_by})",
            address("scoring:waiver", call.reference, file.application.reference),
            file.application.pk,
        )
        for file in files
        if file.waiver
    )
    return excepted(
        "Dérogations",
        f"{count(len(files), 'dossier délibéré sans toutes ses évaluations', 'dossiers délibérés sans toutes leurs évaluations')}.",
        items=items,
    )


@passages.deliberating.give
def what_the_deliberation_does(call: Call) -> Iterator[str]:
    readings = readings_of(call)
    yield "La saisie des notes se ferme : une évaluation rendue ne se rouvre plus, une évaluation attendue ne compte plus."
    yield f"Le classement devient lisible par {count(call.panel.count(), 'membre du jury', 'membres du jury')}."
    if readings.awaited:
        yield f"{count(readings.awaited, 'évaluation ne sera pas prise en compte', 'évaluations ne seront pas prises en compte')}."


# -- Sitting ----------------------------------------------------------------------------------------------------------------


@rules.ready_to_close.give
def sitting_is_complete(session: SelectionSession) -> Iterator[ReadinessLine]:
    """Chair, attendance, a scenario, and no file refused without having been read."""
    attendance = attendance_of(session)
    where = {"address": address("scoring:session_attendance", session.pk), "link": "Présences"}
    if not attendance.present:
        yield missing("Présences", "La feuille de présence est vide.", **where)
    elif not attendance.chair_present:
        yield missing("Présences", "La présidence du jury n’est pas présente.", **where)
    else:
        yield ready("Présences", f"{count(attendance.present, 'présent')} sur {number(attendance.total)}, présidence comprise.", **where)
    retained = session.scenarios.filter(retained_at__isnull=False).first()
    if retained is None:
        yield missing("Scénario", "Aucun scénario n’est retenu.", address=session.get_absolute_url(), link="Choisir un scénario")
    elif better_exists(retained):
        yield missing("Scénario", better_sentence(retained), address=retained.get_absolute_url(), link="Le relire")
    elif changed := seems_changed(retained):
        told = f"{changed} depuis le calcul de « {retained.name} » : relancez le calcul, puis retenez le nouveau scénario."
        yield missing("Scénario", told, address=retained.get_absolute_url(), link="Le relire")
    else:
        yield ready(
            "Scénario", f"« {retained.name} » est retenu.", address=retained.get_absolute_url(), link="Le relire", of=str(retained.pk)
        )
        yield from _rules_not_kept(retained)


def _rules_not_kept(retained: SelectionScenario) -> Iterator[ReadinessLine]:
    """The rules that the scenario does not keep, by name: the jury may retain it all the same, and knows it before it closes on it."""
    if broken := broken_rules(retained):
        told = count(len(broken), "règle n’est pas respectée", "règles ne sont pas respectées")
        named = "".join(f" «{NBSP}{rule}{NBSP}»{',' if rule != broken[-1] else '.'}" for rule in broken)
        yield note("Règles d’équilibre", f"{told} par «{NBSP}{retained.name}{NBSP}»{NBSP}:{named}", of_all=True)


@rules.ready_to_close.give
def no_file_is_left_unread(session: SelectionSession) -> Iterator[ReadinessLine]:
    """A file that lost its last reading since the deliberation opened is read, or excepted by name."""
    readings = readings_of(session.call)
    left = [file for file in readings.unread if file.waiver is None]
    if left:
        told = count(len(left), "dossier n’a été lu", "dossiers n’ont été lus")
        yield missing(
            "Dossiers que personne n’a lus",
            f"{told} par personne : un tel dossier ne peut pas être refusé au mérite.",
            **_files(session.call, left),
        )
    if readings.excepted:
        yield _exceptions(session.call, readings.excepted)


@rules.closing.give
def what_the_closing_does(session: SelectionSession) -> Iterator[str]:
    files = files_before_jury(session.call).count()
    yield f"Les notes et le classement de {count(files, 'dossier')} sont figés : une déclaration d’intérêt ultérieure n’y change rien."
    yield "Le scénario retenu fait foi ; les finances peuvent proposer les décisions."
    yield "Ni les présences, ni les règles, ni les scénarios ne changent ensuite, sauf si la séance est rouverte avant toute proposition."


@rules.opening.give
def what_the_plan_was(session: SelectionSession) -> Iterator[str]:
    """A sitting opened on another day than planned: the papers say the day on which it is held."""
    if timezone.localdate(session.held_at) != timezone.localdate():
        yield f"La séance était prévue le {day(session.held_at)} : elle sera dite tenue aujourd’hui, {day(timezone.localdate())}."


@rules.ready_to_sign.give
def what_the_minutes_say(session: SelectionSession) -> Iterator[ReadinessLine]:
    """The scenario and the attendance on which the sitting was closed."""
    retained, attendance = retained_scenario(session.call), attendance_of(session)
    if retained and retained.session_id == session.pk:
        where = {"address": retained.get_absolute_url(), "link": "Le relire"}
        yield ready("Scénario", f"« {retained.name} » est celui du procès-verbal.", of=str(retained.pk), **where)
        yield from _rules_not_kept(retained)
    yield ready("Présences", f"{count(attendance.present, 'présent')} sur {number(attendance.total)}.")


@rules.ready_to_sign.give
def remarks_are_written(session: SelectionSession) -> Iterator[ReadinessLine]:
    where = {"address": address("scoring:session_remarks", session.pk), "link": "Les écrire" if not session.remarks else "Les relire"}
    if session.remarks:
        yield ready("Observations", "Des observations sont écrites.", of=session.remarks, **where)
    else:
        yield note("Observations", "Aucune observation n’est écrite ; le procès-verbal n’en portera pas.", **where)


# -- Vote and release -------------------------------------------------------------------------------------------------------

passages.ready_to_vote.give(vote_lines)
passages.ready_to_release.give(release_lines)
