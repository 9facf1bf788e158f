import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from calls.models import Application, Call
from cms.demo.clock import clock_at, days_from_now
from cms.demo.setting import demo_user
from cms.demo.sitting import compute
from portal.accounts.demo import PEOPLE
from portal.accounts.models import User
from portal.files.models import StoredFile
from portal.roles import Role
from scoring.models import Assessment, SelectionSession

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("command", "options"), [("load_demo", {}), ("make_load", {"applications": 1, "jurors": 1})])
def test_invented_people_are_refused_on_a_real_portal(settings, command, options):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command(command, **options)

    assert User.objects.count() == 0


def test_a_load_has_the_numbers_asked_for(settings):
    settings.DEMO = True

    call_command("make_load", applications=40, jurors=6, verbosity=0)

    admissible = Application.objects.filter(state="admissible").count()
    assert Application.objects.count() == 40
    assert Assessment.objects.count() == admissible * 4
    assert Call.objects.get(reference="CHARGE").panel.count() == 6


def test_the_clock_of_the_demonstration_stops_telling_history_afterwards():
    with clock_at(days_from_now(-100)):
        then = timezone.now()

    assert (timezone.now() - then).days in (99, 100)


def test_the_dates_that_models_give_by_themselves_are_those_of_the_act():
    with clock_at(days_from_now(-100)):
        stored, then = StoredFile(), timezone.now()
        shown = timezone.template_localtime(then)

    assert (timezone.now() - stored.created_at).days in (99, 100)
    assert shown.utcoffset() == timezone.localtime(then).utcoffset()
    assert abs(timezone.now() - StoredFile().created_at) < timedelta(minutes=5)


def test_a_load_may_sit_with_its_rules_ready_to_be_computed(settings):
    settings.DEMO = True

    call_command("make_load", applications=60, jurors=6, sitting=True, verbosity=0)

    session = SelectionSession.objects.get()
    assert (session.state, session.places, Application.objects.filter(state="admissible").count()) == ("open", 50, 60)
    assert session.balance_rules.count() > 4
    assert [scenario.status for scenario in compute(session, demo_user(Role.CHAIR)).values()] == ["", "proven", "proven"]


def test_every_account_of_the_readme_is_one_of_the_demonstration():
    text = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    table = text.partition("| account (")[2].partition("\n\n")[0]
    named = {login for line in table.splitlines()[2:] for login in re.findall(r"`([a-z0-9-]+)`", line.split("|")[1])}

    assert named == {person.login for person in PEOPLE}
