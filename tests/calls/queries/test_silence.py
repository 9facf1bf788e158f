from datetime import date, datetime

import pytest
from django.utils import timezone

from calls.queries.silence import silence_of, two_months_after
from tests.factories.calls import ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db


def said_of(results_on: date | None) -> str:
    at = timezone.make_aware(datetime(2026, 12, 17, 17, 59))
    application = ApplicationFactory(call=CallFactory(results_on=results_on), submitted=True, submitted_at=at)
    return " ".join(silence_of(application)).replace("\xa0", " ")


def test_the_decision_expected_after_two_months_is_said_before_what_the_law_says():
    said = said_of(date(2027, 3, 8))

    assert said.startswith("Les dossiers d’un même appel sont examinés et décidés ensemble : la décision est attendue le 8 mars 2027.")
    assert "D’ici là, au terme de deux mois sans réponse, le 17 février 2027" in said
    assert "article L231-4" in said
    assert said.endswith("L’examen de votre dossier n’en est pas arrêté, et la décision vous sera notifiée.")


def test_a_decision_expected_within_two_months_is_not_said_refused_meanwhile():
    said = said_of(date(2027, 1, 20))

    assert "la décision est attendue le 20 janvier 2027." in said
    assert "Si elle n’est pas rendue, au terme de deux mois sans réponse, le 17 février 2027" in said
    assert "D’ici là" not in said


def test_a_call_without_date_promises_none():
    assert "la décision est attendue" not in said_of(None)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 12, 30), date(2028, 2, 29)),
        (date(2026, 11, 5), date(2027, 1, 5)),
        (date(2026, 10, 31), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2026, 3, 1)),
    ],
)
def test_two_months_end_the_same_day_or_the_last_of_the_month(start, end):
    assert two_months_after(start) == end
