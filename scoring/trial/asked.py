"""What the form asks of the lycées that may apply: who meets each question, what nobody can answer, what nobody can keep."""

from collections.abc import Callable, Iterator

from calls.conditioned.foreseen import foresee
from calls.conditioned.outlooks import Foreseen, FormOutlook, Outlook
from calls.models import Call
from calls.queries.known import facts_of_lycees, told_one_by_one
from calls.questionnaire import Definition, DefinitionError
from portal.addresses import address
from portal.directory.models import Establishment
from portal.text.french import count, enumeration, number
from scoring.trial.places import edition_of
from scoring.trial.report import TrialPart, TrialReport, Weight, question_row

Tell = Callable[[int, int], None]
PLACES = {
    "sections": ("calls:form_section", "Ouvrir la section"),
    "asked": ("calls:form_part", "Ouvrir la question"),
    "required": ("calls:form_part", "Ouvrir la question"),
    "limits": ("calls:form_limit", "Ouvrir la limite"),
}
WHAT = {"sections": "Section", "asked": "Question", "required": "Réponse obligatoire", "limits": "Limite"}


def report_form(call: Call, lycees: list[Establishment], report: TrialReport, tell: Tell) -> None:
    """One row per condition of the form in force; what is impossible or decides nothing among these lycées."""
    questionnaire = call.questionnaire
    if questionnaire is None:
        where = {"address": address("calls:form", call.reference), "link": "Écrire le formulaire"}
        report.say(Weight.NOTE, TrialPart.FORM, "L’appel n’a pas encore de questionnaire : rien n’en a été éprouvé.", **where)
        return
    try:
        form = questionnaire.schema
    except DefinitionError:
        report.say(Weight.IMPOSSIBLE, TrialPart.FORM, "Le questionnaire ne se lit plus : personne ne peut le remplir.", **edition_of(call))
        return
    if not form.rules:
        report.looked.append(f"Le questionnaire pose ses {count(len(form.questions), 'question')} à tous : aucune condition.")
        return
    if not lycees:
        report.undecided.append("Les conditions du questionnaire : aucun lycée n’est éligible.")
        return
    sections = [(section.key, section.title, section.questions) for section in form.sections]
    wanted = form.rules.of_lycee | form.rules.of_call
    found = foresee(form.rules, sections, facts_of_lycees(call, lycees, wanted), tell, anything=told_one_by_one(wanted))
    _Told(call, form, lycees, report).tell(found)


class _Told:
    """The outlook of a form in sentences."""

    def __init__(self, call: Call, form: Definition, lycees: list[Establishment], report: TrialReport) -> None:
        self.form, self.lycees, self.report, self.rules = form, lycees, report, form.rules
        self.call, self.found = call, FormOutlook()

    def tell(self, found: FormOutlook) -> None:
        before, self.found = len(self.report.findings), found
        for kind in WHAT:
            for key, outlook in getattr(found, kind).items():
                self._row(kind, key, outlook)
                for weight, sentence in self._said(kind, key, outlook):
                    self.report.say(weight, TrialPart.FORM, sentence, **self._where(kind, key))
                self._list(kind, key, outlook)
        for keys, places in found.blocked.items():
            self._blocked(sorted(keys), places)
        self._undecided(found)
        if len(self.report.findings) == before:
            conditions = count(len(self.rules.conditions), "condition")
            self.report.looked.append(
                f"Les {conditions} du questionnaire : chaque question peut être posée à un lycée au moins, chaque limite respectée."
            )

    def _row(self, kind: str, key: str, outlook: Outlook) -> None:
        self.report.questions.append(question_row(WHAT[kind], self._label(kind, key), self._condition(kind, key), outlook))

    def _where(self, kind: str, key: str) -> dict[str, str]:
        """The page where the section, the question or the limit is written."""
        page, link = PLACES[kind]
        return {"address": address(page, self.call.reference, key), "link": link}

    def _label(self, kind: str, key: str) -> str:
        if kind == "limits":
            return next(limit.message for limit in self.rules.limits if limit.key == key).rstrip(".")
        return self.rules.titles[key] if kind == "sections" else self.form.question(key).label

    def _condition(self, kind: str, key: str) -> str:
        if kind == "limits":
            return self.rules.in_words(next(limit.condition for limit in self.rules.limits if limit.key == key))
        if kind == "asked" and key not in self.rules.shown:
            return "comme sa section"
        return self.rules.in_words({"sections": self.rules.sections, "asked": self.rules.shown, "required": self.rules.required}[kind][key])

    def _said(self, kind: str, key: str, outlook: Outlook) -> Iterator[tuple[Weight, str]]:
        label = f"« {self._label(kind, key)} »"
        if kind == "asked" and key not in self.rules.shown:
            return  # told of its section
        match kind:
            case "sections":
                yield from self._of_place(f"La section {label}", "demandée", outlook)
            case "asked":
                must = ", obligatoire," if self.form.question(key).required else ""
                told = list(self._of_place(f"La question {label}{must}", "posée", outlook))
                yield from told or self._as_its_section(label, key, outlook)
            case "required":
                if outlook.is_all(Foreseen.NEVER):
                    yield Weight.WARNING, f"La réponse à {label} n’est jamais obligatoire, pour aucun des lycées éligibles."
                elif outlook.is_all(Foreseen.ALWAYS):
                    yield (
                        Weight.NOTE,
                        f"La réponse à {label} est obligatoire pour tous les lycées éligibles : sa condition ne décide de rien.",
                    )
            case "limits":
                if outlook.is_all(Foreseen.ALWAYS):
                    yield Weight.NOTE, f"La limite {label} est toujours respectée : elle ne décide de rien."
                elif outlook.count(Foreseen.NEVER) and self.found.blocked.get(frozenset({key})) != outlook.members[Foreseen.NEVER]:
                    n = outlook.count(Foreseen.NEVER)
                    told = count(n, "lycée éligible ne peut", "lycées éligibles ne peuvent")
                    yield Weight.WARNING, f"La limite {label} : {told} pas la respecter, quelles que soient les réponses qu’elle regarde."

    def _as_its_section(self, label: str, key: str, outlook: Outlook) -> Iterator[tuple[Weight, str]]:
        """A question asked of exactly those of whom its section is."""
        section = next((section.key for section in self.form.sections for each in section.questions if each.key == key), "")
        around = self.found.sections.get(section)
        if around and around.members == outlook.members and not outlook.count(Foreseen.UNDECIDED, Foreseen.SOMETIMES):
            yield Weight.NOTE, f"La question {label} est posée à tous ceux à qui sa section l’est : sa condition ne décide de rien de plus."

    def _of_place(self, name: str, done: str, outlook: Outlook) -> Iterator[tuple[Weight, str]]:
        """Of a section or a question, feminine both."""
        total, waiting = outlook.total, outlook.count(Foreseen.WAITING)
        if outlook.is_all(Foreseen.NEVER):
            yield Weight.WARNING, f"{name} n’est {done} à aucun lycée éligible : aucun ne peut remplir sa condition."
        elif outlook.is_all(Foreseen.NEVER, Foreseen.WAITING):
            yield Weight.WARNING, f"{name} n’est {done} à aucun lycée éligible tant que l’on ne connaît pas {self._facts(outlook)}."
        elif outlook.is_all(Foreseen.ALWAYS):
            yield Weight.NOTE, f"{name} est {done} à tous les lycées éligibles : sa condition ne décide de rien."
        elif waiting:
            told = count(waiting, "lycée éligible", "lycées éligibles")
            yield Weight.NOTE, f"{name} n’est pas {done} à {told} sur {number(total)} tant que l’on ne connaît pas {self._facts(outlook)}."

    def _facts(self, outlook: Outlook) -> str:
        return enumeration([self.rules.catalogue.term(reference).name for reference in outlook.awaited])

    def _list(self, kind: str, key: str, outlook: Outlook) -> None:
        if kind == "limits" and (places := outlook.members.get(Foreseen.NEVER)):
            self.report.lists[f"limite-{key}"] = [self.lycees[place].pk for place in places]

    def _blocked(self, keys: list[str], places: list[int]) -> None:
        messages = enumeration([f"« {self._label('limits', key)} »" for key in keys])
        bears, keeps = ("la limite", "la respecte") if len(keys) == 1 else ("les limites", "les respecte ensemble")
        listed = f"bloques-{'-'.join(keys)}"[:80]
        self.report.lists[listed] = [self.lycees[place].pk for place in places]
        told = count(len(places), "lycée éligible ne pourra", "lycées éligibles ne pourront")
        sentence = (
            f"{told} jamais déposer : {bears} {messages} {'porte' if len(keys) == 1 else 'portent'} sur des réponses obligatoires, "
            f"et aucune réponse possible ne {keeps}."
        )
        self.report.say(Weight.IMPOSSIBLE, TrialPart.FORM, sentence, listed=listed, **self._where("limits", keys[0]))

    def _undecided(self, found: FormOutlook) -> None:
        open_ = [self._label(kind, key) for kind in WHAT for key, seen in getattr(found, kind).items() if seen.count(Foreseen.UNDECIDED)]
        if open_:
            self.report.undecided.append(
                f"Trop de façons de répondre pour conclure : {enumeration([f'« {each} »' for each in open_[:10]])}."
            )
