"""What machines read of a public page: schema.org data for search engines (https://schema.org/GovernmentService), its own address."""

from django.conf import settings
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from calls.models import Call

PLAIN, LINKED = "application/json", "application/ld+json"


def call_data(call: Call, *, categories: list[str]) -> SafeString:
    """A call as a service of the Région, received from its opening to its closing; a call that is over has no such hours."""
    address = f"{settings.BASE_URL}{call.get_absolute_url()}"
    region = {"@type": "GovernmentOrganization", "name": settings.REGION_NAME}
    service = {
        "@type": "GovernmentService",
        "@id": f"{address}#appel",
        "name": call.title,
        "identifier": call.reference,
        "serviceType": "Appel à projets",
        "url": address,
        "provider": region,
        "areaServed": {"@type": "AdministrativeArea", "name": settings.REGION_NAME},
        "audience": [{"@type": "EducationalAudience", "educationalRole": "lycée", "audienceType": label} for label in categories],
    }
    if call.summary:
        service["description"] = call.summary
    if call.is_open or call.is_upcoming:
        service["hoursAvailable"] = {
            "@type": "OpeningHoursSpecification",
            "validFrom": call.opens_at.isoformat(),
            "validThrough": call.closes_at.isoformat(),
        }
    return linked_data(service, breadcrumb([("Appels à projets", "/appels/"), (call.title, call.get_absolute_url())]))


def breadcrumb(steps: list[tuple[str, str]]) -> dict:
    """The way to a page below the home page, as (name, path)."""
    rows = [("Accueil", "/"), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": rank, "name": name, "item": f"{settings.BASE_URL}{path}"}
            for rank, (name, path) in enumerate(rows, start=1)
        ],
    }


def linked_data(*things: dict) -> SafeString:
    """The script of data that a page carries."""
    script = json_script({"@context": "https://schema.org", "@graph": list(things)})
    return mark_safe(script.replace(PLAIN, LINKED, 1))  # noqa: S308 -- json_script has escaped every value
