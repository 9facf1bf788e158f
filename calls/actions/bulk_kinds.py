"""The acts that may be asked on several files at once, by the name that their address has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from calls import rules
from calls.actions.bulk import OUTSIDE, BulkKind, BulkObstacle
from calls.actions.bulk_opinions import AskOpinions, CancelOpinions
from calls.actions.completion_lines import AskedLine
from calls.actions.completion_reminders import remind_completion
from calls.actions.instruction import assign_officer, declare_inadmissible, open_completion_request
from calls.admissibility import automatic_checks
from calls.checks import asked_in, following_items, given_in, received_in
from calls.enums import BulkResult
from calls.models import Application, BulkAct, BulkItem, RequestLine
from calls.queries.completion_reminders import reminded_today
from calls.reasons import NOTHING_SAID, Wording, wording_of
from calls.workflows.refusing import still_awaited
from portal.accounts.models import User
from portal.notifications import outbox
from portal.text.dates import day
from portal.workflow.gate import missing_for, perform
from portal.workflow.machine import transition_named

UNDONE_WITHIN = timedelta(days=7)  # a hand-over is undone by who made it


class Transitional(BulkKind):
    """One transition of a file."""

    transition = ""

    def obstacle(self, file: Application, actor: User, given: object) -> BulkObstacle | None:
        transition = transition_named(file, self.transition)
        if transition is None:
            return BulkObstacle(f"État actuel : « {file.get_state_display()} »")
        if not transition.has_perm(file, actor):
            return BulkObstacle(OUTSIDE)
        missing = missing_for(file, transition)
        return BulkObstacle(missing[0].rstrip("."), " ".join(missing[1:])) if missing else None

    def carry_out(self, file: Application, actor: User, given: object, check: Callable) -> dict:
        perform(file, self.transition, actor=actor, check=check, **self.arguments(given))
        return {}

    def arguments(self, given: object) -> dict:
        """What the transition takes of what is given with the act."""
        return {}


class Admissible(Transitional):
    name, label, transition = "recevables", "Déclarer recevables", "declare_admissible"
    done = ("dossier déclaré recevable", "dossiers déclarés recevables")
    undone_by = "reprendre"
    with_content = True

    def may(self, user: User) -> bool:
        return rules.instructs_files(user)

    def obstacle(self, file: Application, actor: User, given: object) -> BulkObstacle | None:
        """What the machine asks, then what no one may wave through for several files: not eligible, late, incomplete, to be looked at."""
        if found := super().obstacle(file, actor, given):
            return found
        failed = [check for check in automatic_checks(file, received_in(file)) if check.level == "err" or check.is_undecided]
        if not failed:
            return None
        details = [" ".join([f"{check.label}.", *check.details]) for check in failed]
        return BulkObstacle("À examiner à part", " ".join(details))


class Inadmissible(Transitional):
    name, label, icon, transition = "irrecevables", "Déclarer irrecevables", "no-symbol", "declare_inadmissible"
    done = ("dossier déclaré irrecevable", "dossiers déclarés irrecevables")
    told = "L’équipe de chaque lycée en est prévenue par courriel ; le motif se lit sur la page de son dossier."
    undone_by = "reprendre"
    with_content = wants_params = of_one_call = True

    def may(self, user: User) -> bool:
        return rules.instructs_files(user)

    def prepared(self, params: dict) -> dict[int, Wording]:
        """Why, file by file."""
        return {int(key): wording_of(said) for key, said in params.get("why", {}).items()}

    def obstacle(self, file: Application, actor: User, given: dict[int, Wording]) -> BulkObstacle | None:
        """What the machine asks, then what one box could not confirm for several lycées: a day that they were given and that still runs."""
        if found := super().obstacle(file, actor, given):
            return found
        received = received_in(file)
        following = following_items(file, given_in(file) if received is None else received)
        if awaited := still_awaited(file, following):
            return BulkObstacle("Un délai court encore pour le lycée", " ".join(awaited))
        return BulkObstacle("Aucun motif n’est donné pour ce dossier") if given and file.pk not in given else None

    def carry_out(self, file: Application, actor: User, given: dict[int, Wording], check: Callable) -> dict:
        declare_inadmissible(application=file, wording=given[file.pk], actor=actor, check=check)
        return {}


class Resume(Transitional):
    name, label, icon, transition = "reprendre", "Reprendre l’instruction", "arrow-uturn-left", "resume_instruction"
    done = ("instruction reprise", "instructions reprises")
    wants_params = True

    def may(self, user: User) -> bool:
        return rules.assigns_files(user)

    def arguments(self, given: dict) -> dict:
        return {"reason": given["reason"]}


@dataclass(frozen=True)
class AskedOfMany:
    """The same complements asked of several files. `fields` are keys of questions, `needs` pairs of one and of an article: each file has its own line.

    `message` explains what has no words of its own; where all has some, or nothing else is asked, it asks the file in general.
    """

    fields: list[str]
    message: str
    due_on: date
    wording: Wording = NOTHING_SAID  # reasons of the call, said at each question
    needs: tuple[tuple[str, str], ...] = ()

    def lines_of(self, file: Application) -> list[AskedLine]:
        """The points asked of one file. No query where its needs are prefetched."""
        found = [AskedLine(key, self.wording) for key in self.fields]
        found += [AskedLine(need.question_key, self.wording, need) for need in file.lines.all() if self._names(need)]
        if self.message and (not found or self.wording.text):
            found.append(AskedLine(""))
        return found

    def _names(self, need: RequestLine) -> bool:
        return need.is_asked and (need.question_key, need.item_code) in self.needs


class Complements(Transitional):
    name, label, icon, transition = "complements", "Demander des compléments", "envelope", "request_completion"
    done = ("demande de compléments envoyée", "demandes de compléments envoyées")
    undone_by = "retirer-demandes"
    with_content = wants_params = of_one_call = True

    def may(self, user: User) -> bool:
        return rules.instructs_files(user)

    def prepared(self, params: dict) -> AskedOfMany | None:
        if not params:
            return None
        said = wording_of({"chosen": params.get("chosen", []), "precision": ""})
        needs = tuple((key, code) for key, code in params.get("needs", ()))
        return AskedOfMany(params["fields"], params["message"], date.fromisoformat(params["due_on"]), said, needs)

    def obstacle(self, file: Application, actor: User, given: AskedOfMany | None) -> BulkObstacle | None:
        if found := super().obstacle(file, actor, given):
            return found
        if given is None:
            return None
        asked = {question.key for section in asked_in(file).sections for question in section.questions if question.is_written}
        lacking = [key for key in given.fields if key not in asked]
        held = {(need.question_key, need.item_code) for need in file.lines.all() if need.is_asked}
        if not lacking and any(need not in held for need in given.needs):
            return BulkObstacle("N’a pas ce besoin")
        if not lacking:
            return None
        known = {question.key: question.label for question in file.questionnaire.schema.questions}
        named = " ; ".join(f"« {known[key]} »" for key in lacking if key in known)
        return BulkObstacle("Ce qui est demandé n’est pas posé à ce dossier", named)

    def carry_out(self, file: Application, actor: User, given: AskedOfMany, check: Callable) -> dict:
        lines = given.lines_of(file)
        open_completion_request(
            application=file, fields=list(dict.fromkeys(line.key for line in lines if line.key)), message=given.message, due_on=given.due_on,
            actor=actor, check=check, lines=lines,
        )  # fmt: skip
        return {}


class TakeRequestsBack(Transitional):
    name, label, icon, transition = "retirer-demandes", "Retirer les demandes de compléments", "arrow-uturn-left", "cancel_completion"
    done = ("demande retirée", "demandes retirées")
    wants_params = True

    def may(self, user: User) -> bool:
        return rules.instructs_files(user)

    def arguments(self, given: dict) -> dict:
        return {"reason": given["reason"], "motive": given["reason"]}


class Remind(BulkKind):
    name, label, icon = "rappeler", "Rappeler les compléments", "bell-alert"
    done = ("lycée relancé", "lycées relancés")
    told = "L’équipe de chaque lycée reçoit un courriel qui dit ce qui est attendu, et pour quand. Une fois parti, il ne se reprend pas."

    def may(self, user: User) -> bool:
        return rules.assigns_files(user)

    def prepared(self, params: dict) -> set[int]:
        """The files of which a lycée has been reminded today."""
        return reminded_today(timezone.localdate())

    def obstacle(self, file: Application, actor: User, given: set[int]) -> BulkObstacle | None:
        if not rules.answers_lycee(file, actor):
            return BulkObstacle(OUTSIDE)
        if file.open_completion_request is None:
            return BulkObstacle("Aucun complément n’est attendu")
        return BulkObstacle("Déjà rappelé aujourd’hui") if file.pk in given else None

    def carry_out(self, file: Application, actor: User, given: object, check: Callable) -> dict:
        remind_completion(application=file, actor=actor, check=check)
        return {}


@dataclass(frozen=True)
class HandOver:
    """To whom files are given (None: to nobody), and why."""

    officer: User | None
    reason: str
    perimeter: frozenset[int] | None  # authorities whose files this person instructs; None: every one


class Assign(BulkKind):
    name, label, icon = "confier", "Confier à un instructeur", "user-plus"
    done = ("dossier confié", "dossiers confiés")
    undone_by = "rendre"
    wants_params = True

    def may(self, user: User) -> bool:
        return rules.assigns_files(user)

    def prepared(self, params: dict) -> HandOver | None:
        if not params:
            return None
        officer = User.objects.filter(pk=params["officer"]).first() if params["officer"] else None
        return HandOver(officer, params["reason"], rules.officer_perimeter(officer) if officer else None)

    def obstacle(self, file: Application, actor: User, given: HandOver | None) -> BulkObstacle | None:
        if not rules.assigns_file(file, actor):
            return BulkObstacle(OUTSIDE)
        if given is None:
            return None
        officer = given.officer
        if file.officer_id == (officer.pk if officer else None):
            return BulkObstacle(f"Déjà suivi par {officer}" if officer else "Suivi par personne")
        return _not_instructed(officer, file, given.perimeter) if officer else None

    def carry_out(self, file: Application, actor: User, given: HandOver, check: Callable) -> dict:
        assign_officer(application=file, officer=given.officer, actor=actor, check=check, reason=given.reason)
        return {"from": file.officer_id, "to": given.officer.pk if given.officer else None}

    def after(self, act: BulkAct) -> None:
        outbox.post("files_handed_over", about=act, actor=act.actor)


def _not_instructed(officer: User, file: Application, perimeter: frozenset[int] | None) -> BulkObstacle | None:
    instructs = rules.instructs_files(officer) and (perimeter is None or file.establishment.authority_id in perimeter)
    return None if instructs else BulkObstacle(f"{officer} n’instruit pas les dossiers de ce périmètre")


@dataclass(frozen=True)
class GivenBack:
    """A hand-over to undo: what each file (by key) was before it, and the people."""

    moves: dict[int, dict]
    people: dict[int, User]
    reason: str
    until: date


class GiveBack(BulkKind):
    name, label, icon = "rendre", "Rendre à qui les suivait", "arrow-uturn-left"
    done = ("dossier rendu", "dossiers rendus")
    wants_params = True

    def may(self, user: User) -> bool:
        return rules.assigns_files(user)

    def prepared(self, params: dict) -> GivenBack:
        act = BulkAct.objects.get(pk=params["act"])
        done = BulkItem.objects.filter(act=act, result=BulkResult.DONE)
        moves = {item.application_id: item.kept for item in done}
        keys = {move["from"] for move in moves.values() if move.get("from")}
        until = timezone.localdate(act.created_at + UNDONE_WITHIN)
        return GivenBack(moves, User.objects.in_bulk(keys), params.get("reason", ""), until)

    def obstacle(self, file: Application, actor: User, given: GivenBack) -> BulkObstacle | None:
        if not rules.assigns_file(file, actor):
            return BulkObstacle(OUTSIDE)
        if timezone.localdate() > given.until:
            return BulkObstacle(f"La passation ne s’annulait que jusqu’au {day(given.until)}")
        move = given.moves.get(file.pk)
        if move is None or file.officer_id != move["to"]:
            return BulkObstacle("Confié à quelqu’un d’autre depuis", f"Suivi par {file.officer}" if file.officer else "Suivi par personne")
        if not move["from"]:
            return None
        officer = given.people.get(move["from"])
        if officer is None:
            return BulkObstacle("La personne qui le suivait n’est plus là")
        return _not_instructed(officer, file, rules.officer_perimeter(officer))

    def carry_out(self, file: Application, actor: User, given: GivenBack, check: Callable) -> dict:
        before = given.people.get(given.moves[file.pk]["from"])
        assign_officer(application=file, officer=before, actor=actor, check=check, reason=given.reason)
        return {"from": file.officer_id, "to": before.pk if before else None}

    def after(self, act: BulkAct) -> None:
        outbox.post("files_handed_over", about=act, actor=act.actor)


OFFERED: tuple[BulkKind, ...] = (Admissible(), Complements(), Inadmissible(), Assign(), Remind(), AskOpinions())
UNDOING: tuple[BulkKind, ...] = (Resume(), TakeRequestsBack(), GiveBack(), CancelOpinions())
_KINDS = {kind.name: kind for kind in (*OFFERED, *UNDOING)}


def bulk_kind(name: str) -> BulkKind | None:
    return _KINDS.get(name)


def offered_to(user: User) -> list[BulkKind]:
    """The acts that this person may begin on a list."""
    return [kind for kind in OFFERED if kind.may(user)]


def is_undoing(kind: BulkKind) -> bool:
    """Whether it undoes another: it is begun from the page of that one alone."""
    return kind in UNDOING
