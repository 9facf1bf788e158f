"""What people type about accounts, teams and roles."""

from datetime import date, timedelta

from allauth.account import forms as allauth_forms
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.socialaccount.forms import SignupForm as SocialSignupForm
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property

from portal.accounts import one_time_codes, rules
from portal.accounts.models import User
from portal.accounts.names import validate_person_name, validate_without_address
from portal.directory.models import Authority, Establishment, Territory
from portal.roles import PLACED_ROLES, SCHOOL_ROLES, SEATED_ROLES, Role
from portal.ui.fields import DayField, PlainTextField
from portal.ui.filters import FilterForm, SearchField


def clean_last_day(day: date | None) -> date | None:
    """The last day of a role, which may be today. Raises ValidationError for one that is past."""
    if day is not None and day < timezone.localdate():
        raise forms.ValidationError("Cette date est passée : choisissez un jour à venir.")
    return day


class ProfileForm(forms.ModelForm):
    """Who I am, as the others read it."""

    first_name = PlainTextField(label="Prénom", max_length=80, validators=[validate_person_name])
    last_name = PlainTextField(label="Nom", max_length=80, validators=[validate_person_name])
    job_title = PlainTextField(
        label="Fonction", max_length=120, required=False, help_text="Par exemple : référente numérique, gestionnaire, inspecteur."
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "job_title"]


class Plain:
    """Forms of allauth without the placeholders that repeat their labels."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(Plain, allauth_forms.LoginForm):
    pass


class ResetPasswordForm(Plain, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Plain, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Plain, allauth_forms.ChangePasswordForm):
    pass


class ReauthenticatePasswordForm(Plain, allauth_forms.ReauthenticateForm):
    pass


class ChangeEmailForm(Plain, allauth_forms.AddEmailForm):
    pass


class SignupForm(Plain, allauth_forms.SignupForm):
    """A new account. Taken address or not, the answer and the work are the same."""

    first_name = PlainTextField(label="Prénom", max_length=80, validators=[validate_person_name])
    last_name = PlainTextField(label="Nom", max_length=80, validators=[validate_person_name])
    job_title = PlainTextField(
        label="Fonction", max_length=120, required=False, help_text="Par exemple : référent numérique, gestionnaire."
    )
    field_order = ["first_name", "last_name", "job_title", "email", "password1", "password2"]

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])  # hashing takes as long as it would for a new account
        return super().try_save(request)


class IdentitySignupForm(Plain, SocialSignupForm):
    """The first sign-in of somebody whose provider gave no address: it is asked for, then confirmed."""

    first_name = PlainTextField(label="Prénom", max_length=80, validators=[validate_person_name])
    last_name = PlainTextField(label="Nom", max_length=80, validators=[validate_person_name])
    field_order = ["first_name", "last_name", "email"]


class ChoosePasswordForm(forms.Form):
    """The first password of an invited person."""

    password1 = forms.CharField(
        label="Mot de passe", strip=False, max_length=256, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    password2 = forms.CharField(
        label="Le même mot de passe", strip=False, max_length=256, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password1"].help_text = password_validation.password_validators_help_text_html()

    def clean_password1(self) -> str:
        password = self.cleaned_data["password1"]
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> dict:
        values = super().clean()
        if values.get("password1") and values.get("password2") and values["password1"] != values["password2"]:
            self.add_error("password2", "Les deux mots de passe ne sont pas les mêmes.")
        return values


class OneUseCode:
    """A code of the generator serves once, for as long as it would be accepted. Its page asks for nothing else: it opens in the field."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # afterwards, the summary of what is wrong takes the focus
            self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not one_time_codes.use(self.user, code):
            raise forms.ValidationError("Ce code a déjà servi. Attendez le suivant sur votre appareil.")
        return code

    @cached_property
    def factors(self) -> frozenset[str]:
        """What this person has set up, by its kind: the page offers that and nothing else."""
        return frozenset(Authenticator.objects.filter(user=self.user).values_list("type", flat=True)) if self.user else frozenset()

    @property
    def demo_code(self) -> str:
        """The code of the moment, on a demonstration, for its own people only: so that a newcomer needs no phone."""
        return one_time_codes.demo_code(self.user) if settings.DEMO else ""


class SecondFactorForm(Plain, OneUseCode, AuthenticateForm):
    pass


class SecondFactorAgainForm(Plain, OneUseCode, ReauthenticateForm):
    pass


class SecondFactorSetupForm(Plain, ActivateTOTPForm):
    """The key stays the same until a code of it is typed: a page reloaded, or come back to, shows the one that the device has just read."""

    def __init__(self, *args, **kwargs):
        session = context.request.session
        shown = session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)  # which draws another one each time
        self.secret = session[SECRET_SESSION_KEY] = shown or self.secret
        self.fields["code"].label = "Code"

    def clean_code(self) -> str:
        code = super().clean_code()
        one_time_codes.use(self.user, code)
        return code


class JoinForm(forms.Form):
    """A word for those who answer."""

    note = PlainTextField(
        label="Précision pour l’établissement",
        max_length=300,
        multiline=True,
        required=False,
        validators=[validate_without_address],
        help_text="Facultatif, et envoyé avec la demande. Par exemple : professeure de lettres, arrivée en septembre.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RoleForm(forms.Form):
    """A role and where it is held. Which place is asked depends on the role; the form says what is missing."""

    role = forms.ChoiceField(label="Rôle")
    uai = PlainTextField(
        label="Établissement", max_length=20, required=False, help_text="Code UAI, pour un rôle tenu dans un établissement."
    )
    authority = forms.ModelChoiceField(
        label="Autorité",
        queryset=Authority.objects.all(),
        required=False,
        empty_label="Sans objet",
        help_text="Celle pour laquelle siège un membre du jury, ou se rend un avis ; pour l’instruction, son périmètre, ou rien pour tous les dossiers.",
    )

    department = forms.ModelChoiceField(
        label="Département",
        queryset=Territory.objects.filter(kind=Territory.Kind.DEPARTMENT).order_by("code"),
        required=False,
        empty_label="Toute la Région",
        help_text="Pour un technicien, les lycées qu’il suit. Pour plusieurs départements, donnez-lui ce rôle dans chacun.",
    )

    until = DayField(
        label="Jusqu’au",
        required=False,
        help_text="Facultatif : ce jour compris. La personne et vous en êtes prévenus quinze jours avant ; donner ce rôle de nouveau change ce jour.",
    )
    reason = PlainTextField(
        label="Motif", max_length=300, required=False, help_text="Facultatif, gardé au journal. Par exemple : remplacement de Mme Aubert."
    )

    def __init__(self, *args, actor: User, optional: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        roles = [(role.value, role.label) for role in rules.givable_roles(actor)]
        self.fields["role"].choices = [("", "Aucun pour l’instant" if optional else "Choisir un rôle"), *roles]
        self.fields["role"].required = not optional

    def clean_uai(self) -> Establishment | None:
        uai = "".join(self.cleaned_data["uai"].split()).upper()
        if not uai:
            return None
        establishment = Establishment.objects.filter(uai=uai).first()
        if establishment is None:
            raise forms.ValidationError("Aucun établissement ne porte ce code UAI. Il a sept chiffres et une lettre.")
        if establishment.is_closed and self.data.get(self.add_prefix("role")) != Role.HEAD:
            raise forms.ValidationError("Cet établissement est fermé : seule sa direction se confie encore, à qui agit pour lui.")
        return establishment

    def clean_until(self) -> date | None:
        return clean_last_day(self.cleaned_data["until"])

    def clean(self) -> dict:
        values = super().clean()
        role = values.get("role")
        if role in SCHOOL_ROLES and not values.get("uai") and "uai" not in self.errors:
            self.add_error("uai", "Dites dans quel établissement ce rôle est tenu.")
        if role in SEATED_ROLES and not values.get("authority") and "authority" not in self.errors:
            self.add_error("authority", "Dites pour quelle autorité cette personne siège ou rend des avis.")
        if role and role not in PLACED_ROLES and values.get("department"):
            self.add_error("department", "Seul le rôle de technicien se limite à un département : choisissez « Toute la Région ».")
        return values

    @property
    def place(self) -> dict:
        """Arguments of `grant_role`: what does not suit the role is left out."""
        role = self.cleaned_data["role"]
        takes_authority = role in SEATED_ROLES or role == Role.OFFICER
        return {
            "role": role,
            "establishment": self.cleaned_data["uai"] if role in SCHOOL_ROLES else None,
            "authority": self.cleaned_data["authority"] if takes_authority else None,
            "department": self.cleaned_data["department"] if role in PLACED_ROLES else None,
            "until": self.cleaned_data["until"],
            "reason": self.cleaned_data["reason"],
        }


class InviteForm(RoleForm):
    """A new account, and its first role."""

    email = forms.EmailField(label="Adresse de messagerie", max_length=254)
    first_name = PlainTextField(label="Prénom", max_length=80, validators=[validate_person_name])
    last_name = PlainTextField(label="Nom", max_length=80, validators=[validate_person_name])
    job_title = PlainTextField(label="Fonction", max_length=120, required=False)
    field_order = ["email", "first_name", "last_name", "job_title", "role", "uai", "authority", "department", "until", "reason"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    @property
    def identity(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("email", "first_name", "last_name", "job_title")}


class ColleagueForm(forms.Form):
    """A colleague whom somebody of the school invites: who, with what right, until when."""

    LONGEST = timedelta(days=366)

    email = forms.EmailField(label="Adresse de messagerie", max_length=254)
    first_name = PlainTextField(label="Prénom", max_length=80, validators=[validate_person_name])
    last_name = PlainTextField(label="Nom", max_length=80, validators=[validate_person_name])
    job_title = PlainTextField(label="Fonction", max_length=120, required=False, validators=[validate_without_address])
    role = forms.ChoiceField(
        label="Droit",
        choices=[
            (Role.READER.value, "Lire les dossiers, les aides et les commandes du lycée, sans rien y écrire"),
            (Role.MEMBER.value, "Lire et écrire, comme toute l’équipe"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un droit."},
    )
    until = DayField(label="Jusqu’au", help_text="Ce jour compris, dans un an au plus. L’invitation peut être refaite ensuite.")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_until(self) -> date:
        day = clean_last_day(self.cleaned_data["until"])
        if day > timezone.localdate() + self.LONGEST:
            raise forms.ValidationError("Un an au plus : choisissez un jour plus proche.")
        return day


class PeopleFilter(FilterForm):
    """Filters of the list of people, in the address."""

    STATES = [("suivre", "À suivre"), ("actif", "Actif"), ("invite", "Invitation en attente"), ("ferme", "Fermé")]

    q = SearchField(label="Nom, adresse, fonction")
    role = forms.ChoiceField(label="Rôle", required=False, choices=[("", "Tous"), ("aucun", "Sans rôle"), *Role.choices])
    lieu = SearchField(label="UAI, autorité ou département")
    etat = forms.ChoiceField(label="Compte", required=False, choices=[("", "Tous"), *STATES])


class OptionalReasonForm(forms.Form):
    """Why, where nobody has to say."""

    reason = PlainTextField(label="Motif", max_length=500, required=False, help_text="Facultatif, gardé au journal.")


class EndingForm(forms.Form):
    """Why: kept in the journal."""

    reason = PlainTextField(label="Motif", max_length=500, multiline=True, help_text="Il est gardé au journal.")
