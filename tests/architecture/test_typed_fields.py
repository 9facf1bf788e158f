"""Everything that people type goes through the fields of `portal.ui.fields`: counted, composed and cleaned in one way."""

import ast
import contextlib
import importlib
from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.models import get_page_models

from cms.admin.viewsets import CallViewSet, ProgrammeViewSet
from portal.ui.fields import DayField, MomentField
from tests.architecture.sources import MODULES

HOME = "portal/ui/fields.py"
# A password is kept to the letter; the editing site has the fields of its library, composed by cms.forms.
ALLOWED = {("portal.accounts.forms", "ChoosePasswordForm", "password1"), ("portal.accounts.forms", "ChoosePasswordForm", "password2")}
PLAIN = {forms.CharField, forms.DateField, forms.DateTimeField, forms.SlugField}
INPUTS = {"DateInput", "DateTimeInput"}


def form_modules() -> list[str]:
    paths = [module.name for module in MODULES if "forms" in module.name and not module.name.startswith("cms/")]
    return sorted(path.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for path in paths)


def own_forms(name: str) -> list[type]:
    module = importlib.import_module(name)
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, forms.BaseForm) and thing.__module__ == name
    ]


def own_fields(form: type) -> dict[str, forms.Field]:
    """The fields that a form of ours declares or takes from a model; not those of a library's form under it."""
    library = {
        key
        for base in form.__mro__[1:]
        if not base.__module__.startswith(("portal", "calls", "scoring", "orders", "exports"))
        for key in getattr(base, "base_fields", {})
    }
    return {key: field for key, field in form.base_fields.items() if key not in library}


def test_the_forms_of_the_portal_are_found():
    assert {"portal.accounts.forms", "scoring.forms.assessment", "orders.forms.documents", "portal.workflow.forms"} <= set(form_modules())


@pytest.mark.parametrize("name", form_modules())
def test_no_form_has_a_plain_field_of_text_or_day(name):
    found = [
        (name, form.__name__, key)
        for form in own_forms(name)
        for key, field in own_fields(form).items()
        if type(field) in PLAIN and (name, form.__name__, key) not in ALLOWED
    ]

    assert found == []


def test_no_code_makes_a_plain_field_of_text_or_day():
    """What a form adds when it is built does not show on its class."""
    found = []
    for module in MODULES:
        if module.name == HOME or module.name.startswith("cms/"):
            continue
        for call in module.method_calls:
            function = call.func
            if not (isinstance(function.value, ast.Name) and function.value.id == "forms"):
                continue
            if function.attr in {plain.__name__ for plain in PLAIN} | INPUTS:
                found.append((module.name, call.lineno, function.attr))

    passwords = {line for line in found if line[0] == "portal/accounts/forms.py" and line[2] == "CharField"}
    assert len(passwords) == len(ALLOWED)
    assert set(found) - passwords == set()


def test_every_typed_field_of_the_portal_is_defined_once():
    """A subclass is a kind of its own (a bound, a mark); a second text or day field is not."""
    found = []
    for module in MODULES:
        if module.name == HOME:
            continue
        for node in module.nodes:
            if isinstance(node, ast.ClassDef):
                bases = {base.attr for base in node.bases if isinstance(base, ast.Attribute)}
                if bases & ({plain.__name__ for plain in PLAIN} | INPUTS | {"Select"}) and not module.name.startswith("cms/"):
                    found.append(f"{module.name}:{node.name}")

    assert found == []


NUMBERS = {"IntegerField", "DecimalField", "FloatField", "IntegerBlock", "DecimalBlock", "FloatBlock"}


def test_every_number_that_people_type_has_a_least_and_a_most():
    """A number without a bound ends in a database that refuses it, in an error instead of a sentence."""
    found = []
    for module in MODULES:
        for call in module.method_calls:
            function = call.func
            if not (isinstance(function.value, ast.Name) and function.value.id in ("forms", "blocks") and function.attr in NUMBERS):
                continue
            bounds = {keyword.arg for keyword in call.keywords}
            if "min_value" not in bounds or not bounds & {"max_value", "max_digits"}:
                found.append((module.name, call.lineno, function.attr))

    assert found == []


@pytest.mark.parametrize("name", form_modules())
def test_no_form_takes_an_unbounded_number_or_day(name):
    """What a form takes from a model has the bounds of the column, which are no bounds for people."""
    found = []
    for form in own_forms(name):
        for key, field in own_fields(form).items():
            if isinstance(field, forms.IntegerField | forms.DecimalField) and None in (field.min_value, field.max_value):
                found.append((form.__name__, key))
            if isinstance(field, forms.DateField | forms.DateTimeField) and not isinstance(field, DayField | MomentField):
                found.append((form.__name__, key))

    assert found == []


def editing_forms() -> list[type]:
    """The forms of the editing site that hold a model of ours: calls, programmes, pages."""
    views = [viewset().edit_handler for viewset in (CallViewSet, ProgrammeViewSet)]
    handlers = [handler.bind_to_model(viewset.model) for handler, viewset in zip(views, (CallViewSet, ProgrammeViewSet), strict=True)]
    pages = [page.get_edit_handler() for page in get_page_models() if page.__module__.startswith("cms.")]
    return [handler.get_form_class() for handler in [*handlers, *pages]]


@pytest.mark.django_db
def test_no_form_of_the_editing_site_takes_a_number_or_a_day_out_of_reason():
    tried, taken = 0, []
    for form in editing_forms():
        for key, field in form(for_user=None).fields.items() if issubclass(form, WagtailAdminModelForm) else []:
            far = [date(9999, 12, 31), date(1, 1, 1)] if type(field) is forms.DateField else []
            far += ["9999-12-31 23:59", "1900-01-01 00:00"] if isinstance(field, forms.DateTimeField) else []
            far += ["9" * 30, "-1"] if isinstance(field, forms.IntegerField | forms.DecimalField) else []
            for value in far:
                tried += 1
                with contextlib.suppress(ValidationError):
                    field.clean(value)
                    taken.append((form.__name__, key, value))

    assert tried > 15
    assert taken == []
