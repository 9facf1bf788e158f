"""The files about which a person writes to the other side, or to colleagues."""

from django.db.models import Q, QuerySet

from calls import hidden_files, rules
from calls.models import Application
from calls.queries.people import call_managers, officers, officers_for, school_grants
from portal.accounts.models import User


def of_lycee(user: User) -> QuerySet[Application]:
    """Those of one's own lycées, filed or not."""
    return Application.objects.filter(establishment__in=user.establishment_ids)


def seen_by_region(user: User) -> QuerySet[Application]:
    """Those that the Région has received and that this person opens as staff."""
    return Application.objects.visible_to(user).received().exclude(establishment__in=user.establishment_ids)


def of_region(user: User) -> QuerySet[Application]:
    """The same, and drafts of the perimeter: what their lycée writes about them is sent to the Région, the draft itself is not."""
    places = rules.officer_perimeter(user)
    perimeter = Q() if rules.reads_everything(user) or places is None else Q(establishment__authority__in=places)
    wide = hidden_files.open_to(user, perimeter)
    return Application.objects.filter(wide | Q(pk__in=seen_by_region(user).order_by().values("pk"))).exclude(
        establishment__in=user.establishment_ids
    )


def awaited_from(user: User) -> QuerySet[Application]:
    """Those that this person follows; in their perimeter, those that nobody who still instructs follows."""
    if not rules.instructs_files(user):
        return Application.objects.none()
    places = rules.officer_perimeter(user)
    unfollowed = ~Q(officer__in=officers().order_by().values("pk"))
    nearby = Q() if places is None else Q(establishment__authority__in=places)
    return of_region(user).filter(Q(officer=user) | unfollowed & nearby)


def region_people(application: Application) -> list[User]:
    """Who answers at the Région: the officer who follows the file, else those of its perimeter, else the call managers.

    Never a person from whom the file is hidden, nor one of its lycée: the first lines of what is written go with the mail.
    """
    around = list(officers_for(application.establishment))
    followed = [officer for officer in around if officer.pk == application.officer_id]
    own = set(school_grants(application.establishment).order_by().values_list("user", flat=True))
    for people in (lambda: followed, lambda: around, call_managers):
        if found := [person for person in people() if person.pk not in own and _opens(person, application)]:
            return found
    return []


def _opens(user: User, application: Application) -> bool:
    return Application.objects.filter(hidden_files.open_to(user, Q(pk=application.pk))).exists()
