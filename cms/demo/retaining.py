"""What the first wave kept of drafts that were never filed: its own duration is over, and one person proposes that they go."""

import random
from collections.abc import Sequence

from calls import retention
from calls.actions.retention import due_under, fingerprint_of, note_due, propose, set_period
from calls.actions.start import next_reference, search_text
from calls.models import Application, Call
from cms.demo import filing
from cms.demo.clock import clock_at, days_from_now
from cms.demo.people import teams_of
from cms.demo.setting import WAVE_1, demo_user
from portal.accounts.models import User
from portal.directory.models import Establishment
from portal.journal import recorder
from portal.roles import Role

REASON = "Brouillons sans suite : les archives départementales ne les demandent pas, et les équipes ont été prévenues à la clôture."


def keep_drafts(call: Call, schools: Sequence[Establishment], rng: random.Random) -> None:
    """Two lycées began a file and never filed it; the call keeps drafts three months, and a list waits for the second person."""
    teams = teams_of(schools, rng)
    for school in schools:
        with clock_at(days_from_now(WAVE_1.closes - 4, 16)):
            _begin(call, school, teams[school.pk][0], rng)
    manager = demo_user(Role.CALL_MANAGER)
    with clock_at(days_from_now(-3, 9)):
        set_period(call=call, rule=retention.DRAFTS, months=3, reason=REASON, actor=manager)
    with clock_at(days_from_now(-1, 14)):
        keys = [retention.DRAFTS.key]
        propose(call=call, keys=keys, seen=fingerprint_of(due_under(call, keys, manager)), actor=manager)
    note_due()


def _begin(call: Call, school: Establishment, author: User, rng: random.Random) -> None:
    draft = Application(
        call=call, establishment=school, questionnaire=call.questionnaire, reference=next_reference(call), created_by=author
    )
    draft.search_text = search_text(draft)
    draft.save()
    recorder.record(draft, "start", actor=author, target=draft.state)
    filing.fill_file(draft, author=author, rng=rng, share=0.4)
