from django import template

from portal.ui import panels as registry

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context, obj):
    """`{% panels application %}`: the blocks that higher apps add to this page (portal.ui.panels)."""
    return registry.panels_for(context["request"], obj)
