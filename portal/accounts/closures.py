"""What noting the closure of a lycée does to the people of its team."""

from collections.abc import Iterator

from portal.accounts.models import RoleGrant
from portal.accounts.queries import holders_of
from portal.directory.closures import EFFECTS
from portal.directory.models import Establishment
from portal.text.french import count


@EFFECTS.give
def of_team(establishment: Establishment) -> Iterator[str]:
    """Who keeps what, and who is told."""
    number = holders_of(RoleGrant.objects.in_force().in_teams().filter(establishment=establishment)).count()
    if number:
        kept = "garde son rôle et en est prévenue" if number == 1 else "gardent leur rôle et en sont prévenues"
        yield f"{count(number, 'personne')} de son équipe {kept} par courriel, avec le motif : ce qui reste se lit et se signe."
    elif establishment.email:
        yield "Personne n’est dans son équipe : la boîte de l’établissement en est prévenue par courriel, avec le motif."
    yield (
        "Le chef du lycée qui lui succède, si vous en indiquez un, en est prévenu aussi. Il n’agit pour le lycée fermé (aide, réception, "
        "réserves) que si vous lui en donnez la direction, dans « Personnes »."
    )
