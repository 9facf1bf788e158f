"""The identity providers on the page where a person adds one."""

from collections.abc import Iterable

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import Provider
from django import template
from django.template import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def providers_beside(context: Context, linked: Iterable[SocialAccount]) -> list[Provider]:
    """Those of the settings that open none of these accounts yet, by name."""
    known = {account.provider for account in linked}
    found = [provider for provider in get_adapter().list_providers(context["request"]) if provider.sub_id not in known]
    return sorted(found, key=lambda provider: provider.name)
