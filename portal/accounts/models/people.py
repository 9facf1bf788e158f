from collections.abc import Iterable
from copy import copy
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.accounts.names import validate_person_name
from portal.addresses import address
from portal.directory.models import Establishment
from portal.prepared import prepared
from portal.roles import CALL_EDITOR_ROLES, EDITOR_ROLES, JURY_ROLES, SCHOOL_ROLES, SECOND_FACTOR_ROLES, STAFF_ROLES, WRITING_ROLES, Role
from portal.signing import SignedAct, SignedSubject, signed_schools
from portal.text.folding import fold

SECOND_FACTORS = ("totp", "webauthn")  # kinds of allauth: recovery codes alone are none
ENDING_SOON = timedelta(days=15)  # before the end of a role, its person and who may give it again are told
ERASED_DOMAIN = "@efface.invalid"  # of the address of who was erased; RFC 2606: no mail goes there

if TYPE_CHECKING:
    from portal.accounts.models.delegation import Delegation


class UserManager(BaseUserManager):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Create an account; the e-mail address, in lower case, is the login."""
        if not email:
            raise ValueError("Un compte a une adresse électronique.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """The first account of a portal. Whoever types this command is trusted: the address needs no confirmation."""
        user = self.create_user(email, password, is_superuser=True, **fields)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        return user

    def bulk_create(self, objs: "Iterable[User]", *args, **kwargs) -> "list[User]":
        """As Django's, with the text that searches compare: bulk creation calls no `save()`."""
        objs = list(objs)
        for user in objs:
            user.prepare()
        return super().bulk_create(objs, *args, **kwargs)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do comes from their role grants, never from the account itself."""

    email = models.EmailField("adresse électronique", unique=True)
    first_name = models.CharField("prénom", max_length=80, blank=True, validators=[validate_person_name])
    last_name = models.CharField("nom", max_length=80, blank=True, validators=[validate_person_name])
    job_title = models.CharField("fonction", max_length=120, blank=True)
    is_active = models.BooleanField("actif", default=True)
    date_joined = models.DateTimeField("créé le", default=timezone.now)
    search_text = models.CharField(max_length=560, blank=True, editable=False)  # unaccented lower case, kept by save()

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        ordering = ["last_name", "first_name", "email"]

    def __str__(self):
        return self.get_full_name()

    def save(self, *args, **kwargs) -> None:
        self.prepare()
        if kwargs.get("update_fields") and {"first_name", "last_name", "email", "job_title"} & set(kwargs["update_fields"]):
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    def prepare(self) -> None:
        """What follows from the rest: the login in lower case, the text of searches."""
        self.email = self.email.lower()
        self.search_text = fold(f"{self.first_name} {self.last_name} {self.email} {self.job_title}")

    def get_absolute_url(self) -> str:
        return address("accounts:person", self.pk)

    @property
    def is_staff(self) -> bool:
        """Kept for Wagtail: who may enter the editing site."""
        return self.is_superuser

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.first_name or self.email

    @property
    def initials(self) -> str:
        return ((self.first_name[:1] + self.last_name[:1]) or self.email[:2]).upper()

    @cached_property
    def grants(self) -> list["RoleGrant"]:
        """The grants in force, in the order in which they were given, read once per request.

        Without the establishments, authorities and departments, of which rules need the keys alone.
        """
        if not self.is_active:
            return []
        grants = _grants_of(self.pk, timezone.now())
        for grant in grants:
            grant.user = self
        return grants

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def main_role_label(self) -> str:
        """The first role in the order of `Role`, for the header of a page."""
        return next((role.label for role in Role if role in self.roles), "")

    @property
    def is_region_staff(self) -> bool:
        return bool(self.roles & STAFF_ROLES)

    @property
    def is_school_user(self) -> bool:
        return bool(self.roles & SCHOOL_ROLES)

    @property
    def reads_only(self) -> bool:
        """Whether all that this person may do is to read the files of schools."""
        return bool(self.roles) and self.roles == {Role.READER}

    @property
    def needs_second_factor(self) -> bool:
        return self.is_superuser or bool(self.roles & SECOND_FACTOR_ROLES)

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether a code generator or a passkey is set up. The authentication backend loads it with the account, without a query of its own."""
        return self.authenticator_set.filter(type__in=SECOND_FACTORS).exists()

    @cached_property
    def has_identity(self) -> bool:
        """Whether an identity provider opens this account. Lists load it with the accounts."""
        return self.socialaccount_set.exists()

    @property
    def is_invited(self) -> bool:
        """Whether this person has no way in yet: no password chosen, no provider that opens the account."""
        return not self.has_usable_password() and not self.has_identity

    @property
    def is_erased(self) -> bool:
        """Whether their name was replaced everywhere: nothing brings it back."""
        return self.email.endswith(ERASED_DOMAIN)

    @property
    def may_edit_site(self) -> bool:
        """Write the pages, images and documents of the public site."""
        return self.is_superuser or bool(self.roles & EDITOR_ROLES)

    @property
    def may_edit_calls(self) -> bool:
        """Write calls, questionnaires and programmes there, and publish the page of a call with its call."""
        return self.is_superuser or bool(self.roles & CALL_EDITOR_ROLES)

    @property
    def establishment_ids(self) -> frozenset[int]:
        """Establishments of which this person is a member or the head, or whose files they read."""
        return frozenset(g.establishment_id for g in self.grants if g.role in SCHOOL_ROLES and g.establishment_id)

    @property
    def writing_ids(self) -> frozenset[int]:
        """Establishments where this person writes: as a member of the team, or as the head."""
        return frozenset(g.establishment_id for g in self.grants if g.role in WRITING_ROLES)

    @property
    def headed_ids(self) -> frozenset[int]:
        """Establishments of which this person is the head."""
        return frozenset(g.establishment_id for g in self.grants if g.role == Role.HEAD)

    @cached_property
    def open_team_ids(self) -> frozenset[int]:
        """Establishments where this person writes, and whose head lets the team take colleagues in. Read once per request."""
        ids = self.writing_ids
        return (
            frozenset(Establishment.objects.filter(pk__in=ids, team_settings__members_accept=True).values_list("pk", flat=True))
            if ids
            else frozenset()
        )

    @property
    def answered_ids(self) -> frozenset[int]:
        """Establishments whose requests to join this person answers: as head, by delegation, or where the team may."""
        return signed_schools(self, SignedAct.TEAM) | self.open_team_ids

    @cached_property
    def delegations(self) -> list["Delegation"]:
        """The delegations of signature in force that this person has been given, read once per request; not for who heads all their schools."""
        return self.delegations_held.read_for(self) if self.writing_ids - self.headed_ids else []

    def delegation_for(self, establishment: Establishment, act: SignedAct, about: SignedSubject | None = None) -> "Delegation | None":
        """What lets this person sign in the place of the head of a school; `about` says which call, where the delegation names some."""
        return next((held for held in self.delegations if held.establishment_id == establishment.pk and held.covers(act, about)), None)

    def unsigned_because(self, establishment: Establishment, act: SignedAct, about: SignedSubject | None = None) -> str:
        """Why the delegations that this person holds or has held for a school do not let them sign this; empty where they have none. One query."""
        if self.delegation_for(establishment, act, about) or establishment.pk not in self.writing_ids - self.headed_ids:
            return ""
        held = self.delegations_held.filter(establishment=establishment)
        return next((why for one in sorted(held, key=lambda one: one.is_over) if (why := one.limit(act, about))), "")

    def as_administrator(self) -> "User":
        """The same person with the role of the administration besides: what the menu offers to a superuser."""
        reader = copy(self)
        reader.grants = [*self.grants, RoleGrant(user=self, role=Role.ADMIN)]
        reader.__dict__.pop("roles", None)
        return reader

    def holds(self, *roles: str, at: Establishment | None = None) -> bool:
        """Whether one of `roles` is held; with `at`, at that establishment."""
        return any(g.role in roles and (at is None or g.establishment_id == at.pk) for g in self.grants)

    def departments_of(self, *roles: str) -> frozenset[int] | None:
        """Keys of the departments to which these roles are held; None as soon as one of them is held for the whole Région."""
        held = frozenset(g.department_id for g in self.grants if g.role in roles)
        return None if None in held else held

    def covers(self, establishment: Establishment, *roles: str) -> bool:
        """Whether one of `roles` is held where this lycée is: for the whole Région, or for its department."""
        places = self.departments_of(*roles)
        return places is None or (bool(places) and establishment.department_id in places)


@prepared
def _grants_of(user: int, now: datetime) -> models.QuerySet["RoleGrant"]:
    """The query of every request of somebody signed in."""
    return RoleGrant.objects.in_force(now).filter(user=user).order_by("pk")


class RoleGrantQuerySet(models.QuerySet):
    def in_force(self, at: datetime | None = None) -> Self:
        now = at or timezone.now()
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=now), started_at__lte=now)

    def in_schools(self) -> Self:
        """Those of teams and heads, and of who only reads there."""
        return self.filter(role__in=SCHOOL_ROLES)

    def in_teams(self) -> Self:
        """Those of who writes for a school: to whom what concerns it is told."""
        return self.filter(role__in=WRITING_ROLES)

    def of_heads(self) -> Self:
        return self.filter(role=Role.HEAD)

    def in_juries(self) -> Self:
        return self.filter(role__in=JURY_ROLES)

    def of_roles(self, *roles: str) -> Self:
        return self.filter(role__in=roles)

    def covering(self, establishment: Establishment) -> Self:
        """Those held for the whole Région, or for the department of this lycée."""
        return self.filter(Q(department=None) | Q(department=establishment.department_id))

    def of_call_managers(self) -> Self:
        return self.filter(role=Role.CALL_MANAGER)

    def of_officers(self) -> Self:
        return self.filter(role=Role.OFFICER)

    def of_advisers(self) -> Self:
        """Those of who gives the opinion of an authority."""
        return self.filter(role=Role.ADVISER)


class RoleGrant(models.Model):
    """A role held by a person, somewhere, for a time. Ended, never deleted: the journal refers to it."""

    user = models.ForeignKey(User, verbose_name="personne", on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    establishment = models.ForeignKey(
        "directory.Establishment", verbose_name="établissement", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    authority = models.ForeignKey(
        "directory.Authority", verbose_name="autorité", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    department = models.ForeignKey(
        "directory.Territory", verbose_name="département", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    started_at = models.DateTimeField("depuis", default=timezone.now)
    ended_at = models.DateTimeField("jusqu’à", null=True, blank=True)
    reason = models.CharField("motif", max_length=300, blank=True)
    granted_by = models.ForeignKey(User, verbose_name="donné par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "rôle"
        verbose_name_plural = "rôles"
        constraints = [
            models.CheckConstraint(
                name="grant_school_role_has_establishment",
                condition=~Q(role__in=[Role.MEMBER, Role.HEAD, Role.READER]) | Q(establishment__isnull=False),
                violation_error_message="Un rôle d’établissement dit lequel.",
            ),
            models.CheckConstraint(
                name="grant_department_suits_role",
                condition=Q(department=None) | Q(role__in=[Role.TECHNICIAN]),
                violation_error_message="Seul le rôle de technicien se limite à un département.",
            ),
            models.UniqueConstraint(
                "user",
                "role",
                Coalesce("establishment", 0),  # SQLite has no "nulls not distinct"
                Coalesce("authority", 0),
                Coalesce("department", 0),
                name="grant_once_in_force",
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.user} : {self.get_role_display()}"

    @property
    def is_in_force(self) -> bool:
        now = timezone.now()
        return self.started_at <= now and (self.ended_at is None or self.ended_at > now)

    @property
    def is_of_team(self) -> bool:
        """Whether its person writes for the school, as its head too: to whom what concerns it is told."""
        return self.role in WRITING_ROLES

    @property
    def is_head(self) -> bool:
        return self.role == Role.HEAD

    @property
    def last_day(self) -> date | None:
        """The last French day of the role; None for one without end."""
        return timezone.localdate(self.ended_at - timedelta(seconds=1)) if self.ended_at else None

    @property
    def ends_soon(self) -> bool:
        return self.is_in_force and self.ended_at is not None and self.ended_at - timezone.now() <= ENDING_SOON

    @property
    def label(self) -> str:
        """« Technicien d’agence territoriale, Marne (51) »."""
        return ", ".join(filter(None, [self.get_role_display(), self.place]))

    @property
    def place(self) -> str:
        """Where the role is held; empty for the whole Région."""
        return str(self.establishment or self.authority or self.department or "")
