"""Columns of the lists of people, of a team and of sessions."""

from django.utils.html import format_html

from portal.accounts.models import RoleGrant, User
from portal.addresses import address
from portal.directory.models import Establishment
from portal.text import dates
from portal.text.french import the_school
from portal.ui.tables import Column, blank, joined, own_page
from portal.ui.templatetags.ui import badge


def _roles(person: User) -> str:
    lines = [_role(grant) for grant in person.roles_in_force]
    return joined("", lines) if lines else format_html('<span class="pr-meta">{}</span>', "aucun")


def _role(grant: RoleGrant) -> str:
    said = ", ".join(filter(None, [grant.place, f"jusqu’au {dates.day(grant.last_day)}" if grant.last_day else ""]))
    place = format_html("<small>{}</small>", said) if said else ""
    return format_html('<span class="d-block">{}{}</span>', grant.get_role_display(), place)


def _awaited(person: User) -> str:
    """What is to be done about an account, line by line; nothing for a closed one."""
    if not person.is_active:
        return ""
    lines = [f"Demande pour {the_school(asked.establishment.name)}, du {dates.day(asked.sent_at)}" for asked in person.requests_open]
    lines += [f"{grant.get_role_display()} : finit le {dates.day(grant.last_day)}" for grant in person.roles_in_force if grant.ends_soon]
    if person.unreachable_since:
        lines.append(f"Adresse qui ne répond plus depuis le {dates.day(person.unreachable_since)}")
    if person.is_unconfirmed and not person.is_invited:
        lines.append("Adresse non confirmée")
    elif person.is_unconfirmed:
        lines.append(f"Invitation du {dates.day(person.date_joined)}, sans réponse")
    return joined("", [format_html('<span class="d-block">{}</span>', line) for line in lines])


PEOPLE = [
    Column(
        "nom",
        "Nom",
        str,
        link=own_page,
        small="email",
        small_css="text-break",
        css="w",
        row_header=True,
        sort=("last_name", "first_name", "email"),
    ),
    Column("roles", "Rôles en cours", _roles, css="w"),
    Column("suivre", "À suivre", _awaited, blank, css="w", sort=("awaits", "rank", "last_name", "first_name", "email")),
    Column("facteur", "Second facteur", lambda person: "En place" if person.has_second_factor else None),
    Column("connexion", "Dernière connexion", "last_login", dates.day, sort="last_login"),
    Column("compte", "Compte", template="accounts/_state.html", sort=("rank", "last_name", "first_name", "email")),
]

SESSIONS = [
    Column("ouverte", "Ouverte le", "created_at", dates.moment, css="w", row_header=True),
    Column("adresse", "Adresse IP", "ip", blank),
    Column("navigateur", "Navigateur", "user_agent", blank, css="w text-break"),
    Column("celle-ci", "Celle-ci", lambda session: badge("ok", "Celle-ci") if session.is_current() else "", blank, hidden=True),
]


def team(establishment: Establishment, endable: set[int]) -> list[Column]:
    """The team of a school; `endable`: keys of the roles that the reader may end."""

    def end(grant: RoleGrant) -> str:
        if grant.pk not in endable:
            return ""
        page = address("team:end", establishment.uai, grant.pk)
        hidden = format_html('<span class="visually-hidden">{} de l’équipe</span>', grant.user)
        return format_html('<a class="btn btn-quiet btn-sm" href="{}">Retirer {}</a>', page, hidden)

    return [
        Column(
            "personne",
            "Personne",
            "user",
            small=lambda grant: grant.user.job_title or grant.user.email,
            small_css="text-break",
            css="w",
            row_header=True,
        ),
        Column("role", "Rôle", lambda grant: grant.get_role_display()),
        Column("depuis", "Depuis", "started_at", dates.day),
        Column("fin", "Jusqu’au", "last_day", dates.day),
        Column("action", "Action", end, blank, css="w", hidden=True, only="may_end_some"),
    ]
