"""Everything that people type goes through the fields of `portal.ui.fields`: counted, composed and cleaned in one way."""

import ast
import importlib

import pytest
from django import forms

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
