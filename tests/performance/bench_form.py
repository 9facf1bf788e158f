"""What conditions cost who fills a form: 150 questions in ten sections, with 99 conditions and a limit, beside the same form without any.

`make bench ONLY=form`, or `python -m tests.performance.bench_form`, on a database in memory. Bar: 1.2 times the processor's time of the form without.
"""

import os
import random
from collections.abc import Callable
from http import HTTPStatus
from time import process_time

from tests.performance.bench_trial import QUESTIONS, definition
from tests.performance.made_up import in_memory

BAR = 1.2
RUNS = int(os.environ.get("RUNS", 15))
WITH, WITHOUT = "avec", "sans"


def plain(form: dict) -> dict:
    """The same form, where nothing depends on an answer."""
    sections = [
        section
        | {"questions": [{name: value for name, value in question.items() if name != "shown_if"} for question in section["questions"]]}
        for section in form["sections"]
    ]
    return {"sections": sections}


def filed_in(form: dict):  # noqa: ANN201 -- Django is set up after this module is read
    """A draft with an answer to each question, and a client signed in as its team."""
    from django.test import Client

    from calls.models import Answer
    from portal.roles import Role
    from tests.factories.accounts import person
    from tests.factories.calls import ApplicationFactory, CallFactory

    draft = ApplicationFactory(call=CallFactory(with_questionnaire=form))
    Answer.objects.bulk_create(
        Answer(application=draft, question_key=f"q{rank}", value="xyz"[rank % 3] if rank % 3 else rank * 20) for rank in range(QUESTIONS)
    )
    client = Client()
    client.force_login(person(Role.MEMBER, at=draft.establishment))
    return draft, client


def acts_on(draft, client) -> dict[str, Callable]:  # noqa: ANN001 -- as above
    """What a team does most: it opens the file, a section of it, and its answers are saved one by one."""
    from django.urls import reverse

    section, answer = reverse("calls:section", args=[draft.reference, "s5"]), reverse("calls:answer", args=[draft.reference, "q75"])
    return {
        "le dossier": lambda: client.get(draft.get_absolute_url()),
        "une section": lambda: client.get(section),
        "une réponse": lambda: client.post(answer, {"q-q75": "1500"}, headers={"HX-Request": "true"}),
    }


def best(act: Callable[[], object]) -> float:
    """Milliseconds of processor, the least of several."""
    found = []
    for _ in range(RUNS):
        start = process_time()
        act()
        found.append(process_time() - start)
    return min(found) * 1_000


def main() -> None:
    """Prints the figures; exit code 1 above the bar."""
    in_memory()
    form = definition(random.Random(4))  # noqa: S311 -- a made-up form
    times: dict[str, dict[str, float]] = {}
    for kind, value in ((WITHOUT, plain(form)), (WITH, form)):
        for name, act in acts_on(*filed_in(value)).items():
            if (code := act().status_code) >= HTTPStatus.BAD_REQUEST:
                raise SystemExit(f"{name} : {code}")
            times.setdefault(name, {})[kind] = best(act)
    over = False
    for name, found in times.items():
        ratio = found[WITH] / found[WITHOUT]
        over |= ratio > BAR
        print(f"{name:<14} sans condition {found[WITHOUT]:6.1f} ms  avec {found[WITH]:6.1f} ms  rapport {ratio:.2f}  barre {BAR}")
    raise SystemExit(over)


if __name__ == "__main__":
    main()
