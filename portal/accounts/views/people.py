"""People and their roles, for those who run the portal and its calls."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.accounts import actions, queries, rules
from portal.accounts.erasure.erase import erase_person
from portal.accounts.forms import EndingForm, InviteForm, PeopleFilter, RoleForm
from portal.accounts.models import RoleGrant, User
from portal.accounts.tables import PEOPLE
from portal.accounts.views.posted import posted
from portal.notifications.models import UnreachableAddress
from portal.text.french import of
from portal.ui.paginate import paginate
from portal.ui.sorting import sort_queryset
from portal.ui.tables import sorts

SORTS = {**sorts(PEOPLE), "creation": "date_joined"}


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    _check(request)
    form = PeopleFilter(request.GET)
    rows, sort = sort_queryset(request, queries.people(**form.values), SORTS, "suivre")
    context = {"form": form, "columns": PEOPLE, "page_obj": paginate(request, rows), "sort": sort}
    return render(request, "accounts/people.html", context)


def invite(request: HttpRequest) -> HttpResponse:
    _check(request)
    form = InviteForm(posted(request), actor=request.user, optional=True)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.invite_person(**form.identity, **form.place, actor=request.user)
        except actions.ActionRefused as refusal:
            form.add_error("email", str(refusal))
            status = 409
        else:
            messages.success(
                request, f"Le compte {of(user)} est créé. Un lien lui permet de choisir son mot de passe pendant quatorze jours."
            )
            return redirect(user)
    return render(request, "accounts/invite.html", {"form": form}, status=status)


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    _check(request)
    shown = _person(pk)
    may_give = bool(rules.givable_roles(request.user)) and shown.pk != request.user.pk or request.user.is_superuser
    return render(request, "accounts/person.html", _page_of(request, shown, RoleForm(actor=request.user), may_give=may_give))


def _page_of(request: HttpRequest, shown: User, form: RoleForm, *, may_give: bool) -> dict:
    """What the page of a person shows, whether its form has just been refused or not."""
    return {
        "person": shown,
        "grants": [(grant, grant.is_in_force and rules.may_end(request.user, grant)) for grant in queries.grants_of(shown)],
        "form": form,
        "may_give": may_give,
        "may_administer": rules.may_administer(request.user) and shown.pk != request.user.pk,
        "requests": queries.requests_of(shown),
        "unreachable": UnreachableAddress.objects.filter(email=shown.email).first(),
    }


@require_POST
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    _check(request)
    shown = _person(pk)
    form = RoleForm(request.POST, actor=request.user)
    if not form.is_valid():
        return render(request, "accounts/person.html", _page_of(request, shown, form, may_give=True), status=422)
    try:
        grant = actions.grant_role(user=shown, **form.place, actor=request.user)
    except actions.ActionRefused as refusal:
        form.add_error("department", str(refusal))
        return render(request, "accounts/person.html", _page_of(request, shown, form, may_give=True), status=409)
    messages.success(request, f"{shown} tient maintenant ce rôle : {grant.label}.")
    return redirect(shown)


def end_role(request: HttpRequest, pk: int, grant_pk: int) -> HttpResponse:
    _check(request)
    grant = get_object_or_404(RoleGrant.objects.select_related("user", "establishment", "authority", "department"), pk=grant_pk, user=pk)
    if not rules.may_end(request.user, grant):
        raise PermissionDenied("end")
    return _with_reason(
        request,
        grant.user,
        lambda reason: actions.end_grant(grant=grant, actor=request.user, reason=reason),
        title=f"Terminer un rôle {of(grant.user)}",
        text=f"{grant.label} : ce rôle s’arrête dès la prochaine page que cette personne ouvre.",
        button="Terminer ce rôle",
        done="Le rôle est terminé.",
    )


def change_account(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Close, reopen, take away a lost second factor: each with its reason, by the administration alone."""
    _check(request)
    if not rules.may_administer(request.user):
        raise PermissionDenied(act)
    shown = _person(pk)
    verb, words = ACCOUNT_ACTS[act]
    return _with_reason(request, shown, lambda reason: verb(user=shown, reason=reason, actor=request.user), **words(shown))


@require_POST
def renew_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    _check(request)
    shown = _person(pk)
    try:
        actions.renew_invitation(user=shown, actor=request.user)
    except actions.ActionRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"Une nouvelle invitation part à {shown.email}. L’ancien lien ne sert plus.")
    return redirect(shown)


ACCOUNT_ACTS = {
    "fermer": (
        actions.close_account,
        lambda user: {
            "title": f"Fermer le compte {of(user)}",
            "text": "Ses sessions s’arrêtent, aucune connexion n’est plus possible. Ce que cette personne a fait reste, avec son nom.",
            "button": "Fermer ce compte",
            "done": "Le compte est fermé.",
        },
    ),
    "rouvrir": (
        actions.reopen_account,
        lambda user: {
            "title": f"Rouvrir le compte {of(user)}",
            "text": "La personne retrouve les rôles qui n’ont pas été terminés.",
            "button": "Rouvrir ce compte",
            "done": "Le compte est rouvert.",
        },
    ),
    "effacer": (
        erase_person,
        lambda user: {
            "title": f"Effacer l’identité {of(user)}",
            "text": "Son nom et son adresse sont remplacés par un pseudonyme partout où le portail les garde : compte, journal, courriels, échanges, "
            "versions des pages. Ce que cette personne a écrit, déposé ou décidé reste au dossier. Les documents déjà émis (accusés, décisions, "
            "procès-verbaux) ne changent pas : ce sont des archives. Cela ne se reprend pas.",
            "button": "Effacer cette identité",
            "done": "L’identité est effacée.",
        },
    ),
    "second-facteur": (
        actions.remove_second_factor,
        lambda user: {
            "title": f"Retirer le second facteur {of(user)}",
            "text": "Pour un téléphone perdu, après avoir vérifié qui vous parle. Ses sessions s’arrêtent ; si son rôle le demande, "
            "un nouveau second facteur est mis en place à la prochaine connexion. Un courriel prévient la personne.",
            "button": "Retirer le second facteur",
            "done": "Le second facteur est retiré.",
        },
    ),
}


def _with_reason(
    request: HttpRequest, shown: User, act: Callable[..., object], *, title: str, text: str, button: str, done: str
) -> HttpResponse:
    form = EndingForm(posted(request))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except actions.ActionRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, done)
            return redirect(shown)
    context = {"form": form, "person": shown, "title": title, "text": text, "button": button}
    return render(request, "accounts/with_reason.html", context, status=status)


def _check(request: HttpRequest) -> None:
    if not rules.may_manage_people(request.user):
        raise PermissionDenied("people")


def _person(pk: int) -> User:
    return get_object_or_404(queries.person(pk))
