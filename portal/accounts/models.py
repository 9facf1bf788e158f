from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.accounts.enums import EDITOR_ROLES, SCHOOL_ROLES, SECOND_FACTOR_ROLES, STAFF_ROLES, Role


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
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do comes from their role grants, never from the account itself."""

    email = models.EmailField("adresse électronique", unique=True)
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=80, blank=True)
    job_title = models.CharField("fonction", max_length=120, blank=True)
    is_active = models.BooleanField("actif", default=True)
    date_joined = models.DateTimeField("créé le", default=timezone.now)

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
        """The grants in force, read once per request."""
        if not self.is_active:
            return []
        return list(self.role_grants.in_force().select_related("establishment", "authority"))

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
    def needs_second_factor(self) -> bool:
        return self.is_superuser or bool(self.roles & SECOND_FACTOR_ROLES)

    @property
    def may_edit_site(self) -> bool:
        return self.is_superuser or bool(self.roles & EDITOR_ROLES)

    @property
    def establishment_ids(self) -> frozenset[int]:
        """Establishments of which this person is a member or the head."""
        return frozenset(g.establishment_id for g in self.grants if g.role in SCHOOL_ROLES and g.establishment_id)

    @property
    def authority_ids(self) -> frozenset[int]:
        """Authorities for which this person sits or works."""
        return frozenset(g.authority_id for g in self.grants if g.authority_id)

    def holds(self, *roles: str, at=None) -> bool:
        """Whether one of `roles` is held; with `at`, at that establishment."""
        return any(g.role in roles and (at is None or g.establishment_id == at.pk) for g in self.grants)


class RoleGrantQuerySet(models.QuerySet):
    def in_force(self):
        now = timezone.now()
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=now), started_at__lte=now)


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
    started_at = models.DateTimeField("depuis", default=timezone.now)
    ended_at = models.DateTimeField("jusqu’à", null=True, blank=True)
    granted_by = models.ForeignKey(User, verbose_name="donné par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "rôle"
        verbose_name_plural = "rôles"
        constraints = [
            models.CheckConstraint(
                name="grant_school_role_has_establishment",
                condition=~Q(role__in=[Role.MEMBER, Role.HEAD]) | Q(establishment__isnull=False),
                violation_error_message="Un rôle d’établissement dit lequel.",
            ),
            models.UniqueConstraint(
                name="grant_once_in_force",
                fields=["user", "role", "establishment", "authority"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return f"{self.user} : {self.get_role_display()}"
