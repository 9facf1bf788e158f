"""What the silence of the Région means for a filed file, in the words of its receipt: one text for the page, the mail and the paper.

A request of a financial kind is held to be refused after two months (code des relations entre le public et l'administration, article
L231-4, 3°), which the receipt must say with the ways to appeal (R112-5). The files of a call are decided together, often later: the school must not read a refusal in it.
"""

from calendar import monthrange
from datetime import date

from django.utils import timezone

from calls.models import Application
from portal.text.dates import day


def two_months_after(start: date) -> date:
    """The same day two months later, or the last day of that month."""
    months = start.month + 1
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def silence_of(application: Application) -> list[str]:
    """When the decision is expected, then what the law says of a silence of two months, with its dates. `application` is filed."""
    end = two_months_after(timezone.localdate(application.submitted_at))
    results = application.call.results_on
    together = "Les dossiers d’un même appel sont examinés et décidés ensemble"
    expected = (
        f"{together} : la décision est attendue le {day(results)}." if results else f"{together} : vous recevrez la décision par courriel."
    )
    late = "D’ici là" if results and results > end else "Si elle n’est pas rendue"
    law = (
        f"{late}, au terme de deux mois sans réponse, le {day(end)}, la loi regarde une demande d’aide comme rejetée (code des relations entre le "
        "public et l’administration, article L231-4) : vous pourriez le contester dans les deux mois qui suivent, devant la Région ou le tribunal "
        "administratif (code de justice administrative, articles R421-1 et R421-2). L’examen de votre dossier n’en est pas arrêté, et la décision "
        "vous sera notifiée."
    )
    return [expected, law]
