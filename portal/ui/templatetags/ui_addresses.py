"""`{% url %}`, found once. Built in: it takes the place of Django’s in every template."""

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.utils.html import conditional_escape

from portal.addresses import address

register = template.Library()


class AddressNode(URLNode):
    """The address of a name and of its arguments is found once (`portal.addresses`), where Django looks for it at each drawing.

    Django also asks of which application the page is, to choose among several of one name: there is one of each (tests/architecture).
    """

    def render(self, context: Context) -> str:
        if self.kwargs or self.asvar:
            return super().render(context)
        found = address(self.view_name.resolve(context), *(arg.resolve(context) for arg in self.args))
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """As Django’s."""
    node = django_url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
