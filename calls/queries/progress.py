"""Where a file stands, in the words of the school: its steps, its deadline, what comes next."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from calls.asking import Asking
from calls.checks import MissingItem, asked_in, partners_given
from calls.enums import ApplicationState as State
from calls.models import Application
from calls.queries.completion_lines import LineRow
from calls.questionnaire import Section
from calls.questions.base import Holding, is_blank
from portal.accounts.queries import Signer
from portal.text.dates import day, days_until, hour, moment
from portal.text.french import count, euros, of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """One step of a file: status is ok, warn or none."""

    number: int
    title: str
    note: str
    status: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Notice:
    """The band at the top of every page of a file: state, deadline, next step."""

    level: str
    icon: str
    strong: str
    text: str
    until: datetime | None = None  # the closing down to which the page counts: by `left` where it is given, else by `strong`
    left: str = ""


@dataclass(frozen=True)
class Stage:
    """One stage of the life of a file: status is done, now or next."""

    icon: str
    text: str
    status: str


def steps(
    application: Application, missing: list[MissingItem], current: str = "", asked: Asking | None = None, rows: Iterable[LineRow] = ()
) -> list[Step]:
    """The steps: the lycée, each section, the reading before the visa. `current` is the key of the one being shown.

    `asked`: the form as the file is asked it, where it is known already. `rows`: the points of the open request for complements.
    """
    to_do = Counter(row.section.key for row in rows if row.section and row.is_left)
    reference = application.reference
    left = Counter(item.section for item in missing)
    answered = _answered_keys(application)
    home = reverse("calls:identity", args=[reference])
    found = [Step(1, "Établissement", "Repris de l’annuaire", "ok", home, current == "etablissement/")]
    for section in (asked or asked_in(application)).sections:
        url = reverse("calls:section", args=[reference, section.key])
        status, note = _section_status(section, left[section.key], answered, section.key == current)
        if points := to_do[section.key]:
            status, note = "warn", count(points, "point à traiter", "points à traiter")
        found.append(Step(section.number, section.title, note, status, url, section.key == current))
    if application.is_personal:
        note, status = "Une fois dans l’équipe", "none"
    elif application.is_being_written:
        note, status = ("Après le reste" if missing else "À faire"), "none"
    else:
        given = application.reapproved_at if application.is_rewritten else application.approved_at
        note, status = ("Visa donné", "ok") if given else ("Visa demandé", "warn")
    url = reverse("calls:preview", args=[reference])
    found.append(Step(len(found) + 1, "Relecture et visa", note, status, url, current == "apercu/"))
    return found


def _answered_keys(application: Application) -> set[str]:
    keys = {answer.question_key for answer in application.answers.all() if not is_blank(answer.value)}
    keys |= {line.question_key for line in application.lines.all()}
    if Holding.PARTNERS in application.questionnaire.schema.holdings:
        keys |= set(partners_given(application))
    return keys | {attachment.question_key for attachment in application.attachments.all()}


def _section_status(section: Section, left: int, answered: set[str], is_current: bool) -> tuple[str, str]:
    if not section.questions:
        return "none", "Pas encore posée"
    given = sum(question.key in answered for question in section.questions)
    files = all(question.holding is Holding.FILES for question in section.questions)
    if not left and (given or not any(question.required for question in section.questions)):
        return "ok", "Complet" if given else "Facultatif"
    if files:
        return ("warn" if given else "none"), f"{given} sur {len(section.questions)} {'déposée' if given < 2 else 'déposées'}"
    if is_current:
        return "warn" if given else "none", "En cours de rédaction"
    if not given:
        return "none", "À remplir"
    return "warn", f"{count(left, 'réponse manque', 'réponses manquent')}"


def notice(application: Application, signers: list[Signer]) -> Notice:
    """What everybody of the team must know first: how long is left, and who acts next."""
    return _personal(application) if application.is_personal else _NOTICES[State(application.state)](application, signers)


def _personal(application: Application) -> Notice:
    if application.kept_until:
        told = "Il ne se modifie plus, et sera supprimé ensuite. Lisez-le ou imprimez-le par l’aperçu ; copiez ce que vous voulez garder."
        return Notice("warn", "clock", f"Brouillon personnel, gardé jusqu’au {day(application.kept_until)} inclus.", told)
    closing = f"Clôture {day(application.closes_at, weekday=True)} à {hour(application.closes_at)} (heure de Paris)."
    told = "Vous seul le lisez, et il ne se dépose pas. Votre demande acceptée, il devient celui du lycée."
    return Notice("info", "lock-closed", "Brouillon personnel.", f"{told} {closing}")


def _draft(application: Application, signers: list[Signer]) -> Notice:
    call = application.call
    if not application.may_be_sent:
        if call.is_upcoming:
            return Notice("info", "clock", f"L’appel ouvre le {moment(call.opens_at)}.", "")
        return Notice(
            "neutral",
            "lock-closed",
            "L’appel est clos.",
            f"Ce brouillon n’a pas été déposé avant le {moment(application.closes_at)} ; il reste lisible.",
        )
    closing = f"Clôture {day(application.closes_at, weekday=True)} à {hour(application.closes_at)}"
    told = f"{closing} (heure de Paris){_granted(application)}. Prochaine étape : le visa {_of_signers(signers)}, puis le dépôt."
    return Notice("warn", "clock", time_left(application.closes_at), told, application.closes_at)


def _granted(application: Application) -> str:
    """That this closing is the lycée's own, where it is."""
    return ", prolongation accordée à votre lycée" if application.closes_at != application.call.closes_at else ""


def _awaiting(application: Application, signers: list[Signer]) -> Notice:
    until, left = application.closes_at, time_left(application.closes_at)
    closing = f"Clôture {day(until, weekday=True)} à {hour(until)} (heure de Paris){_granted(application)}."
    if not application.may_be_sent:
        return Notice("err", "exclamation-circle", "L’appel est clos.", f"Le dossier n’a pas été déposé avant le {moment(until)}.")
    if application.approved_at:
        return Notice(
            "warn", "paper-airplane", "Visa donné, reste à déposer.", f"{closing} Le dossier n’est pas encore déposé.", until, left
        )
    told = f"{closing} Prochaine étape : le visa {_of_signers(signers)}. Le dossier ne change plus d’ici là. {_in_absence(signers)}"
    return Notice("warn", "shield-check", "Visa demandé.", told.rstrip(), until, left)


def _rewritten(application: Application, signers: list[Signer]) -> Notice:
    """Filed, and written anew: which version counts, until when the new one may take its place."""
    until, left = application.closes_at, time_left(application.closes_at)
    counts = f"La version déposée le {moment(application.submitted_at)} compte"
    if not application.may_be_sent:
        return Notice("warn", "lock-closed", "L’appel est clos.", f"{counts} : la nouvelle n’a pas été déposée avant le {moment(until)}.")
    counts = (
        f"{counts} tant que la nouvelle n’est pas déposée, avant la clôture, le {moment(until)} (heure de Paris){_granted(application)}."
    )
    if application.reapproved_at:
        return Notice("warn", "paper-airplane", "Nouvelle version visée, reste à déposer.", counts, until, left)
    if application.is_being_written:
        told = f"{counts} Prochaine étape : le visa {_of_signers(signers)}, puis le dépôt."
        return Notice("warn", "pencil-square", "Dossier déposé, nouvelle version en cours.", told, until, left)
    told = f"{counts} Prochaine étape : le visa {_of_signers(signers)}. {_in_absence(signers)}"
    return Notice("warn", "shield-check", "Visa demandé pour la nouvelle version.", told.rstrip(), until, left)


def _submitted(application: Application, signers: list[Signer]) -> Notice:
    if application.is_rewritten:
        return _rewritten(application, signers)
    if request := application.open_completion_request:
        late = request.due_on < timezone.localdate()
        strong = "Compléments en retard." if late else "Des compléments sont demandés."
        return Notice("err" if late else "warn", "exclamation-triangle", strong, f"À envoyer jusqu’au {day(request.due_on)} inclus.")
    received = f"Reçu le {moment(application.submitted_at)} (heure de Paris)."
    return Notice(
        "ok", "check-circle", "Dossier déposé.", f"{received} Prochaine étape : la Région vérifie qu’il est complet et recevable."
    )


def _under_review(application: Application, signers: list[Signer]) -> Notice:
    results = f" Résultats attendus le {day(application.call.results_on)}." if application.call.results_on else ""
    return Notice("info", "check-circle", "Dossier recevable.", f"Le jury examine les dossiers.{results}")


def _inadmissible(application: Application, signers: list[Signer]) -> Notice:
    return Notice(
        "neutral", "no-symbol", "Dossier irrecevable.", f"Motif : {application.inadmissibility_reason or 'communiqué par la Région'}"
    )


def _decided(application: Application, signers: list[Signer]) -> Notice:
    if application.is_awarded:
        amount = f"{euros(application.granted_amount)}. Prochaine étape : {_signer_names(signers)} accepte l’aide ou la décline."
        partly = " en partie" if application.is_partly_awarded else ""
        return Notice("ok", "flag", f"Votre projet est retenu{partly}.", f"Aide accordée : {amount}")
    if application.is_in_reserve:
        return Notice(
            "warn", "pause-circle", "Votre projet est sur la liste complémentaire.", "Il peut être appelé si des crédits se libèrent."
        )
    return Notice("neutral", "minus-circle", "Votre projet n’est pas retenu.", "Les motifs sont donnés ci-dessous, critère par critère.")


def _accepted(application: Application, signers: list[Signer]) -> Notice:
    return Notice("ok", "check-circle", "Aide acceptée.", "Prochaine étape : la Région commande ou verse ce qui est accordé.")


def _withdrawn(application: Application, signers: list[Signer]) -> Notice:
    """Who may bring it back, until when, and whether another file may be begun in its place."""
    call = application.call
    if not application.submitted_at:
        if not application.may_be_sent:
            return Notice(
                "neutral", "no-symbol", "Brouillon retiré.", "Il n’avait pas été déposé et l’appel n’est pas ouvert ; il reste lisible."
            )
        until = f"jusqu’au {day(application.closes_at)} à {hour(application.closes_at)}"
        back = f"Toute l’équipe peut le reprendre {until}, ou commencer un autre dossier à sa place."
        return Notice("neutral", "no-symbol", "Brouillon retiré.", f"Il n’avait pas été déposé ; il reste lisible. {back}")
    told = ["Il n’est plus instruit ; il reste lisible, avec son accusé de dépôt."]
    if call.is_before_scoring:
        desk = f" ({call.contact_email})" if call.contact_email else ""
        told.append(f"Si c’est une erreur, le chef d’établissement écrit à la Région{desk} : elle peut le rétablir avant la notation.")
    else:
        told.append("Les dossiers sont en notation ou déjà notés : ce retrait est définitif.")
    if application.may_be_sent:
        told.append("Tant que l’appel est ouvert, un autre dossier peut être commencé à sa place.")
    return Notice("neutral", "no-symbol", "Dossier retiré.", " ".join(told))


_NOTICES = {
    State.DRAFT: _draft,
    State.AWAITING_APPROVAL: _awaiting,
    State.SUBMITTED: _submitted,
    State.ADMISSIBLE: _under_review,
    State.ASSESSED: _under_review,
    State.INADMISSIBLE: _inadmissible,
    State.DECIDED: _decided,
    State.ACCEPTED_BY_SCHOOL: _accepted,
    State.DECLINED_BY_SCHOOL: lambda *_: Notice(
        "neutral",
        "minus-circle",
        "Aide déclinée.",
        "Le dossier reste lisible ; le motif se lit à l’historique. Si c’est une erreur, le chef d’établissement écrit à la Région.",
    ),
    State.CLOSED: lambda *_: Notice("neutral", "lock-closed", "Dossier clos.", "Il reste lisible."),
    State.WITHDRAWN: _withdrawn,
}

_ORDER = {
    State.DRAFT: 0, State.AWAITING_APPROVAL: 1, State.SUBMITTED: 3, State.ADMISSIBLE: 4, State.ASSESSED: 4,
    State.DECIDED: 5, State.ACCEPTED_BY_SCHOOL: 6,
}  # fmt: skip


def stages(application: Application) -> list[Stage]:
    """The life of a file, stage by stage; empty once it leaves that road (inadmissible, declined, withdrawn, closed)."""
    state = State(application.state)
    if application.is_personal or state not in _ORDER or (state == State.DECIDED and not application.is_awarded):
        return []
    reached = 2 if state == State.AWAITING_APPROVAL and application.approved_at else _ORDER[state]
    told = [
        ("pencil-square", "L’équipe complète le dossier"),
        ("shield-check", "Visa du chef d’établissement sur une version figée"),
        ("paper-airplane", "Dépôt, avec accusé de réception par courriel"),
        ("clipboard-document-check", "La Région vérifie la recevabilité"),
        ("scale", "Le jury examine les dossiers et délibère"),
        ("flag", "Décision de la Région, réponse du lycée"),
        ("truck", "Commandes, travaux, versements"),
    ]
    status = ["done" if rank < reached else "now" if rank == reached else "next" for rank in range(len(told))]
    return [Stage(icon, text, status[rank]) for rank, (icon, text) in enumerate(told)]


def time_left(closes_at: datetime) -> str:
    """Time before a closing, in the unit that matters: Il reste 8 jours. Il reste 3 heures."""
    left = closes_at - timezone.now()
    if left.total_seconds() <= 0:
        return "L’heure de clôture est passée, le délai de grâce court."
    if left >= ONE_DAY:
        return f"Il reste {count(days_until(closes_at), 'jour')}."
    hours, minutes = left.seconds // 3600, max(1, left.seconds // 60)
    return f"Il reste {count(hours, 'heure')}." if hours else f"Il reste {count(minutes, 'minute')}."


def _in_absence(signers: list[Signer]) -> str:
    """What a team does whose head is away, or has no account: somebody else signs once it is written that they may."""
    if any(signer.delegation for signer in signers):
        return ""
    if not signers:
        return (
            "Personne n’a ce rôle sur le portail pour ce lycée : la Région le donne à qui le dirige, ou note la délégation de signature "
            "donnée sur papier à l’un de vous."
        )
    return (
        "En cas d’absence, le chef d’établissement délègue sa signature à l’un de vous, d’où qu’il soit, sur la page de l’équipe ; donnée sur "
        "papier, la Région la note."
    )


def _signer_names(signers: list[Signer]) -> str:
    return _either([_named(signer) for signer in signers]) or "le chef d’établissement"


def _of_signers(signers: list[Signer]) -> str:
    return _either([of(_named(signer)) for signer in signers]) or "du chef d’établissement"


def _either(names: list[str]) -> str:
    """« Sylvie Aubert, Proviseure, ou Karim Benali (par délégation) »: the function of a name is closed by its comma."""
    return "".join(name if not rank else f"{', ' if ', ' in names[rank - 1] else ' '}ou {name}" for rank, name in enumerate(names))


def _named(signer: Signer) -> str:
    if signer.delegation:
        return f"{signer.user.get_full_name()} (par délégation)"
    return ", ".join(filter(None, [signer.user.get_full_name(), signer.user.job_title]))
