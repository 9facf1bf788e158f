"""Transitions of calls and of files as a history tells them, where the sentence of their press does not; on what acts bear."""

from calls.enums import Outcome
from calls.models import Application, Call, Opinion, Partnership
from calls.models.call import reminder_words
from calls.opinions import opinions_in
from portal.journal import acts
from portal.text.french import count

acts.register_moves(Call, {"record_vote": "Vote enregistré", "undo_vote": "Vote annulé", "release": "Résultats publiés"})
acts.register_moves(
    Application,
    {
        "request_completion": "Compléments demandés",
        "decline_completion": "Réponse envoyée sans compléter",
        "mark_assessed": "Notation du dossier close",
        "take_back_scoring": "Dossier rendu à la notation",
        "decide": "Décision notifiée",
        "resume_during_scoring": "Instruction du dossier reprise pendant la notation",
        "withdraw": "Brouillon retiré",
        "reopen_filed": "Dossier rouvert pour une nouvelle version",
        "give_up_new_version": "Nouvelle version abandonnée",
        "lapse_new_version": "Nouvelle version non déposée à la clôture",
        "withdraw_filed": "Dossier déposé retiré",
    },
)

acts.register_moves(Opinion, {"end": "Demande d’avis close avec le dossier"})
acts.register_moves(Partnership, {"reinstate": "Accord rétabli tel qu’il était reçu", "drop": "Partenaire retiré avec les compléments"})


def _fields(data: dict) -> str:
    """Which fields of a call changed."""
    words = {field.name: str(field.verbose_name) for field in Call._meta.fields}
    return ", ".join(words[name] for name in data if name in words)


def _changed_fields(data: dict) -> str:
    """Which fields of a call an act changed, from before and after."""
    return _fields({name: value for name, value in data["after"].items() if data["before"].get(name) != value})


def _lines(data: dict) -> str:
    """The lines that a call has from now on."""
    return ", ".join(f"« {line['label']} »" for line in data["after"]) or "aucune"


def _reasons(data: dict) -> str:
    """The reasons that an act has added, rewritten or taken out; the order alone where it changed nothing else."""
    before, after = ({each["key"]: each for each in data[name]} for name in ("before", "after"))
    changed = [(after.get(key) or before[key])["label"] for key in {**before, **after} if before.get(key) != after.get(key)]
    return ", ".join(f"« {label} »" for label in changed) or "l’ordre de la liste"


def _version(data: dict) -> str:
    """The version of a form."""
    return f"version {data['version']}"


def _form_edit(data: dict) -> str:
    """What was changed in a form, and the version; the version alone for what was written in the editing site."""
    return f"{data['label'].removesuffix('.')}, version {data['version']}" if "label" in data else _version(data)


def _for_school(data: dict) -> str:
    """The lycée, and its closing before and after."""
    return f"{data['lycee']}, {acts.changed(data)}"


def _remark(data: dict) -> str:
    """On what the remark was."""
    return f"« {data['on']} »"


def _reminder_days(data: dict) -> str:
    """The working days before a deadline, from now on."""
    return reminder_words(data["after"])


def _reminded(data: dict) -> str:
    """Of what, and whom."""
    return f"{data['what']}, à {acts.named(data['to'])}"


def _following(data: dict) -> str:
    """What came, and whether it came late."""
    return f"« {data['question']} »{', en retard' if data['late'] else ''}"


def _rank(data: dict) -> str:
    """The place among filed files, before and after; a draft has none."""
    return "brouillon, compté une fois déposé" if data.get("draft") else acts.changed(data)


def _vote(data: dict) -> str:
    return f"délibération {data['number']} du {acts.said(data['held_on'])}"


acts.register_details(
    {
        "assign_officer": lambda data: acts.named(data["officer"]) if data["officer"] else "à personne",
        "attach_file": lambda data: data["file"],
        "malware_found": lambda data: data["name"],
        "add_needs": lambda data: f"{count(data['lines'], 'besoin')}, {data['how']}",
        "reuse_answers": lambda data: f"{data['taken']} du dossier {data['source']}",
        "ask_partner": lambda data: data["partner"],
        "remove_file": lambda data: data["file"],
        "send_following": _following,
        "decide": lambda data: Outcome(data["outcome"]).label,
        "edit": _fields,
        "edit_questionnaire": _form_edit,
        "undo_form_edit": _form_edit,
        "follow_form": _version,
        "freeze_questionnaire": _version,
        "renew_questionnaire": _version,
        "extend_closing": acts.changed,
        "grant_extension": _for_school,
        "tick_remark": _remark,
        "untick_remark": _remark,
        "cancel_extension": _for_school,
        "rank_file": _rank,
        "remind_opinion": lambda data: f"à {acts.named(data['to'])}",
        "ask_opinion": lambda data: f"{data['authority']}, à rendre le {acts.said(data['due_on'])}",
        "set_opinions": lambda data: opinions_in(data["after"]).in_words,
        "extend": lambda data: f"à rendre le {acts.said(data['due_on'])}",
        "remind": _reminded,
        "set_reminders": _reminder_days,
        "set_eligibility": _changed_fields,
        "set_admissibility_lines": _lines,
        "set_reasons": _reasons,
        "check_line": lambda data: f"« {data['on']} » : {data['after'].lower()}",
        "tick_points": lambda data: ", ".join(f"« {each['line']} » : {each['answer'].lower()}" for each in data["points"]),
        "require_reasons": lambda data: "obligatoire" if data["only"] else "texte libre admis",
        "record_vote": _vote,
        "remove_vote": _vote,
    }
)
