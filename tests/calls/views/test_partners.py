"""Partner schools on screen: looked for and asked in the file, answered on a page of their own."""

import pytest

from calls.actions.partners import ask_partner
from calls.models import Partnership
from portal.roles import Role
from tests.factories.accounts import person
from tests.factories.calls import ApplicationFactory, CallFactory, partners_form
from tests.factories.directory import EstablishmentFactory
from tests.reading import elements_of, text_of, the, words_of

pytestmark = pytest.mark.django_db
SECTION = "/dossiers/AAP-0001/section/reseau/"
ASK = "/dossiers/AAP-0001/partenaires/partenaires/"


@pytest.fixture
def draft():
    return ApplicationFactory(call=CallFactory(with_questionnaire=partners_form()), reference="AAP-0001")


@pytest.fixture
def partner():
    return EstablishmentFactory(name="Lycée Jean-Prouvé", commune_name="Nancy")


@pytest.fixture
def head(partner):
    return person(Role.HEAD, at=partner, first_name="Luc", last_name="Daubenton", job_title="Proviseur")


@pytest.fixture
def asked(draft, partner, head, member):
    return ask_partner(application=draft, question=draft.questionnaire.schema.question("partenaires"), partner=partner, actor=member)


def test_a_lycee_is_found_by_name_commune_or_uai_then_asked(as_member, partner, head):
    EstablishmentFactory(name="Lycée Fermé", commune_name="Nancy", state="closed")
    for typed in ("prouve nancy", partner.uai):
        page = as_member.get(SECTION, {"chercher": "partenaires", "lycee": typed})
        assert [one["value"] for one in elements_of(page, 'input[name="uai"]')] == [partner.uai]

    page = as_member.post(ASK, {"uai": partner.uai}, follow=True)

    assert page.redirect_chain == [(f"{SECTION}#q-partenaires", 302)]
    assert "L’accord est demandé au lycée Jean-Prouvé." in text_of(page)
    assert "Accord demandé" in words_of(the(page, "#q-partenaires"))


def test_a_search_that_finds_nothing_says_so_and_never_proposes_ones_own(as_member, draft):
    assert "Aucun autre lycée ouvert" in text_of(as_member.get(SECTION, {"chercher": "partenaires", "lycee": draft.establishment.uai}))
    assert "Écrivez le nom, la commune" in text_of(as_member.get(SECTION, {"chercher": "partenaires", "lycee": "  "}))


def test_a_search_that_finds_a_partner_already_asked_says_that_it_is(as_member, asked, partner):
    page = as_member.get(SECTION, {"chercher": "partenaires", "lycee": partner.uai})

    said = text_of(page).replace("\u00a0", " ")
    assert f"Déjà demandé : {partner.name}, Nancy ({partner.uai})" in said.replace("\u2011", "-") and "Aucun autre lycée" not in said
    assert not elements_of(page, 'input[name="uai"]')


def test_nothing_chosen_and_what_is_refused_are_said_where_the_focus_goes(as_member, asked, partner):
    page = as_member.post(ASK, {})
    assert page.status_code == 422
    assert "Choisissez un lycée dans la liste" in words_of(the(page, "#q-partenaires [data-focus]"))

    page = as_member.post(ASK, {"uai": partner.uai})
    assert page.status_code == 409
    assert "L’accord est déjà demandé au lycée Jean-Prouvé." in words_of(the(page, "#q-partenaires [data-focus]"))


def test_the_head_of_the_partner_reads_what_is_asked_and_answers(client, asked, head, draft):
    client.force_login(head)
    assert "qui vous propose un partenariat" in text_of(client.get("/espace/"))
    page = client.get(asked.get_absolute_url())
    assert draft.establishment.name in text_of(page)
    assert client.get(draft.get_absolute_url()).status_code == 404

    page = client.post(f"/partenariats/{asked.pk}/action/agree/", follow=True)

    assert "L’accord est donné." in text_of(page)
    assert Partnership.objects.get().is_agreed
    assert "qui vous propose un partenariat" not in text_of(client.get("/espace/"))


def test_a_refusal_needs_its_reason_which_the_team_reads(client, asked, head, member):
    client.force_login(head)
    address = f"/partenariats/{asked.pk}/action/decline/"
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "Deux projets déjà."})

    client.force_login(member)
    assert "Deux projets déjà." in text_of(client.get(asked.get_absolute_url()))


@pytest.mark.parametrize("role", [Role.MEMBER, Role.HEAD, Role.CALL_MANAGER, Role.OFFICER, Role.AUDITOR])
def test_nobody_else_knows_of_a_partnership_of_a_draft(client, asked, role):
    at = EstablishmentFactory() if role in (Role.MEMBER, Role.HEAD) else None
    client.force_login(person(role, at=at))

    assert client.get(asked.get_absolute_url()).status_code == 404
    assert client.get(f"/partenariats/{asked.pk}/action/agree/").status_code == 404
