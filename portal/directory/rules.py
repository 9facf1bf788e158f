"""Who may do what to the directory. Pure predicates."""

from typing import TYPE_CHECKING

from portal.roles import Person, Role
from portal.workflow.requirements import occasion

if TYPE_CHECKING:
    from portal.directory.models import Establishment, FactDeclaration, SchoolClosure

# -- Who --------------------------------------------------------------------------------------------------------------


def may_import(user: Person) -> bool:
    """Bring in the official files."""
    return user.is_superuser or user.holds(Role.ADMIN, Role.CALL_MANAGER)


def keeps_directory(user: Person) -> bool:
    """Whoever brings the official files in answers for what they do not say."""
    return may_import(user)


def reads_agencies(user: Person) -> bool:
    """Who follows which lycées on the spot: the staff of the Région."""
    return user.is_region_staff


def reads_declarations(user: Person) -> bool:
    """Who reads what every lycée has declared."""
    return keeps_directory(user) or user.holds(Role.AUDITOR)


def declares_facts(establishment: "Establishment", user: Person) -> bool:
    """The head of the lycée and its team."""
    return user.holds(Role.MEMBER, Role.HEAD, at=establishment)


def confirms_facts(declaration: "FactDeclaration", user: Person) -> bool:
    """Another person than the one who declared."""
    return keeps_directory(user) and declaration.declared_by_id != user.pk


def revokes_facts(declaration: "FactDeclaration", user: Person) -> bool:
    return keeps_directory(user)


def withdraws_declaration(declaration: "FactDeclaration", user: Person) -> bool:
    return declares_facts(declaration.establishment, user)


def closes_lycees(user: Person) -> bool:
    """Say, before the official directory does, that a lycée is closed; and take it back."""
    return user.is_superuser or user.holds(Role.ADMIN)


def lifts_closure(closure: "SchoolClosure", user: Person) -> bool:
    return closes_lycees(user)


def nobody(subject: "FactDeclaration | SchoolClosure", user: Person) -> bool:
    """What an import or another act does by itself: no person may ask for it."""
    return False


def may_see_mailbox(user: Person, establishment: "Establishment") -> bool:
    """The institutional address: for the Région's staff and for the school's own people."""
    return user.is_region_staff or establishment.pk in user.establishment_ids


# -- What is needed ------------------------------------------------------------------------------------------------------


@occasion
def directory_does_not_say_it(declaration: "FactDeclaration") -> list[str]:
    return ["L’annuaire le dit à présent : c’est lui qui fait foi."] if declaration.is_outdated else []


@occasion
def lycee_is_open(declaration: "FactDeclaration") -> list[str]:
    return ["Ce lycée est fermé."] if declaration.establishment.is_closed else []
