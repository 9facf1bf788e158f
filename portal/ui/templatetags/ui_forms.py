"""Forms: one field at a time, its label, its help before, its error after."""

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.translation import gettext

from portal.text import french
from portal.ui.fields import REQUIRED, example_of

register = template.Library()

MOST_COUNTED = 5_000


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, label: str = "", help: str = "", css: str = "mb-3", rows: int | None = None, placeholder: str = "") -> dict:
    """One field of a form, whatever its widget: `{% field form.title label="…" help="…" %}`."""
    return field_context(bound, label=label, help_text=help, css=css, rows=rows, placeholder=placeholder)


def field_context(
    bound: BoundField, *, label: str = "", help_text: str = "", css: str = "mb-3", rows: int | None = None, placeholder: str = ""
) -> dict:
    """What `ui/field.html` needs: the control with its classes and descriptions, and the texts around it."""
    widget = bound.field.widget
    shape = shape_of(widget)
    help_text = help_text or bound.help_text
    bound.label = label or bound.label  # the name on the screen is the one that errors say
    described = _described_by(bound, has_help=bool(help_text), has_count=shape == "textarea" and _limit(bound) is not None)
    attrs = _control_attrs(bound, widget, shape, described, rows=rows, placeholder=placeholder)
    return {
        "field": bound,
        "shape": shape,
        "label": bound.label,
        "help_text": help_text,
        "css": css,
        "described_by": described,
        "control": "" if shape == "group" else bound.as_widget(attrs=attrs),
        "options": _options(bound, widget, attrs) if shape == "group" else [],
        "counter": _counter(bound) if shape == "textarea" else "",
        "limit": _limit(bound),
        "is_required": bound.field.required and shape != "hidden" and not getattr(bound.field, "is_answered", False),
    }


@register.filter
def said_errors(bound: BoundField) -> list[str]:
    """The errors of a field as they are read under it: what is missing is said with the name of the field, and an example where there is one."""
    bare = (REQUIRED, gettext("This field is required."))
    return [_missing(bound) if error in bare else error for error in bound.errors]


def _missing(bound: BoundField) -> str:
    shape, label = shape_of(bound.field.widget), f"« {str(bound.label).rstrip('?: ').strip()} »"
    if shape in ("select", "group"):
        return f"{label} : choisissez une réponse."
    if shape == "checkbox":
        return f"{label} : cochez la case pour continuer."
    if shape == "file":
        return f"{label} : choisissez un fichier."
    example = example_of(bound.field)
    return f"{label} est à remplir, par exemple {example}." if example else f"{label} est à remplir."


def shape_of(widget: forms.Widget) -> str:
    """Which drawing a widget takes: hidden, checkbox, group, select, textarea, file or input; composed for one that draws several controls."""
    if widget.is_hidden:
        return "hidden"
    if shape := getattr(widget, "shape", ""):
        return shape
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "file" if isinstance(widget, forms.FileInput) else "input"


def _described_by(bound: BoundField, *, has_help: bool, has_count: bool) -> str:
    identifier = bound.auto_id
    parts = [(has_help, "aide"), (bool(bound.errors), "erreur"), (has_count, "compte")]
    return " ".join(f"{identifier}_{suffix}" for present, suffix in parts if present and identifier)


def _control_attrs(bound: BoundField, widget: forms.Widget, shape: str, described: str, *, rows: int | None, placeholder: str) -> dict:
    base = {"checkbox": "form-check-input", "group": "form-check-input", "select": "form-select", "hidden": ""}.get(shape, "form-control")
    classes = [base, widget.attrs.get("class", ""), "is-invalid" if bound.errors else ""]
    attrs = {"class": " ".join(name for name in classes if name)}
    if shape == "hidden":
        return {}
    if described and shape != "group":
        attrs["aria-describedby"] = described
    if shape == "textarea":
        attrs["maxlength"] = False  # a browser would cut a pasted text without a word; the form says it instead
        attrs["data-counter"] = f"{bound.auto_id}_compte" if _limit(bound) else False
        if rows:
            attrs["rows"] = rows
    if placeholder:
        attrs["placeholder"] = placeholder
    return attrs


def _options(bound: BoundField, widget: forms.Widget, attrs: dict) -> list[BoundWidget]:
    built = bound.build_widget_attrs({**attrs, "id": bound.auto_id}, widget)
    built.pop("aria-describedby", None)
    return [BoundWidget(widget, data, bound.form.renderer) for data in widget.subwidgets(bound.html_name, bound.value(), attrs=built)]


def _limit(bound: BoundField) -> int | None:
    """The number of signs that a text may count; none where the limit is out of a writer's reach, as for pasted lists."""
    limit = getattr(bound.field, "max_length", None)
    return limit if limit and limit <= MOST_COUNTED else None


def _counter(bound: BoundField) -> str:
    limit = _limit(bound)
    if limit is None:
        return ""
    length = len(_typed(bound))
    over = f", {french.number(length - limit)} de trop" if length > limit else ""
    return f"{french.count(length, 'signe')} sur {french.number(limit)}{over}"


def _typed(bound: BoundField) -> str:
    """The text as the person counts it: one sign per line break."""
    return str(bound.value() or "").replace("\r\n", "\n")


@register.inclusion_tag("ui/components/form_errors.html")
def form_errors(*given) -> dict:
    """The summary on top of one or several forms: how many answers to correct, or to read again on a stale page, with links."""
    shown = [form for form in given if form is not None and form.is_bound]
    wrong = [_where(form[name]) for form in shown for name in form.errors if name in form.fields]
    general = [error for form in shown for error in form.non_field_errors()]
    return {"fields": wrong, "general": general, "is_stale": any(getattr(form, "is_stale", False) for form in shown)}


def _where(bound: BoundField) -> dict:
    """The label of a field in error and the element to go to: in a group, its first choice."""
    first = f"{bound.auto_id}_0" if shape_of(bound.field.widget) == "group" else bound.auto_id
    return {"label": bound.label, "target": bound.id_for_label or first}
