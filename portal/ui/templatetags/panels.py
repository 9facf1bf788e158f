from django import template
from django.db.models import Model
from django.template import Context
from django.utils.safestring import SafeString

from portal.ui import panels as registry

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: Context, obj: Model) -> SafeString:
    """`{% panels application %}`: the blocks that higher apps add to this page (portal.ui.panels)."""
    return registry.panels_for(context["request"], obj)
