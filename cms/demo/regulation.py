"""The règlement of a call of the demonstration: what its page, form and grid hold, in one paper that schools can print and keep."""

from django.utils.text import slugify

from calls.models import Call
from cms.queries.calls import who_may_apply
from portal.files import papers
from portal.files.papers import Parts
from portal.text.dates import day, moment
from portal.text.french import count, money
from scoring.models import Criterion
from scoring.queries.amounts import public_amounts


def regulation_of(call: Call) -> tuple[str, bytes]:
    """Name of the file, and the PDF."""
    return f"{slugify(call.slug)}-reglement.pdf", papers.drawn(f"Règlement de l’appel « {call.title} »", _parts(call))


def _parts(call: Call) -> Parts:
    return [
        ("1. Objet", f"{call.summary}\nCet appel relève du programme « {call.programme} ». {call.programme.summary}"),
        ("2. Qui peut déposer un dossier", _who(call)),
        ("3. Calendrier", _when(call)),
        ("4. Dépôt", _filing(call)),
        ("5. Recevabilité", _admissibility(call)),
        ("6. Choix des dossiers", _choice(call)),
        ("7. Aide de la Région", _aid(call)),
        ("8. Questions", f"Les équipes écrivent à {call.contact_email}. Ce règlement est celui d’une démonstration : rien n’y est réel."),
    ]


def _who(call: Call) -> str:
    who = who_may_apply(call)
    lines = [f"Statuts : {' ; '.join(who.categories)}."]
    if who.pathways:
        lines.append(f"Voies de formation : {' ; '.join(who.pathways)}.")
    if who.condition:
        lines.append(f"Condition : {who.condition}.")
    return "\n".join([*lines, f"Chaque lycée peut déposer {count(who.limit, 'dossier')} au plus."])


def _when(call: Call) -> str:
    steps = [f"Les dossiers se déposent sur le portail du {moment(call.opens_at)} au {moment(call.closes_at)}, heure de Paris."]
    steps += [f"Le jury se réunit le {day(call.jury_on)}."] if call.jury_on else []
    steps += [f"Les résultats sont attendus le {day(call.results_on)}."] if call.results_on else []
    return "\n".join(steps)


def _filing(call: Call) -> str:
    visa = "Le chef d’établissement donne son visa avant le dépôt. " if call.requires_approval else ""
    sealed = "Les dossiers restent scellés : deux personnes les ouvrent ensemble, après la clôture. " if call.sealed else ""
    asked = count(len(call.questionnaire.schema.questions), "question")
    return f"Le dossier est écrit et déposé sur le portail ; le formulaire compte {asked}.\n{visa}{sealed}Un accusé de dépôt est remis aussitôt."


def _admissibility(call: Call) -> str:
    first = "La Région vérifie que le dossier est complet et que le lycée peut déposer. Elle peut demander des compléments."
    lines = [f"{line['label']}." for line in call.admissibility_lines]
    return "\n".join([first, *(["Elle regarde aussi :", *lines] if lines else [])])


def _choice(call: Call) -> str:
    criteria = [
        f"{criterion.label} : poids {criterion.weight}." for criterion in Criterion.objects.filter(grid__call=call).order_by("position")
    ]
    told = "Chaque dossier recevable est noté sur les critères de la grille :"
    return "\n".join([told, *criteria, "Le jury délibère ensuite, et la Commission permanente du conseil régional vote les aides."])


def _aid(call: Call) -> str:
    ceiling = f" Un dossier reçoit {money(call.ceiling_amount)} au plus." if call.ceiling_amount else ""
    return f"L’enveloppe annoncée est de {money(call.budget_amount)}.{ceiling}\n{public_amounts(call)}"
