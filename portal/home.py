"""What awaits me: each role lands here after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.accounts import rules as accounts_rules
from portal.journal import rules as journal_rules
from portal.roles import Person
from portal.text.french import count
from portal.ui import panels, todo

# Whose work is not made of things to do: what their empty list says, and the page where they begin.
BEGINNINGS = (
    (
        journal_rules.only_audits,
        (
            "Votre rôle lit tout et ne change rien : aucun acte ne vous attend. Le journal dit ce qui s’est fait.",
            "journal:list",
            "Lire le journal",
        ),
    ),
    (
        accounts_rules.only_writes_the_site,
        (
            "Votre rôle rédige le site public et ne lit aucun dossier : rien ne vous attend ici.",
            "wagtailadmin_home",
            "Ouvrir l’édition du site",
        ),
    ),
    (
        accounts_rules.only_administers,
        ("Aucune panne, aucun courriel refusé : rien ne demande l’administration.", "accounts:people", "Voir les personnes"),
    ),
)
USUAL = ("Tout ce qui dépend de vous est fait. Ce qui arrivera s’affichera ici.", "/appels/", "Voir les appels")


@require_safe
def my_space(request: HttpRequest) -> HttpResponse:
    """Things to do, from the registry of each app; beside them, the blocks that apps add to a person's own page."""
    items = todo.items_for(request.user)
    late, due_today = sum(item.is_late for item in items), sum(item.days == 0 for item in items)
    context = {
        "items": items,
        "nothing": dict(zip(("text", "url", "label"), _beginning(request.user), strict=True)),
        "late": late,
        "late_text": count(late, "sujet en retard", "sujets en retard"),
        "due_today": due_today,
        "today_text": count(due_today, "sujet pour aujourd’hui", "sujets pour aujourd’hui"),
        "today": timezone.localdate(),
        "side": panels.panels_for(request, request.user),
    }
    return render(request, "ui/my_space.html", context)


def _beginning(user: Person) -> tuple[str, str, str]:
    """What an empty list says to this person, where it leads, under which words: those of their only role, else the usual ones."""
    return next((words for holds, words in BEGINNINGS if holds(user)), USUAL)
