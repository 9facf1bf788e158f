"""My account, signing in, the life of a session."""

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from portal.accounts import actions, browsers, demo, links, queries, rules
from portal.accounts.forms import ChoosePasswordForm, ProfileForm
from portal.accounts.identity.linking import provider_name
from portal.accounts.middleware import note_activity
from portal.accounts.models import User
from portal.accounts.views.posted import posted
from portal.ui.back import next_page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who I am here, my roles and where, my security."""
    codes = request.user.authenticator_set.filter(type="recovery_codes").first()
    context = {
        "grants": queries.grants_of(request.user).filter(pk__in=[grant.pk for grant in request.user.grants]),
        "requests": queries.requests_of(request.user),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "may_join": rules.may_ask_to_join(request.user),
        "identities": _identities(request.user) if settings.IDENTITY_PROVIDERS else [],
        "providers": settings.IDENTITY_PROVIDERS,
        "sessions": request.user.usersession_set.count(),
    }
    return render(request, "accounts/home.html", context)


def _identities(user: User) -> list[str]:
    """The names of the providers that open this account."""
    return [provider_name(identity) for identity in user.socialaccount_set.order_by("pk")]


def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(posted(request), instance=request.user)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(user=request.user, **form.cleaned_data)
        messages.success(request, "Votre fiche est à jour.")
        return redirect("accounts:home")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.is_bound else 200)


class SignInView(LoginView):
    """allauth's sign-in; on a demonstration, with the list of its people."""

    def get_initial(self) -> dict[str, str]:
        return super().get_initial() | ({"login": self.request.GET.get("compte", "")[:254]} if settings.DEMO else {})

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        return context | {"demo_people": demo.PEOPLE if settings.DEMO else (), "demo_password": demo.PASSWORD if settings.DEMO else ""}


@never_cache
@sensitive_post_parameters("password1", "password2")
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person chooses a password. A link that served, or is too old, says so; one opened in the session of another says that."""
    person = links.invited_person(token)
    if person and request.user.is_authenticated and request.user.pk != person.pk:
        return render(request, "accounts/invitation_other.html", status=404)
    if person is None:
        return render(request, "accounts/link_dead.html", {"kind": "invitation", "asked": None}, status=404)
    form = ChoosePasswordForm(posted(request), user=person)
    if request.method == "POST" and form.is_valid():
        actions.accept_invitation(user=person, password=form.cleaned_data["password1"])
        browsers.remember(request, person)
        messages.success(request, "Votre mot de passe est enregistré. Connectez-vous avec votre adresse.")
        return redirect("account_login")
    return render(request, "accounts/invitation.html", {"form": form, "person": person}, status=422 if form.is_bound else 200)


@login_not_required
@require_safe
def session_ended(request: HttpRequest) -> HttpResponse:
    """The session stopped for lack of activity: what was kept, where to sign in again."""
    return render(request, "accounts/session_ended.html", {"next": next_page(request), "idle_minutes": settings.SESSION_IDLE_AGE // 60})


@require_POST
def stay_signed_in(request: HttpRequest) -> HttpResponse:
    """The person is there, says the notice before the end: the session goes on."""
    note_activity(request.session)
    return HttpResponse(status=204)
