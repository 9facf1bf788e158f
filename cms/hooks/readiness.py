"""What the page of a call adds to what its publication needs: its texts, which no model brings."""

from collections.abc import Iterator

from django.urls import reverse

from calls.models import Call
from calls.workflows import passages
from cms.models import CallPage
from portal.workflow.readiness import ReadinessLine, note


@passages.ready_to_publish.give
def texts_of_the_page(call: Call) -> Iterator[ReadinessLine]:
    """A page may be published bare: dates, eligibility and criteria write themselves. Whoever publishes it knows."""
    page = CallPage.objects.filter(call=call).first()
    if page is None or page.get_latest_revision_as_object().body:
        return
    told = "Elle n’a pas de texte à elle : le public y lira les dates, l’éligibilité et les critères, qui s’écrivent seuls."
    yield note("Page publique", told, address=reverse("wagtailadmin_pages:edit", args=[page.pk]), link="Rédiger la page publique")
