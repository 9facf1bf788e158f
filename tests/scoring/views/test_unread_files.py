"""A file that nobody read: never refused without its reason, never a hole in a letter."""

import pytest

from exports.papers.letter import letter_row
from portal.roles import Role
from portal.workflow.gate import TransitionRefused, perform
from scoring.actions.assessment import compute_marks
from scoring.actions.decision import propose_decisions
from scoring.actions.waiver import grant_waiver
from scoring.models import FundingDecision, Waiver
from scoring.queries.decision import reasons_by_file
from tests.factories.accounts import person
from tests.factories.deliberation import close, deliberation, sit, vote
from tests.factories.jury import admissible_file, juror, jury_call, reading

pytestmark = pytest.mark.django_db


def test_a_sitting_does_not_close_on_a_file_that_nobody_read(client):
    made = deliberation(marks=(90, 80, None), amounts=(100, 100, 100))
    sit(made)
    Waiver.objects.all().delete()

    with pytest.raises(TransitionRefused) as refused:
        perform(made.session, "close", actor=made.chair)

    assert [sentence.replace("\u00a0", " ") for sentence in refused.value.reasons] == [
        "1 dossier n’a été lu par personne : un tel dossier ne peut pas être refusé au mérite."
    ]


def test_an_unread_file_is_never_refused_without_its_reason():
    made = close(deliberation(marks=(90, 80, None), amounts=(100, 100, 100)))
    Waiver.objects.all().delete()

    with pytest.raises(TransitionRefused, match="Personne n’a lu"):
        propose_decisions(session=made.session, actor=made.finance)
    assert not FundingDecision.objects.exists()

    grant_waiver(application=made.files[2], reason="Le seul lecteur s’est déporté la veille.", actor=made.manager)
    propose_decisions(session=made.session, actor=made.finance)
    decision = FundingDecision.objects.get(application=made.files[2])
    assert decision.motive.replace("\u00a0", " ") == (
        "Le jury n’a pas rendu de note sur votre dossier : Le seul lecteur s’est déporté la veille."
    )


def test_a_criterion_without_points_says_its_true_reason():
    call = jury_call(computed=[("ips", 1)])
    reader = juror(call)
    unread, partly, unpublished = (admissible_file(call) for _ in range(3))
    type(unpublished.establishment).objects.update(ips=None)
    reading(partly, reader, 4, None)
    compute_marks(call=call, actor=person(Role.CALL_MANAGER))

    reasons = reasons_by_file(call, [unread.pk, partly.pk, unpublished.pk])

    assert [(r["points"], r.get("absence"), r["sentence"]) for r in reasons[unread.pk]][:2] == [
        (None, "aucune note", "Aucun juré n’a rendu d’évaluation de ce dossier.")
    ] * 2
    assert (reasons[partly.pk][0]["points"], reasons[partly.pk][1]["absence"]) == ("4.00", "sans objet")
    assert reasons[partly.pk][1]["sentence"] == "Le jury a jugé ce critère sans objet pour ce dossier."
    assert reasons[unpublished.pk][2]["absence"] == "non calculé"
    assert "n’est pas publié" in reasons[unpublished.pk][2]["sentence"]


def test_no_letter_prints_none():
    made = vote(deliberation(marks=(90, 80, None), amounts=(100, 100, 100)))
    decision = FundingDecision.objects.get(application=made.files[2])

    row = letter_row(decision)

    assert [(reason.points, reason.out_of) for reason in row.reasons] == [("aucune note", "")]
    decision.reasons = [{"criterion": "Ancien", "points": None, "out_of": "5", "sentence": ""}]  # frozen by an earlier version
    assert [(reason.points, reason.out_of) for reason in letter_row(decision).reasons] == [("sans note", "")]
