"""Who may do what to a call or a file (predicates `rule(obj, user)`), and what a transition needs (requirements)."""

from typing import TYPE_CHECKING

from django.utils import timezone

from calls import checks
from calls.enums import ApplicationState, CallState, Rewriting
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.journal.queries import last_author
from portal.roles import JURY_ROLES, STAFF_ROLES, Role
from portal.signing import SignedAct, may_sign
from portal.text.dates import figures, hour
from portal.workflow.requirements import occasion, requirement

if TYPE_CHECKING:
    from calls.models import Application, Call, Opinion, Partnership, RetentionProposal

MAKING_CALLS = (Role.CALL_MANAGER, Role.ADMIN)
PERSONAL = "perso-"  # how the reference of a personal draft begins: that of a file begins with its call's

# -- Who --------------------------------------------------------------------------------------------------------------


def works_on_calls(user: User) -> bool:
    return user.is_authenticated and bool(user.roles & STAFF_ROLES)


def works_in_school(user: User) -> bool:
    """The team or the head of some lycée: those who write files."""
    return user.is_school_user


def starts_file(establishment: Establishment, user: User) -> bool:
    return user.holds(Role.MEMBER, Role.HEAD, at=establishment)


def runs_calls(user: User) -> bool:
    """Call managers: to whom the next step of each call is told."""
    return user.holds(Role.CALL_MANAGER)


def exports_files(user: User) -> bool:
    """Who takes away the files of a call, with their answers: those who work on their content."""
    return user.holds(Role.CALL_MANAGER, Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.ADMIN)


def makes_calls(user: User) -> bool:
    """Who writes calls, and the models that calls are made from."""
    return user.is_authenticated and user.holds(*MAKING_CALLS)


def manages_call(call: "Call", user: User) -> bool:
    return user.holds(*MAKING_CALLS)


def opens_sealed_files(call: "Call", user: User) -> bool:
    """Another person than the one who asked for it."""
    return manages_call(call, user) and user.pk != last_author(call, "ask_opening")


def reads_retention(user: User) -> bool:
    """Who reads what calls keep and until when: those who decide of it, and the auditor."""
    return user.is_authenticated and user.holds(Role.CALL_MANAGER, Role.ADMIN, Role.AUDITOR)


def proposes_erasure(call: "Call", user: User) -> bool:
    """The first of two persons; who also sets the durations and the holds of the call."""
    return manages_call(call, user)


def confirms_erasure(proposal: "RetentionProposal", user: User) -> bool:
    """The second of two persons, never the first."""
    return manages_call(proposal.call, user) and user.pk != proposal.proposed_by_id


def stops_erasure(proposal: "RetentionProposal", user: User) -> bool:
    """Until it is confirmed, whoever might have proposed it; then either of the two."""
    two = (proposal.proposed_by_id, proposal.confirmed_by_id)
    return manages_call(proposal.call, user) and (proposal.confirmed_by_id is None or user.pk in two)


def records_votes(call: "Call", user: User) -> bool:
    return user.holds(Role.FINANCE, Role.CALL_MANAGER)


def undoes_votes(call: "Call", user: User) -> bool:
    """Finance officers, who record votes with their decisions."""
    return user.holds(Role.FINANCE)


def writes_file(application: "Application", user: User) -> bool:
    """A member of the team or the head of the establishment that owns the file. A personal draft is owned by none."""
    return not application.is_personal and user.holds(Role.MEMBER, Role.HEAD, at=application.establishment)


def writes_to_region(application: "Application", user: User) -> bool:
    """Whoever writes the file, unless it is sealed: the Région would learn from the message what it may not know."""
    return writes_file(application, user) and not application.call.is_sealed


def types_in_file(application: "Application", user: User) -> bool:
    """Who changes its content: those who write files of the lycée; in a personal draft, the person whose it is."""
    return application.kept_for_id == user.pk if application.is_personal else writes_file(application, user)


def _signs(application: "Application", user: User, act: SignedAct) -> bool:
    """The head of the lycée that owns the file, or whoever holds a delegation for this act and this call. A personal draft has none."""
    return not application.is_personal and may_sign(user, application.establishment, act, application)


def gives_visa(application: "Application", user: User) -> bool:
    return _signs(application, user, SignedAct.VISA)


def ranks_files(application: "Application", user: User) -> bool:
    """Whoever signs for the lycée which of its files of one call it puts first."""
    return _signs(application, user, SignedAct.PRIORITY)


def asks_visa_again(application: "Application", user: User) -> bool:
    """Who writes the file and waits for the visa of another person."""
    return writes_file(application, user) and not gives_visa(application, user)


def answers_partnership(partnership: "Partnership", user: User) -> bool:
    """Whoever signs it for the partner school: its head, or by delegation."""
    return may_sign(user, partnership.establishment, SignedAct.PARTNERSHIP, partnership)


def nobody(obj: "Partnership | Opinion", user: User) -> bool:
    """Of what follows another act, and is never asked."""
    return False


def asks_partners(partnership: "Partnership", user: User) -> bool:
    """Whoever writes the file in which the partner is named."""
    return writes_file(partnership.application, user)


def answers_award(application: "Application", user: User) -> bool:
    return _signs(application, user, SignedAct.AWARD)


writes_or_heads_file = writes_file


def instructs_file(application: "Application", user: User) -> bool:
    """A case officer, within the perimeter of the grant: every authority, or the one it names."""
    return any(grant.role == Role.OFFICER and grant.authority_id in (None, application.establishment.authority_id) for grant in user.grants)


def resumes_instruction(application: "Application", user: User) -> bool:
    """Who takes an admissibility back before the scoring: the officers of its perimeter and the call manager."""
    return instructs_file(application, user) or manages_file_call(application, user)


def restores_award(application: "Application", user: User) -> bool:
    """Another person than the one who declined, on the lycée's letter."""
    return manages_file_call(application, user) and user.pk != last_author(application, "decline_award", "give_up_award")


def signs_withdrawal(application: "Application", user: User) -> bool:
    """Whoever signs for the lycée that it gives a filed file up."""
    return _signs(application, user, SignedAct.WITHDRAWAL)


def asks_withdrawal(application: "Application", user: User) -> bool:
    """Who writes the file and needs the signature of another person to withdraw it."""
    return writes_file(application, user) and not signs_withdrawal(application, user)


def withdraws_filed_file(application: "Application", user: User) -> bool:
    """Who signs it for the lycée, or the call manager on a letter of the lycée."""
    return signs_withdrawal(application, user) or manages_file_call(application, user)


def manages_file_call(application: "Application", user: User) -> bool:
    return manages_call(application.call, user)


def assigns_file(application: "Application", user: User) -> bool:
    """Who says which officer follows a file: the officers of its perimeter and the call manager."""
    return instructs_file(application, user) or manages_file_call(application, user)


def assigns_files(user: User) -> bool:
    """The same, whatever the files: who is offered to give several to an officer."""
    return instructs_files(user) or makes_calls(user)


def answers_lycee(application: "Application", user: User) -> bool:
    """Who writes to a lycée about its file in the name of the Région: the officers of its perimeter and the call manager."""
    return instructs_file(application, user) or manages_file_call(application, user)


def advised_for(user: User) -> frozenset[int]:
    """The authorities (ids) whose opinion a person gives."""
    return frozenset(grant.authority_id for grant in user.grants if grant.role == Role.ADVISER and grant.authority_id)


def advises(user: User) -> bool:
    return user.is_authenticated and bool(advised_for(user))


def gives_opinion(opinion: "Opinion", user: User) -> bool:
    """Somebody of the authority that is asked, who has no link with the lycée: neither declared, nor a role held there, now or before."""
    return opinion.authority_id in advised_for(user) and not opinion.is_hidden_from(user)


def asks_opinion(opinion: "Opinion", user: User) -> bool:
    return answers_lycee(opinion.application, user)


def reads_opinions(user: User) -> bool:
    """Who reads the opinions given on the files that they see: those who examine them in their perimeter, and the staff who read every file."""
    return reads_mails(user)


def writes_about_file(application: "Application", user: User) -> bool:
    """Who writes to colleagues about a file: the staff who work on files. The auditor reads."""
    return instructs_file(application, user) or user.holds(Role.CALL_MANAGER, Role.ADMIN, Role.FINANCE, Role.ORDERS)


def reads_everything(user: User) -> bool:
    """Région staff who read files of every perimeter as soon as filed."""
    return user.holds(Role.CALL_MANAGER, Role.AUDITOR, Role.ADMIN)


def reads_mails(user: User) -> bool:
    """Who reads to whom the portal wrote about a file: those who examine it in their perimeter, and the staff who read every file."""
    return reads_everything(user) or user.holds(Role.OFFICER)


def reads_files_of(user: User, establishment: Establishment) -> bool:
    """Who reads all that a lycée has filed: its team, and the staff who read every file."""
    return reads_everything(user) or user.holds(Role.MEMBER, Role.HEAD, at=establishment)


def reads_by_need(user: User) -> bool:
    """Région staff who read files of every perimeter once their own work on them begins (`calls.files_by_need`)."""
    return user.holds(Role.FINANCE, Role.ORDERS)


def reads_every_perimeter(user: User) -> bool:
    """Région staff whose reading no authority bounds, at once or when their work begins."""
    return reads_everything(user) or reads_by_need(user)


def instructs_files(user: User) -> bool:
    """Case officers, whatever their perimeter: who is offered to act on several files at once."""
    return user.holds(Role.OFFICER)


def steers(user: User) -> bool:
    """Who reads the figures of the calls: Région staff that reads files. Technicians of the agencies do not."""
    return reads_every_perimeter(user) or instructs_files(user)


def follows_calls(user: User) -> bool:
    """Who works on a call before its release, and finds it on their own page."""
    return user.holds(Role.CALL_MANAGER, Role.OFFICER, Role.AUDITOR, Role.ADMIN)


def officer_perimeter(user: User) -> frozenset[int] | None:
    """The authorities (ids) whose files a person instructs; None for those of every authority, nobody's where they instruct none."""
    places = [grant.authority_id for grant in user.grants if grant.role == Role.OFFICER]
    return None if None in places else frozenset(places)


def steering_perimeter(user: User) -> frozenset[int] | None:
    """The authorities (ids) whose figures a person reads; None for the whole Région."""
    grants = [grant for grant in user.grants if grant.role == Role.OFFICER]
    if reads_every_perimeter(user) or any(grant.authority_id is None for grant in grants):
        return None
    return frozenset(grant.authority_id for grant in grants)


def sits_in_jury(user: User) -> bool:
    return bool(user.roles & JURY_ROLES)


# -- What a file needs --------------------------------------------------------------------------------------------------


@occasion
def call_accepts(application: "Application") -> list[str]:
    """Too early or too late, for whoever writes the file."""
    return checks.sending_gaps(application)


def writing_gaps(application: "Application", key: str) -> list[str]:
    """Why the answer to question `key` cannot change now; empty when it can. Says nothing of who asks.

    A draft, and the new version of a filed file, change while their call accepts files; a filed one otherwise only where the open request for complements says so, and where the answers given to
    it have asked something more.
    """
    if application.kept_until:
        return ["Ce brouillon personnel ne se modifie plus : il se lit et s’imprime encore."]
    if application.state == ApplicationState.DRAFT:
        return checks.sending_gaps(application)
    if application.state == ApplicationState.AWAITING_APPROVAL:
        return ["Le visa est demandé : le dossier ne change plus. Pour le modifier, rendez-le d’abord à l’équipe."]
    if application.rewriting == Rewriting.WRITING:
        return checks.sending_gaps(application)
    if application.rewriting:
        return ["Le visa de la nouvelle version est demandé : elle ne change plus. Pour la modifier, rendez-la d’abord à l’équipe."]
    if application.state == ApplicationState.SUBMITTED and (request := application.open_completion_request):
        if key in request.fields or key in checks.newly_asked(application):
            return []
        return ["La demande de compléments ne porte pas sur ce point : il reste tel que déposé."]
    return ["Le dossier est déposé : il ne change plus." if application.is_filed else "Le dossier est retiré : il ne change plus."]


def may_type(application: "Application", key: str, user: User) -> bool:
    """Whether this person may change the answer to question `key` now."""
    return types_in_file(application, user) and not writing_gaps(application, key)


@occasion
def jury_has_not_deliberated(application: "Application") -> list[str]:
    """Admissibility is pronounced before the jury deliberates: afterwards no decision would be proposed for the file."""
    deliberated = application.call.state in CallState.DELIBERATED
    return ["La délibération de cet appel est ouverte : la recevabilité ne se prononce plus."] if deliberated else []


@requirement("the clock, at the closing of the call")
def lycee_replaces_it_no_more(application: "Application") -> list[str]:
    """Until the closing a lycée may withdraw what it filed and file another; a file declared inadmissible would take that right away.

    Admissibility takes none: it is pronounced as files come, as complements are asked.
    """
    call = application.call
    if call.state != CallState.PUBLISHED or timezone.now() > application.deadline:
        return []
    return [
        f"L’appel est ouvert jusqu’au {figures(application.deadline)} à {hour(application.deadline)} : d’ici là, le lycée peut retirer ce dossier et en "
        "déposer un autre. Demandez-lui des compléments, ou attendez la clôture."
    ]


@requirement("whoever keeps the directory of lycées")
def file_is_eligible(application: "Application") -> list[str]:
    return checks.eligibility_gaps(application.call, application.establishment)


@requirement("the lycée, in its form")
def file_is_complete(application: "Application") -> list[str]:
    return [item.sentence for item in checks.missing_items(checks.with_content(application))]


@requirement("the lycée, by withdrawing another file")
def within_limit(application: "Application") -> list[str]:
    return checks.limit_gaps(application.call, application.establishment, besides=application)


@requirement("the head, or a delegate, by the visa")
def visa_is_given(application: "Application") -> list[str]:
    if application.approved_at or not application.call.requires_approval:
        return []
    return ["Il manque le visa du chef d’établissement."]


@occasion
def visa_is_not_given(application: "Application") -> list[str]:
    return ["Le visa est déjà donné."] if application.approved_at else []


@requirement("the lycée, by its answer; the officer, by taking the request back")
def no_open_completion_request(application: "Application") -> list[str]:
    return ["Une demande de compléments est en cours."] if application.open_completion_request else []


@occasion
def has_open_completion_request(application: "Application") -> list[str]:
    return [] if application.open_completion_request else ["Aucun complément n’est demandé."]


@requirement("the lycée, in its form")
def requested_fields_are_complete(application: "Application") -> list[str]:
    request = application.open_completion_request
    return [item.sentence for item in checks.missing_items(checks.with_content(application), only=request.fields if request else [])]


@requirement("the lycée, in its form")
def something_asked_has_changed(application: "Application") -> list[str]:
    """An answer that holds nothing new would lock the file again and announce complements that are none."""
    request = application.open_completion_request
    if request is None or any(line.reply for line in request.lines.all()):
        return []
    if len(checks.unchanged_questions(checks.with_content(application), request.fields)) < len(request.fields):
        return []
    return [
        "Rien n’a changé sur ce que la Région demande, et rien n’y est répondu. Complétez-le ou répondez-y ; si vous ne le pouvez pas, choisissez "
        "« Répondre sans compléter » et dites pourquoi."
    ]
