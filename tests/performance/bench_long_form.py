"""What the longest form costs who fills it: sixty questions and a table of thirty needs, on one page and in six.

`make bench ONLY=form` runs it too, or `python -m tests.performance.bench_long_form`, on a database in memory. Bars: 15 queries and 40 ms of
processor for a page, 8 queries and 12 ms for an answer that saves itself.
"""

import re
from decimal import Decimal
from http import HTTPStatus

from tests.performance.bench_form import best
from tests.performance.made_up import in_memory

QUESTIONS, LINES = 60, 30
PAGE, SAVING = (15, 40), (8, 12)  # queries, milliseconds


def form(sections: int) -> dict:
    """Sixty questions of the kinds that are most used, the last one a table of needs."""
    kinds = [
        {"kind": "text"},
        {"kind": "long_text"},
        {"kind": "number"},
        {"kind": "choice", "choices": [{"value": value, "label": value.upper()} for value in "abc"]},
    ]
    questions = [{"key": f"q{rank}", "label": f"Question {rank}", "required": True, **kinds[rank % 4]} for rank in range(QUESTIONS - 1)]
    questions.append({"key": "besoins", "kind": "needs", "label": "Besoins", "required": True, "items": items()})
    size = QUESTIONS // sections
    return {
        "sections": [
            {"key": f"s{rank}", "title": f"Section {rank}", "questions": questions[rank * size : (rank + 1) * size]}
            for rank in range(sections)
        ]
    }


def items() -> list[dict]:
    from calls.shipped import lycee_40

    needs = next(q for s in lycee_40.DEFINITION["sections"] for q in s["questions"] if q["kind"] == "needs")
    return needs["items"]


def acts(sections: int):  # noqa: ANN201 -- Django is set up after this module is read
    """The page with the table, and an answer of it, by whoever writes the file."""
    from django.test import Client
    from django.urls import reverse

    from calls.models import Answer
    from portal.roles import Role
    from tests.factories.accounts import person
    from tests.factories.calls import ApplicationFactory, CallFactory, RequestLineFactory

    draft = ApplicationFactory(call=CallFactory(with_questionnaire=form(sections)))
    for rank in range(LINES):
        RequestLineFactory(
            application=draft, question_key="besoins", label=f"Besoin {rank}", quantity=2, unit_price_amount=Decimal("12.50"), position=rank
        )
    Answer.objects.bulk_create(
        Answer(application=draft, question_key=f"q{rank}", value=("Texte", "Texte plus long.", 12, "a")[rank % 4])
        for rank in range(QUESTIONS - 1)
    )
    client = Client()
    client.force_login(person(Role.MEMBER, at=draft.establishment))
    page = reverse("calls:section", args=[draft.reference, f"s{sections - 1}"])
    answer = reverse("calls:answer", args=[draft.reference, "q56"])
    read, typed = re.compile(rb'name="v-q56" value="([^"]*)"'), iter(range(10**6))
    token = read.search(client.get(reverse("calls:section", args=[draft.reference, f"s{56 // (QUESTIONS // sections)}"])).content)[
        1
    ].decode()

    def save():  # noqa: ANN202 -- as above
        nonlocal token
        saved = client.post(answer, {"q-q56": f"Texte {next(typed)}", "v-q56": token}, headers={"HX-Request": "true"})
        token = read.search(saved.content)[1].decode()
        return saved

    return (
        ("la page", PAGE, lambda: client.get(page)),
        ("une réponse", SAVING, save),
    )


def main() -> None:
    """Prints the figures; exit code 1 above a bar."""
    in_memory()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    over = False
    for sections in (1, 6):
        for name, (queries, milliseconds), act in acts(sections):
            act()
            with CaptureQueriesContext(connection) as captured:
                if (code := act().status_code) >= HTTPStatus.BAD_REQUEST:
                    raise SystemExit(f"{name} : {code}")
            asked = [query for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
            spent = best(act)
            over |= len(asked) > queries or spent > milliseconds
            print(f"{sections} section(s)  {name:<12} {len(asked):3} requêtes ({queries})  {spent:6.1f} ms ({milliseconds})")
    raise SystemExit(over)


if __name__ == "__main__":
    main()
