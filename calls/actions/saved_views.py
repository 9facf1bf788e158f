"""The views of the list of files that a person keeps: made, renamed, removed, one of them shown first. Nobody else reads them."""

from django.db import IntegrityError, transaction

from calls.models import SavedView
from portal.accounts.models import User
from portal.workflow.gate import TransitionRefused

MOST = 30  # of one person


@transaction.atomic
def save_view(*, owner: User, name: str, query: str, is_default: bool) -> SavedView:
    """Keep a view under a new name. Raises TransitionRefused when the person has one of this name, or as many as they may."""
    User.objects.select_for_update(of=("self",)).get(pk=owner.pk)
    kept = SavedView.objects.filter(owner=owner)
    if kept.filter(name=name).exists():
        raise TransitionRefused([_taken(name)])
    if kept.count() >= MOST:
        raise TransitionRefused([f"Vous avez {MOST} vues, le plus qui se gardent : supprimez-en une d’abord."])
    if is_default:
        kept.update(is_default=False)
    return SavedView.objects.create(owner=owner, name=name, query=query, is_default=is_default)


@transaction.atomic
def change_view(*, view: SavedView, name: str, is_default: bool) -> SavedView:
    """Rename a view, or show it first in place of another. Raises TransitionRefused when the name is taken."""
    User.objects.select_for_update(of=("self",)).get(pk=view.owner_id)
    if is_default:
        SavedView.objects.filter(owner=view.owner_id).exclude(pk=view.pk).update(is_default=False)
    view.name, view.is_default = name, is_default
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "is_default"])
    except IntegrityError as error:
        raise TransitionRefused([_taken(name)]) from error
    return view


def remove_view(*, view: SavedView) -> None:
    """Forget a view. The list that it showed stays at its address."""
    view.delete()


def _taken(name: str) -> str:
    return f"Vous avez déjà une vue « {name} » : donnez un autre nom."
