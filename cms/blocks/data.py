"""Blocks that show data: steps, a table, calls and maps read from the portal itself."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock, TypedTableBlockValidationError

from cms.queries import calls, maps, retention


def programme_choices() -> list[tuple[str, str]]:
    """(code, name) of the programmes that have a public call."""
    return [(programme.code, programme.name) for programme in calls.programmes_with_calls()]


class StepBlock(blocks.StructBlock):
    when = blocks.CharBlock(label="Quand", max_length=80, help_text="Par exemple : septembre 2027")
    what = blocks.CharBlock(label="Quoi", max_length=160)

    class Meta:
        icon = "date"
        label = "Étape"


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    steps = blocks.ListBlock(StepBlock(), label="Étapes", min_num=2)

    def get_context(self, value: blocks.StructValue, parent_context: dict | None = None) -> dict:
        """The steps as `{% timeline %}` draws them; which are past is not known."""
        context = super().get_context(value, parent_context)
        context["steps"] = [{"label": step["when"], "detail": step["what"], "status": ""} for step in value["steps"]]
        return context

    class Meta:
        icon = "history"
        label = "Frise d’étapes"
        group = "Données"
        template = "cms/blocks/steps.html"


class DataTableBlock(TypedTableBlock):
    """A table that everybody can read: a caption and a heading for each column are asked for."""

    text = blocks.CharBlock(label="Texte", required=False, max_length=300)
    number = blocks.CharBlock(label="Nombre (à droite)", required=False, max_length=40, icon="order")

    def clean(self, table: TypedTable) -> TypedTable:
        cleaned, missing = super().clean(table), []
        if not cleaned.caption.strip():
            missing.append("Donnez une légende au tableau : elle dit ce qu’on y lit.")
        if not cleaned.columns or not all(column["heading"].strip() for column in cleaned.columns):
            missing.append("Donnez un titre à chaque colonne.")
        if missing:
            raise TypedTableBlockValidationError(non_block_errors=[ValidationError(sentence) for sentence in missing])
        return cleaned

    class Meta:
        icon = "table"
        label = "Tableau"
        group = "Données"
        template = "cms/blocks/table.html"


class CallListBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", max_length=120, default="Les appels ouverts")
    group = blocks.ChoiceBlock(
        label="Lesquels", choices=list(calls.CALL_GROUPS.items()), required=False, help_text="Vide : tous", default="open"
    )
    programme = blocks.ChoiceBlock(label="Programme", choices=programme_choices, required=False, help_text="Vide : tous")

    def get_context(self, value: blocks.StructValue, parent_context: dict | None = None) -> dict:
        context = super().get_context(value, parent_context)
        search = calls.CallSearch(group=value["group"] or "", programme=value["programme"] or "")
        context["cards"] = [card for _, _, cards in calls.call_groups(search) for card in cards]
        return context

    class Meta:
        icon = "list-ul"
        label = "Liste d’appels"
        group = "Données"
        template = "cms/blocks/call_list.html"


class MapBlock(blocks.StructBlock):
    """Where the lycées retained are: by every call whose results are public, or by those of a programme."""

    title = blocks.CharBlock(label="Titre", max_length=120)
    programme = blocks.ChoiceBlock(label="Programme", choices=programme_choices, required=False, help_text="Vide : tous")

    def get_context(self, value: blocks.StructValue, parent_context: dict | None = None) -> dict:
        context = super().get_context(value, parent_context)
        schools = maps.retained_schools(value["programme"] or "")
        context |= {"schools": schools, "drawing": maps.draw(schools), "counted_on": timezone.localdate()}
        return context

    class Meta:
        icon = "site"
        label = "Carte des lycées retenus"
        group = "Données"
        template = "cms/blocks/map.html"


class RetentionBlock(blocks.StaticBlock):
    """How long everything is kept: what the portal deletes by itself, and what calls keep, as the settings and each call say today."""

    def get_context(self, value: None, parent_context: dict | None = None) -> dict:
        """Two queries."""
        return super().get_context(value, parent_context) | retention.said()

    class Meta:
        icon = "history"
        label = "Durées de conservation"
        admin_text = "Les durées que le portail applique, celles que les appels fixent, et ce qui n’est jamais effacé."
        group = "Tenus à jour d’eux-mêmes"
        template = "cms/blocks/retention.html"
