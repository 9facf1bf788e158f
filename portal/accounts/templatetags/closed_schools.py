"""Who acts for a lycée that is closed, said on every page of what it leaves (docs/adr/0030)."""

from django import template
from django.template import Context

from portal.accounts import rules
from portal.accounts.models import RoleGrant
from portal.accounts.queries import holders_of
from portal.directory.models import Establishment
from portal.directory.queries import closure_of
from portal.roles import Role
from portal.ui.templatetags.ui import viewer

register = template.Library()


@register.inclusion_tag("accounts/_closed_school.html", takes_context=True)
def closed_school(context: Context, establishment: Establishment, says: str = "") -> dict:
    """An alert on a closed lycée, nothing on an open one: since when, which one follows, who acts. Two queries, none when it is open.

    `says` is what the page adds for the staff of the Région alone.
    """
    if not establishment.is_closed:
        return {"establishment": establishment}
    user = viewer(context)
    heads = holders_of(RoleGrant.objects.in_force().of_heads().filter(establishment=establishment))
    return {
        "establishment": establishment,
        "closure": closure_of(establishment),
        "heads": list(heads),
        "may_name": bool(user) and user.is_authenticated and rules.may_give(user, Role.HEAD, at=establishment),
        "says": says if user and user.is_region_staff else "",
    }
