"""Models of calls as people choose among them: those of the portal and those of the staff, and what each holds."""

from dataclasses import dataclass
from datetime import datetime

from calls.models import CallModel
from calls.questionnaire import Definition, DefinitionError, read
from calls.shipped.offered import SHIPPED, ShippedModel
from portal.accounts.models import User
from portal.addresses import address
from portal.journal.queries import last_act
from portal.text.french import count

FORM_LINE = "Formulaire"  # what the report of what is carried calls the form


@dataclass(frozen=True)
class ModelChoice:
    """One model in the list. `key` is what the page that makes a call is asked with."""

    key: str
    label: str
    told: str
    url: str
    owner: str = ""
    made_at: datetime | None = None


def shipped_choices() -> list[ModelChoice]:
    return [ModelChoice(each.key, each.label, each.told, address("calls:shipped_model", each.key)) for each in SHIPPED.values()]


def staff_choices(user: User, *, retired: bool = False) -> list[ModelChoice]:
    """The models that staff have made, by name; those retired apart. One query."""
    rows = CallModel.objects.visible_to(user).filter(retired_at__isnull=not retired).select_related("owner", "call__programme")
    return [
        ModelChoice(
            str(row.pk), row.name, f"{row.call.programme}, fait de « {row.made_from} »", row.get_absolute_url(), _owner(row), row.made_at
        )
        for row in rows.order_by("name")
    ]


def _owner(row: CallModel) -> str:
    return str(row.owner) if row.owner else "Compte supprimé"


def form_of_model(model: CallModel) -> Definition | None:
    """The form that it holds; None without one, or for one that does not read any more."""
    questionnaire = model.call.questionnaire
    try:
        return questionnaire.schema if questionnaire else None
    except DefinitionError:
        return None


def form_of_shipped(shipped: ShippedModel) -> Definition | None:
    return read(shipped.definition) if shipped.definition else None


def outline_of(definition: Definition) -> list[tuple[str, str, list[str]]]:
    """Title, number of questions and labels, section by section."""
    return [
        (each.title, count(len(each.questions), "question"), [question.label for question in each.questions])
        for each in definition.sections
    ]


def held_by(model: CallModel) -> list[dict]:
    """What was kept when it was made, line by line, as its journal has it: {"label", "told", "left"}; its form, as it is written now."""
    entry = last_act(model, "save_model")
    definition = form_of_model(model)
    form = {"label": FORM_LINE, "told": f"{count(len(definition.questions), 'question')}.", "left": False} if definition else None
    return [form if form and line["label"] == FORM_LINE else line for line in (entry.data["report"] if entry else [])]
