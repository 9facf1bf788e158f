"""What each passage of a call needs from the call itself and its files, and what it does."""

from collections.abc import Iterator

from django.utils import timezone

from calls import occasions
from calls.admissibility import checklist
from calls.checks import following_filed, with_content
from calls.conditioned.eligibility import awaited_waves, eligibility_of, errors_in_eligibility, waves_for
from calls.conditioned.ticked_lines import ticked_in
from calls.enums import ApplicationState
from calls.models import Application, Call
from calls.queries.admissibility import lines_relying_on, read_lines
from calls.queries.calls import eligible_in_words
from calls.queries.completion_lines import open_rows
from calls.queries.form_building import register_reliance
from calls.queries.knowledge import waves_missing
from calls.queries.people import signers_of, with_a_draft
from calls.questionnaire import errors_in
from calls.workflows import passages
from calls.workflows.refusing import still_awaited
from portal.addresses import address
from portal.signing import SignedAct
from portal.text.dates import day, moment
from portal.text.french import count, money
from portal.ui import links
from portal.workflow.readiness import ReadinessItem, ReadinessLine, missing, note, ready

register_reliance(lines_relying_on)  # what the publication would refuse is refused at the change that brings it
NAMED = 200  # files named under a line; beyond, the list of files says the rest


# -- Publication ------------------------------------------------------------------------------------------------------------


@passages.ready_to_publish.give
def texts(call: Call) -> Iterator[ReadinessLine]:
    """The sentence that says what the call is, and the presentation of its programme. A model is no call to publish."""
    if call.is_model:
        yield missing("Modèle", "Un modèle ne se publie pas.", address=address("calls:models"))
    if call.summary:
        yield ready("Textes", "L’intitulé et la phrase de présentation sont écrits.")
    else:
        yield missing("Textes", "La phrase de présentation de l’appel n’est pas écrite.", address=_edit(call))
    if not call.programme.summary:
        yield note("Programme", f"Le programme « {call.programme} » n’a pas de présentation.")


@passages.ready_to_publish.give
def calendar(call: Call) -> Iterator[ReadinessLine]:
    """Closing ahead, then the jury, then the results."""
    wrong = calendar_gaps(call)
    if wrong:
        for sentence in wrong:
            yield missing("Calendrier", sentence, address=_edit(call))
        return
    after = [f"jury le {day(call.jury_on)}" if call.jury_on else "", f"résultats le {day(call.results_on)}" if call.results_on else ""]
    told = ", ".join([f"Ouverture le {moment(call.opens_at)}", f"clôture le {moment(call.closes_at)}", *filter(None, after)])
    yield ready("Calendrier", f"{told}.")
    if not (call.jury_on and call.results_on):
        yield note("Jury et résultats", "La date du jury ou celle des résultats n’est pas annoncée.", address=_edit(call))


def calendar_gaps(call: Call) -> list[str]:
    """What is out of order in the dates of a call, as sentences."""
    closing = timezone.localdate(call.closes_at)
    gaps = ["La date de clôture est déjà passée."] if call.closes_at <= timezone.now() else []
    if call.jury_on and call.jury_on < closing:
        gaps.append(f"Le jury ({day(call.jury_on)}) est annoncé avant la clôture ({day(closing)}).")
    if call.results_on and call.results_on < (call.jury_on or closing):
        gaps.append(f"Les résultats ({day(call.results_on)}) sont annoncés avant le jury ou la clôture ({day(call.jury_on or closing)}).")
    return gaps


@passages.ready_to_publish.give
def form(call: Call) -> Iterator[ReadinessLine]:
    """The questionnaire, that teams will fill."""
    questionnaire = call.questionnaire
    if questionnaire is None:
        yield missing("Questionnaire", "L’appel n’a pas encore de questionnaire.", address=address("calls:form", call.reference))
        return
    errors = errors_in(questionnaire.definition)
    for number in waves_missing(call, questionnaire.definition):
        errors.append(f"Le formulaire parle de la vague {number}, que cet appel ne suit pas : rien n’en serait jamais connu.")
    for sentence in errors:
        yield missing("Questionnaire", sentence, address=address("calls:form", call.reference))
    if not errors:
        yield ready("Questionnaire", f"Version {questionnaire.version}, {count(len(questionnaire.schema.questions), 'question')}.")


@passages.ready_to_publish.give
def what_may_follow(call: Call) -> Iterator[ReadinessLine]:
    """Until when pieces may follow the filing: after the closing, else nobody could send them so."""
    questionnaire = call.questionnaire
    if questionnaire is None or errors_in(questionnaire.definition):
        return
    closing = timezone.localdate(call.closes_at)
    for question in questionnaire.schema.questions:
        if question.follows_until and question.follows_until <= closing:
            told = f"« {question.label} » peut suivre jusqu’au {day(question.follows_until)} : donnez un jour après la clôture ({day(closing)})."
            yield missing("Pièce qui suit", told, address=address("calls:form", call.reference))
        elif question.follows_until:
            yield ready("Pièce qui suit", f"« {question.label} », jusqu’au {day(question.follows_until)}.")


@passages.ready_to_publish.give
def who_may_apply(call: Call) -> Iterator[ReadinessLine]:
    """The condition of the call on lycées, when it has one, and how many meet it."""
    if call.eligibility is None:
        return
    errors = errors_in_eligibility(call.eligibility, waves_for(call, call.eligibility))
    for told in errors:
        yield missing("Éligibilité", told, address=_edit(call))
    for wave in awaited_waves(call) if not errors else ():
        told = (
            f"La condition regarde les résultats de « {wave} », qui ne sont pas publiés : d’ici là, ceux qu’elle laisse ne sont pas connus."
        )
        yield note("Éligibilité", told)
    if not errors:
        yield ready("Éligibilité", f"{eligible_in_words(call)}, {eligibility_of(call).in_words()}.")


@passages.ready_to_publish.give
def what_is_looked_at(call: Call) -> Iterator[ReadinessLine]:
    """The admissibility lines, when the call has some: each must be read on the form as it is."""
    where = address("calls:admissibility_lines", call.reference)
    lines = [line for line, _words in read_lines(call)]
    for line in lines:
        for told in line.errors:
            yield missing("Recevabilité", told, address=where)
    if lines and not any(line.errors for line in lines):
        told = f"{count(len(lines), 'ligne')}, que le portail vérifie dans chaque dossier : {', '.join(line.label for line in lines)}."
        yield ready("Recevabilité", told)
    if ticked := ticked_in(call.admissibility_lines):
        told = f"{count(len(ticked), 'point', 'points')} qu’un instructeur coche dans chaque dossier : {', '.join(line.label for line in ticked)}."
        yield ready("Points à cocher", told)


@passages.ready_to_publish.give
def money_and_contact(call: Call) -> Iterator[ReadinessLine]:
    """The budget that is announced, the ceiling of a file, and who answers."""
    if call.budget_amount <= 0:
        yield missing("Enveloppe", "L’enveloppe annoncée est de 0 €.", address=_edit(call))
    elif call.ceiling_amount and call.ceiling_amount > call.budget_amount:
        above = f"Le plafond par dossier ({money(call.ceiling_amount)}) dépasse l’enveloppe ({money(call.budget_amount)})."
        yield missing("Enveloppe", above, address=_edit(call))
    else:
        yield ready("Enveloppe", f"{money(call.budget_amount)} annoncés.")
    if call.contact_email:
        yield ready("Contact", f"Les questions arrivent à {call.contact_email}.")
    else:
        yield missing(
            "Contact", "L’appel n’a pas d’adresse de contact : la page et les lettres ne diraient pas à qui écrire.", address=_edit(call)
        )


@passages.publishing.give
def what_publishing_does(call: Call) -> Iterator[str]:
    """To whom the call becomes known, and what does not change any more."""
    opening = "les dossiers s’ouvrent aussitôt" if call.opens_at <= timezone.now() else f"les dossiers s’ouvrent le {moment(call.opens_at)}"
    yield f"L’appel devient public : {eligible_in_words(call)} ; {opening}."
    yield "Le questionnaire est figé : un changement demande ensuite une nouvelle version."
    yield "Les dates ne peuvent plus qu’être repoussées."


@passages.withdrawing_call.give
def who_is_told_of_a_withdrawal(call: Call) -> Iterator[str]:
    """Those who had begun a file; those who follow the calls by e-mail are told by the public site."""
    begun = call.applications.filter(state__in=ApplicationState.UNFILED).count()
    told = len(with_a_draft(call))
    if told:
        drafts = count(begun, "brouillon commencé", "brouillons commencés")
        people = count(told, "personne est prévenue", "personnes sont prévenues")
        yield f"{drafts} : {people} par courriel, avec le motif." if begun else f"{people} par courriel, avec le motif."
    else:
        yield "Personne n’a commencé de dossier : aucun courriel n’est envoyé aux lycées."


def _edit(call: Call) -> str:
    """Where the call is written, as a higher app says; failing that, its own page."""
    offered = links.links_for("calls.edition", None, call=str(call.pk))
    return offered[0].url if offered else address("calls:steered_call", call.reference)


# -- Instruction ------------------------------------------------------------------------------------------------------------


@passages.ready_to_instruct.give
def what_was_filed(call: Call) -> Iterator[ReadinessLine]:
    """No file may arrive any more; drafts that were left are told."""
    yield ready("Clôture", f"L’appel est clos depuis le {moment(call.deadline)}.")
    if call.is_sealed:
        yield missing(
            "Dossiers scellés",
            "Personne ne les lit encore : leur ouverture se demande, puis une autre personne ouvre.",
            address=address("calls:steered_call", call.reference),
            link="Aller à l’appel",
        )
    elif call.sealed:
        yield ready("Dossiers scellés", f"Ouverts le {moment(call.unsealed_at)}.")
    filed, left = call.applications.filed().count(), call.applications.filter(state__in=ApplicationState.UNFILED).count()
    yield note(
        "Dossiers",
        f"{count(filed, 'dossier déposé', 'dossiers déposés')}, {count(left, 'brouillon non déposé', 'brouillons non déposés')}.",
    )


@passages.instructing.give
def what_the_instruction_does(call: Call) -> Iterator[str]:
    """What is lost to the teams that did not file."""
    left = call.applications.filter(state__in=ApplicationState.UNFILED).count()
    yield "L’appel ne se prolonge plus : aucun dossier n’est reçu après cet acte."
    if left:
        yield f"{count(left, 'brouillon ne pourra plus être déposé', 'brouillons ne pourront plus être déposés')}."


# -- Scoring ----------------------------------------------------------------------------------------------------------------


@passages.ready_to_score.give
@passages.ready_to_deliberate.give
def every_file_is_checked(call: Call) -> Iterator[ReadinessLine]:
    """Each filed file is admissible or not, and one at least is: a file taken back meanwhile would miss the jury."""
    waiting = call.applications.filter(state=ApplicationState.SUBMITTED).order_by("reference")
    left = waiting.count()
    if not left:
        admissible = call.applications.before_jury().count()
        if not admissible and call.is_before_scoring:
            yield missing(
                "Recevabilité",
                "Aucun dossier n’est recevable : le jury n’aurait rien à noter. L’appel peut être déclaré infructueux.",
                address=f"{call.get_absolute_url()}action/declare_unsuccessful/",
                link="Voir ce que cela ferait",
            )
            return
        yield ready("Recevabilité", f"Prononcée pour chaque dossier ; {count(admissible, 'dossier recevable', 'dossiers recevables')}.")
        return
    items = tuple(ReadinessItem(file.reference, file.get_absolute_url(), file.pk) for file in waiting[:NAMED])
    sentence = f"La recevabilité de {count(left, 'dossier')} reste à prononcer."
    yield missing(
        "Recevabilité", sentence, address=f"{address('calls:files')}?appel={call.reference}", link="Voir les dossiers", items=items
    )


# -- Complements that are not awaited any more --------------------------------------------------------------------------------

KEPT_FOR_THE_LYCEE = "Ce que le lycée avait tapé sans l’envoyer est gardé dans une version qu’il est seul à lire."


@occasions.reminding_visa.give
def who_is_asked_again(application: Application) -> Iterator[str]:
    """By name."""
    if names := [signer.named for signer in signers_of(application, SignedAct.VISA)]:
        yield f"Le courriel part à : {' ; '.join(names)}."


@passages.answering.give
def what_is_left_of_a_request(application: Application) -> Iterator[str]:
    """The points of which nothing is sent, by name: the Région reads them as without an answer."""
    if left := [f"« {row.label} »" for row in open_rows(with_content(application)) if row.is_left]:
        yield f"Sans changement ni réponse : {', '.join(left)}. La Région les lira « sans réponse »."


@passages.cancelling_completion.give
def what_taking_a_request_back_does(application: Application) -> Iterator[str]:
    """To the points that the request had unlocked, and to what was typed there."""
    request = application.open_completion_request
    asked = [q.label for q in application.questionnaire.schema.questions if request and q.key in request.fields]
    labels = ", ".join(f"« {label} »" for label in asked)
    yield "Le lycée n’a plus rien à compléter : le dossier ne change plus, sauf si vous demandez d’autres compléments."
    yield f"Ce qu’il pouvait modifier redevient ce que la Région avait reçu : {labels}."
    yield KEPT_FOR_THE_LYCEE
    yield "Toute l’équipe et le chef d’établissement en sont prévenus par courriel, avec le motif."


@passages.admitting.give
def what_stays_to_look_at(application: Application) -> Iterator[str]:
    """Points of the checklist that the officer declares the file admissible in spite of, or without."""
    if told := [check.label for check in checklist(application) if check.level != "ok"]:
        yield f"La recevabilité signale encore : {' ; '.join(told)}. Relisez-les d’abord."


@passages.refusing.give
def what_the_lycee_could_still_send(application: Application) -> Iterator[str]:
    """The days that run: the lycée was told that it had until then."""
    yield from still_awaited(application, following_filed(application))


@passages.refusing.give
@passages.withdrawing.give
def what_ends_with_the_file(application: Application) -> Iterator[str]:
    """The complements that were awaited are awaited no more."""
    if application.open_completion_request:
        yield f"La demande de compléments en cours prend fin. {KEPT_FOR_THE_LYCEE}"
    if application.is_rewritten:
        yield f"La nouvelle version en cours n’est pas déposée. {KEPT_FOR_THE_LYCEE}"


@passages.closing_file.give
def what_the_closing_leaves(application: Application) -> Iterator[str]:
    """Of an aid: it stands."""
    if application.is_awarded and not application.is_declined:
        yield "L’aide, ses commandes et ses factures ne changent pas."


# -- End without a jury -----------------------------------------------------------------------------------------------------


@passages.ending.give
def what_the_end_does(call: Call) -> Iterator[str]:
    """To whom it is told, and what does not come."""
    schools = call.applications.exclude(state=ApplicationState.WITHDRAWN).values("establishment").distinct().count()
    yield "L’appel se termine sans jury, sans vote et sans décision. Cela ne se reprend pas : un nouvel appel se publie."
    yield "Le motif est public, sur la page de l’appel."
    yield f"Les équipes de {count(schools, 'lycée')} reçoivent un message, avec le motif."
