"""The order in which a lycée puts its files of one call: who sets it, until when, who reads it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from calls.actions import priorities
from calls.actions.priorities import forget_order, move_file
from calls.models import Application, Call
from calls.queries.priorities import rivals_of
from exports.workbooks.files import _sent
from portal.journal.models import JournalEntry
from portal.roles import Role
from portal.signing import SignedAct
from scoring.queries.assessment import pile
from tests.factories.accounts import DelegationFactory, person
from tests.factories.calls import ApplicationFactory, CallFactory
from tests.factories.directory import AuthorityFactory, EstablishmentFactory
from tests.factories.jury import jury_call, reading
from tests.factories.scoring import PanelMemberFactory
from tests.outcomes import refusal_of
from tests.reading import text_of
from tests.rivals import in_the_middle

pytestmark = pytest.mark.django_db


def three(call=None, **fields):
    call = call or CallFactory(max_per_establishment=3)
    school = EstablishmentFactory()
    return [ApplicationFactory(call=call, establishment=school, reference=f"AAP-{n}", **fields) for n in "ABC"]


def order(file) -> list[str]:
    return [each.reference for each in rivals_of(file)]


def test_the_head_ranks_by_moves_sent_once_or_twice_and_takes_the_order_back():
    a, b, c = three(submitted=True)
    head = person(Role.HEAD, at=a.establishment)

    assert move_file(application=c, past="AAP-B", up=True, actor=head)
    assert not move_file(application=c, past="AAP-B", up=True, actor=head)
    move_file(application=a, past="AAP-B", up=False, actor=head)

    assert order(a) == ["AAP-C", "AAP-B", "AAP-A"]
    assert JournalEntry.objects.filter(action="rank_file", subject_id=str(a.pk)).order_by("pk").last().data == {"before": 1, "after": 3}

    forget_order(application=b, actor=head)
    assert set(Application.objects.values_list("school_rank", flat=True)) == {None}


def test_the_journal_counts_filed_files_alone():
    a, b, c = three(submitted=True)
    draft = ApplicationFactory(call=a.call, establishment=a.establishment, reference="AAP-0")
    head = person(Role.HEAD, at=a.establishment)
    move_file(application=b, past="AAP-A", up=True, actor=head)  # 0 B A C

    told = {entry.subject_id: entry.data for entry in JournalEntry.objects.filter(action="rank_file")}
    assert told == {
        str(draft.pk): {"draft": True},
        str(b.pk): {"before": None, "after": 1},
        str(a.pk): {"before": None, "after": 2},
        str(c.pk): {"before": None, "after": 3},
    }
    assert move_file(application=draft, past="AAP-B", up=False, actor=head)  # B 0 A C: nothing that the Région counts
    assert JournalEntry.objects.filter(action="rank_file").exclude(subject_id=str(draft.pk)).count() == 3


def test_a_delegate_ranks_and_a_member_reads_only(client):
    a, b, c = three()
    member = person(Role.MEMBER, at=a.establishment)
    held = DelegationFactory(establishment=a.establishment, acts=[SignedAct.PRIORITY.value])
    other = DelegationFactory(establishment=a.establishment, acts=[SignedAct.VISA.value])

    move_file(application=b, past="AAP-A", up=True, actor=held.delegate)
    assert "par délégation" in JournalEntry.objects.filter(action="rank_file").first().data["delegation"]
    for somebody in (member, other.delegate, person(Role.CALL_MANAGER), person(Role.HEAD, at=EstablishmentFactory())):
        with pytest.raises(PermissionDenied):
            move_file(application=b, past="AAP-C", up=False, actor=somebody)

    client.force_login(member)
    page = text_of(client.get("/dossiers/AAP-A/priorite/"))
    assert "Cet ordre est donné par Delphine Roussel" in page and "Monter" not in page
    assert client.post("/dossiers/AAP-A/priorite/", {"do": "up.AAP-C.AAP-A"}).status_code == 403
    assert "2 sur 3 du lycée" in text_of(client.get("/dossiers/AAP-A/"))


def test_the_page_moves_says_so_and_keeps_the_focus(client):
    a, _b, _c = three()
    client.force_login(person(Role.HEAD, at=a.establishment))
    empty = client.get("/dossiers/AAP-A/priorite/")

    done = client.post("/dossiers/AAP-A/priorite/", {"do": "up.AAP-B.AAP-A"}, follow=True)

    assert "pas encore dit" in text_of(empty) and "Retirer cet ordre" not in text_of(empty)
    assert "AAP-B passe avant AAP-A." in text_of(done)
    assert [(row["file"].reference, row["focused"]) for row in done.context["rows"]][0] == ("AAP-B", "down")
    client.post("/dossiers/AAP-A/priorite/", {"do": "forget"})
    assert order(a) == ["AAP-A", "AAP-B", "AAP-C"]


def test_nothing_of_another_lycee_is_opened_nor_moved(client):
    a, _b, _c = three()
    stranger = ApplicationFactory(call=a.call, reference="AAP-X")
    client.force_login(person(Role.HEAD, at=a.establishment))

    assert client.get("/dossiers/AAP-X/priorite/").status_code == 404
    assert client.post("/dossiers/AAP-A/priorite/", {"do": "up.AAP-X.AAP-A"}).status_code == 404
    assert client.post("/dossiers/AAP-A/priorite/", {"do": "up.AAP-A.AAP-X"}).status_code == 409
    assert Application.objects.exclude(school_rank=None).count() == 0
    client.force_login(person(Role.OFFICER))
    assert client.get("/dossiers/AAP-A/priorite/").status_code == 404
    assert Application.objects.get(pk=stranger.pk).school_rank is None


def test_it_is_frozen_at_the_closing_and_absent_where_one_file_is_taken(client):
    a, _b, _c = three()
    head = person(Role.HEAD, at=a.establishment)
    Call.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    a.refresh_from_db()
    client.force_login(head)

    assert "clos" in refusal_of(move_file, application=a, past="AAP-B", up=False, actor=head)[0]
    assert "L’ordre ne change plus." in text_of(client.get("/dossiers/AAP-A/priorite/"))
    Call.objects.update(max_per_establishment=1)
    assert client.get("/dossiers/AAP-A/priorite/").status_code == 404


def test_the_region_and_the_jury_read_it_among_filed_files_only(client):
    call = jury_call()
    call.max_per_establishment = 3
    call.save()
    _a, b, c = three(call, admissible=True, complete=True)
    draft = ApplicationFactory(call=call, establishment=b.establishment, reference="AAP-D")
    for rank, file in enumerate((draft, c, b), start=1):
        Application.objects.filter(pk=file.pk).update(school_rank=rank)
    juror = person(Role.JUROR, authority=AuthorityFactory(region=True))
    PanelMemberFactory(call=call, user=juror, body=AuthorityFactory(region=True))
    held = reading(b, juror, 3)

    client.force_login(person(Role.OFFICER))
    assert [(row.application.reference, row.application.place) for row in client.get("/dossiers/").context["rows"]] == [
        ("AAP-A", None),
        ("AAP-B", 2),
        ("AAP-C", 1),
    ]
    assert "<dt>Priorité du lycée</dt><dd>1 sur 2</dd>" in text_of(client.get("/dossiers/AAP-C/"))
    assert {row.application.reference: row.application.place for row in _sent(Application.objects.filed())}["AAP-B"] == 2
    assert pile(juror).get().place == 2
    client.force_login(juror)
    assert "priorité 2 sur 2 pour son lycée" in text_of(client.get(held.get_absolute_url()))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_heads_who_move_at_once_each_move_over_the_order_of_the_other(monkeypatch):
    a, b, c = three()
    one, two = person(Role.HEAD, at=a.establishment), person(Role.HEAD, at=a.establishment)

    in_the_middle(
        monkeypatch, priorities, "_write",
        of=lambda: move_file(application=b, past="AAP-A", up=True, actor=one),
        comes=lambda: move_file(application=c, past="AAP-B", up=True, actor=two),
    )  # fmt: skip

    with transaction.atomic():
        assert order(a) == ["AAP-C", "AAP-B", "AAP-A"]
