"""Opinions asked on several files at once, and their requests cancelled together."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from django.utils import timezone

from calls import rules
from calls.actions.bulk import OUTSIDE, BulkKind, BulkObstacle
from calls.actions.opinions import ask_opinion, tell_asked
from calls.enums import BulkResult, OpinionState
from calls.models import Application, BulkAct, Opinion
from calls.queries.opinions import asking_gap, bodies_with_people
from portal.accounts.models import User
from portal.text.dates import day
from portal.text.french import count
from portal.workflow.gate import perform


class AskOpinions(BulkKind):
    name, label, icon = "avis", "Demander les avis", "building-library"
    done = ("avis demandé", "avis demandés")
    told = "Chaque personne de ces autorités reçoit un seul courriel, quel que soit le nombre de dossiers. Le lycée n’en est pas prévenu."
    undone_by = "annuler-avis"
    wants_params = True

    def may(self, user: User) -> bool:
        return rules.assigns_files(user)

    def prepared(self, params: dict) -> "AskedTogether":
        due_on = params.get("due_on")
        return AskedTogether(date.fromisoformat(due_on) if due_on else None, bodies_with_people())

    def obstacle(self, file: Application, actor: User, given: "AskedTogether") -> BulkObstacle | None:
        if not rules.answers_lycee(file, actor):
            return BulkObstacle(OUTSIDE)
        reason, detail = asking_gap(file, is_asked=bool(file.opinion_state), covered=given.covered)
        return BulkObstacle(reason, detail) if reason else None

    def said_of(self, files: Iterable[Application], given: "AskedTogether") -> list[str]:
        """To which authorities, and for when."""
        asked = Counter((str(file.establishment.authority), given.day_for(file)) for file in files)
        return [
            f"{body} : {count(total, 'dossier')}, avis à rendre le {day(due_on)} au plus tard."
            for (body, due_on), total in sorted(asked.items())
        ]

    def carry_out(self, file: Application, actor: User, given: "AskedTogether", check: Callable) -> dict:
        return {"opinion": ask_opinion(application=file, due_on=given.due_on, actor=actor, check=check, told=False).pk}

    def after(self, act: BulkAct) -> None:
        keys = [kept["opinion"] for kept in act.items.filter(result=BulkResult.DONE).values_list("kept", flat=True)]
        tell_asked(Opinion.objects.filter(pk__in=keys), event=str(act.pk))


class AskedTogether:
    """The day given for all, None for that of each call, and the authorities for which somebody gives opinions."""

    def __init__(self, due_on: date | None, covered: frozenset[int]):
        self.due_on, self.covered = due_on, covered

    def day_for(self, file: Application) -> date:
        return self.due_on or file.call.asked_opinions.due_on(timezone.localdate())


class CancelOpinions(BulkKind):
    name, label, icon = "annuler-avis", "Annuler les demandes d’avis", "arrow-uturn-left"
    done = ("demande d’avis annulée", "demandes d’avis annulées")
    wants_params = True

    def may(self, user: User) -> bool:
        return rules.assigns_files(user)

    def obstacle(self, file: Application, actor: User, given: dict) -> BulkObstacle | None:
        if not rules.answers_lycee(file, actor):
            return BulkObstacle(OUTSIDE)
        if file.opinion_state == OpinionState.ASKED:
            return None
        return BulkObstacle("L’avis est déjà rendu" if file.opinion_state else "Aucun avis n’est demandé")

    def carry_out(self, file: Application, actor: User, given: dict, check: Callable) -> dict:
        perform(file.opinions.order_by("-pk").first(), "cancel", actor=actor, reason=given["reason"], check=check)
        return {}
