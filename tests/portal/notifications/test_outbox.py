import pytest
from allauth.account.adapter import get_adapter

from portal.notifications import outbox, registry
from portal.notifications.models import Message
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.directory import EstablishmentFactory

pytestmark = pytest.mark.django_db


class Told(registry.EmailNotification):
    """Tells the people that the test names; the subject quotes the school's name as typed."""

    def __init__(self, *people):
        self.people = people

    def recipients(self, about):
        return self.people

    def render(self, about, actor, base_url):
        return " ".join(f"Bonjour {about.name}".split())[:200], f"Texte : {about.name}"


@pytest.fixture
def told(monkeypatch):
    def give(*people):
        monkeypatch.setitem(registry._notifications, "tests.told", Told(*people))

    return give


def test_each_person_gets_one_message(told):
    school, first, second = EstablishmentFactory(), person(), person()
    told(first, second, first, "ce.0540001h@ac.example")

    assert outbox.post("tests.told", about=school) == 3

    assert set(Message.objects.values_list("to_email", "recipient")) == {
        (first.email, first.pk),
        (second.email, second.pk),
        ("ce.0540001h@ac.example", None),
    }


def test_same_event_told_twice_is_one_message(told):
    school, somebody = EstablishmentFactory(), person()
    told(somebody)

    assert (outbox.post("tests.told", about=school), outbox.post("tests.told", about=school)) == (1, 0)
    assert Message.objects.count() == 1


def test_two_events_have_two_identities(told):
    somebody = person()
    told(somebody)

    outbox.post("tests.told", about=EstablishmentFactory())
    outbox.post("tests.told", about=EstablishmentFactory())

    ids = list(Message.objects.values_list("message_id", flat=True))
    assert len(set(ids)) == 2
    assert all(i.startswith("<") and i.endswith("@preau.example>") for i in ids)


def test_closed_account_is_told_nothing(told):
    told(person(is_active=False), "")

    assert outbox.post("tests.told", about=EstablishmentFactory()) == 0


def test_line_break_in_a_typed_name_stays_out_of_the_subject(told):
    told(person())

    outbox.post("tests.told", about=EstablishmentFactory(name="Lycée\r\nBcc: x@evil.example"))

    assert Message.objects.get().subject == "Bonjour Lycée Bcc: x@evil.example"


def test_subject_of_any_length_fits(told):
    told(person())

    outbox.post("tests.told", about=EstablishmentFactory(name="x" * 160))

    assert len(Message.objects.get().subject) <= 200


def test_every_message_of_the_portal_ends_alike(settings):
    """Those of the register and those of the sign-in name the portal and say that nobody reads answers, in one wording."""
    settings.BASE_URL = "https://preau.test"
    footer = "\n\nPréau, portail des appels à projets de la Région : https://preau.test\nCe message est automatique, n’y répondez pas.\n"
    get_adapter().send_mail("account/email/unknown_account", "colin@lycee.example", {"signup_url": "/compte/signup/"})
    grant = person(Role.MEMBER, at=EstablishmentFactory()).role_grants.get()

    bodies = [registry.get(code).render(grant, None, settings.BASE_URL)[1] for code in ("role_ended", "role_given")]

    for body in [*bodies, Message.objects.get().body]:
        assert body.rstrip().endswith(footer.rstrip()) and body.count("Préau, portail") == 1
