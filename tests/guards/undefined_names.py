"""A name that a template of the portal reads and nobody defines fails the test that renders it.

Django shows nothing for such a name, and takes it for false in a condition: a misspelt name is a block that never appears. Here it is an
error in both cases, because the screens are drawn from a context that their view spells out. Templates of Django, Wagtail and allauth
count on the silence; they are left to it. So is what a reader sends (`request.GET.tri`, `form.data.detail`): it may well be absent.
"""

from pathlib import Path

import pytest
from django.http import QueryDict
from django.template import base

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / ".venv"


def is_of_the_portal(origin: str) -> bool:
    """Whether a template, by the path of its file, is one of ours."""
    path = Path(origin)
    return path.is_relative_to(ROOT) and not path.is_relative_to(INSTALLED)


class NamedVariable(base.Variable):
    """A variable of one of our templates, which knows where it is written."""

    __slots__ = ("expression", "origin")

    def _resolve_lookup(self, context):
        """Raises pytest's failure, which is no Exception: the conditions of Django's templates swallow those."""
        try:
            return super()._resolve_lookup(context)
        except base.VariableDoesNotExist as error:
            missing, looked_up_in = error.params
            if isinstance(looked_up_in, QueryDict):
                raise
            where = type(looked_up_in).__name__
            pytest.fail(f"{self.origin}: « {self.expression} » reads {missing!r}, which {where} does not have.")


def _named(variable, expression: str, origin: str):
    """The same variable, watched; a literal stays what it is."""
    if not isinstance(variable, base.Variable):
        return variable
    watched = NamedVariable(variable.var)
    watched.translate, watched.message_context, watched.literal, watched.lookups = (
        variable.translate,
        variable.message_context,
        variable.literal,
        variable.lookups,
    )
    watched.expression, watched.origin = expression, origin
    return watched


_read_expression = base.FilterExpression.__init__


def _read_and_watch(self, token, parser):
    _read_expression(self, token, parser)
    origin = str(getattr(parser.origin, "name", ""))
    if not is_of_the_portal(origin):
        return
    short = str(Path(origin).relative_to(ROOT))
    self.var = _named(self.var, str(token), short)
    self.filters = [
        (function, [(is_variable, _named(value, str(token), short) if is_variable else value) for is_variable, value in arguments])
        for function, arguments in self.filters
    ]


def pytest_configure():
    base.FilterExpression.__init__ = _read_and_watch


def pytest_unconfigure():
    base.FilterExpression.__init__ = _read_expression
