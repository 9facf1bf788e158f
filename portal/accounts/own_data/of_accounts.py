"""The chapters of the portal itself: the account, its roles, its ways in, what it did, what it was told, what it asked for."""

from collections.abc import Iterator

from portal.accounts.models import User
from portal.accounts.own_data.chapters import Row, chapter
from portal.journal.models import JournalEntry
from portal.journal.queries import act_label
from portal.notifications import reach, registry


@chapter("compte", "Votre compte", order=1)
def account(user: User) -> Iterator[Row]:
    yield {
        "Prénom": user.first_name, "Nom": user.last_name, "Adresse": user.email, "Fonction": user.job_title, "Créé le": user.date_joined,
        "Dernière connexion": user.last_login, "Actif": user.is_active,
    }  # fmt: skip


@chapter(
    "connexions",
    "Vos moyens de connexion",
    "account.EmailAddress.user",
    "mfa.Authenticator.user",
    "socialaccount.SocialAccount.user",
    order=2,
)
def ways_in(user: User) -> Iterator[Row]:
    """Never what opens the account: no secret, no password."""
    for address in user.emailaddress_set.order_by("pk"):
        yield {"Moyen": "Adresse électronique", "Détail": address.email, "Confirmée": address.verified, "Depuis": None}
    for factor in user.authenticator_set.order_by("pk"):
        yield {"Moyen": "Second facteur", "Détail": factor.get_type_display(), "Confirmée": True, "Depuis": factor.created_at}
    for identity in user.socialaccount_set.order_by("pk"):
        yield {
            "Moyen": "Service d’identité",
            "Détail": f"{identity.provider} {identity.uid}",
            "Confirmée": True,
            "Depuis": identity.date_joined,
        }


@chapter("sessions", "Vos sessions en cours", "usersessions.UserSession.user", order=3)
def sessions(user: User) -> Iterator[Row]:
    for session in user.usersession_set.order_by("pk"):
        yield {"Ouverte le": session.created_at, "Vue le": session.last_seen_at, "Adresse IP": session.ip, "Navigateur": session.user_agent}


@chapter("roles", "Vos rôles", "accounts.RoleGrant.user", order=4)
def roles(user: User) -> Iterator[Row]:
    for grant in user.role_grants.select_related("establishment", "authority", "department").order_by("pk"):
        yield {"Rôle": grant.label, "Depuis": grant.started_at, "Jusqu’à": grant.ended_at, "Motif": grant.reason}


@chapter(
    "delegations",
    "Les délégations de signature que vous avez reçues ou données",
    "accounts.Delegation.delegate",
    "accounts.Delegation.head",
    order=5,
)
def delegations(user: User) -> Iterator[Row]:
    for held in user.delegations_held.select_related("establishment").order_by("pk"):
        yield _delegation(held, "reçue")
    for given in user.delegations_held.model.objects.filter(head=user).select_related("establishment").order_by("pk"):
        yield _delegation(given, "donnée")


def _delegation(delegation: object, side: str) -> Row:
    return {
        "Sens": side,
        "Lycée": str(delegation.establishment),
        "Du": delegation.starts_on,
        "Au": delegation.ends_on,
        "Terminée le": delegation.ended_at,
    }


@chapter("rattachements", "Vos demandes de rattachement", "accounts.JoinRequest.user", order=6)
def join_requests(user: User) -> Iterator[Row]:
    for asked in user.join_requests.select_related("establishment").order_by("pk"):
        yield {
            "Lycée": str(asked.establishment),
            "Envoyée le": asked.sent_at,
            "Précision": asked.note,
            "Réponse": asked.get_outcome_display(),
        }


@chapter("journal", "Vos actes, tels que le journal les garde", "journal.JournalEntry.actor", order=80)
def own_acts(user: User) -> Iterator[Row]:
    for line in JournalEntry.objects.filter(actor=user).select_related("subject_type").order_by("pk"):
        yield {"Date": line.at, "Acte": act_label(line), "Objet": line.subject_label, "Motif": line.reason}


@chapter("messages", "Les courriels que le portail vous a envoyés", "notifications.Message.recipient", order=70)
def messages(user: User) -> Iterator[Row]:
    """Those that the person still reads in the portal; never the text of one that carried a personal link."""
    for message in reach.open_to(user, user.messages.order_by("pk")):
        text = "" if registry.is_confidential(message.code) else message.body
        yield {"Date": message.created_at, "Adresse": message.to_email, "Objet": message.subject, "Texte": text}


@chapter("envois", "Quand vous voulez vos messages", "notifications.DeliveryChoice.user", order=71)
def delivery_choices(user: User) -> Iterator[Row]:
    for each in user.delivery_choices.order_by("pk"):
        yield {"Messages": each.get_family_display(), "Envoi": each.get_delivery_display(), "Choisi le": each.changed_at}


@chapter("travaux", "Les travaux que vous avez demandés", "jobs.Job.owner", order=85)
def jobs(user: User) -> Iterator[Row]:
    for job in user.jobs.order_by("created_at"):
        yield {"Demandé le": job.created_at, "Travail": job.label, "État": job.get_state_display(), "Terminé le": job.finished_at}
