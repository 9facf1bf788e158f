"""Rules of balance: what they say, what is refused, who writes them."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.journal.models import JournalEntry
from portal.roles import SCHOOL_ROLES, Role
from portal.workflow.gate import TransitionRefused
from scoring.actions.balance import DraftRefused, copy_rules, remove_rule, save_rule, set_frame
from scoring.models import BalanceRule, InterestDeclaration, SessionEnvelope
from scoring.queries.balance import money_lines, previous_rules
from scoring.wording.balance import gauge_label, rule_label
from scoring.wording.drafts import EligibleFile, Frame, gaps, in_scope
from tests.factories.accounts import person
from tests.factories.balance import PRIVATE, draft, places, rule, sitting
from tests.factories.directory import EstablishmentFactory
from tests.factories.scoring import EnvelopeFactory, SelectionSessionFactory

RURAL, REIMS, DRAAF, PRO = "density:rural", "authority:academie-19", "authority:draaf-44", "pathway:vocational"
LABELS = {
    PRIVATE: "Privé",
    RURAL: "Rural",
    REIMS: "Académie de Reims",
    DRAAF: "DRAAF Grand Est",
    PRO: "Voie professionnelle",
    "department:67": "Bas-Rhin (67)",
}


def labelled(groups, **fields):
    """An unsaved rule with the labels of the directory."""
    made = draft(groups, **fields)
    return BalanceRule(
        measure=made.measure,
        groups=list(groups),
        group_labels=[LABELS[key] for key in groups],
        combination=made.combination,
        minimum=made.minimum,
        maximum=made.maximum,
    )


# -- Words ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "fields", "label"),
    [
        ([DRAAF], {"minimum": 6}, "Au moins 6 dossiers DRAAF"),
        ([PRIVATE], {"minimum": 12, "maximum": 20}, "De 12 à 20 dossiers privés"),
        ([RURAL], {"minimum": 1}, "Au moins 1 dossier rural"),
        ([], {"minimum": 50, "maximum": 50}, "Exactement 50 dossiers"),
        ([REIMS], {"maximum": 3}, "Au plus 3 dossiers de l’académie de Reims"),
        ([PRO], {"minimum": 2}, "Au moins 2 dossiers avec voie professionnelle"),
        (["department:67"], {"maximum": 4}, "Au plus 4 dossiers du département Bas-Rhin (67)"),
        ([RURAL, DRAAF], {"minimum": 9}, "Au moins 9 dossiers ruraux ou DRAAF"),
        ([RURAL, PRIVATE], {"minimum": 2, "combination": "all"}, "Au moins 2 dossiers ruraux et privés"),
        ([PRIVATE], {"measure": "amount", "maximum": "2000000.50"}, "Au plus 2\u00a0000\u00a0000,50\u00a0€ pour les dossiers privés"),
        ([], {"measure": "amount", "maximum": 2000}, "Au plus 2\u00a0000\u00a0€ en tout"),
        ([RURAL], {"measure": "count_share", "minimum": 30}, "Au moins 30\u00a0% de dossiers ruraux parmi les retenus"),
        ([RURAL], {"measure": "amount_share", "minimum": "12.50"}, "Au moins 12,5\u00a0% du montant pour les dossiers ruraux"),
    ],
)
def test_rule_is_said_in_french(groups, fields, label):
    assert rule_label(labelled(groups, **fields)) == label


@pytest.mark.parametrize(
    ("measure", "label"),
    [
        ("count", "Dossiers ruraux"),
        ("amount", "Montant des dossiers ruraux"),
        ("count_share", "Part des dossiers ruraux"),
        ("amount_share", "Part du montant des dossiers ruraux"),
    ],
)
def test_gauge_of_a_rule_is_named(measure, label):
    assert gauge_label(labelled([RURAL], measure=measure, minimum=1)) == label


# -- What cannot be -------------------------------------------------------------------------------------------------------------


FILES = [
    EligibleFile(frozenset({RURAL, PRIVATE}), Decimal(100)),
    EligibleFile(frozenset({RURAL, DRAAF}), Decimal(200)),
    EligibleFile(frozenset({PRIVATE}), Decimal(300)),
]
FRAME = Frame(FILES, {RURAL, PRIVATE, DRAAF, PRO}, places=2, money=Decimal(350))


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (draft([RURAL]), [("minimum", "Donnez un minimum, un maximum, ou les deux.")]),
        (draft(["density:lunar"], minimum=1), [("groups", "Ce groupe n’a aucun dossier dans cet appel : choisissez dans la liste.")]),
        (draft([RURAL], minimum=3, maximum=2), [("minimum", "Le minimum (3) dépasse le maximum (2).")]),
        (draft([RURAL], minimum=3), [("minimum", "Le minimum (3) dépasse le nombre de dossiers notés et chiffrés du groupe (2).")]),
        (draft([RURAL, PRIVATE], minimum=3), [("minimum", "Le minimum (3) dépasse le nombre de places (2).")]),
        (draft([PRO], minimum=1), [("groups", "Aucun dossier noté et chiffré n’y est.")]),
        (
            draft([PRIVATE, DRAAF], minimum=1, combination="all"),
            [("groups", "Aucun dossier noté et chiffré n’est dans tous ces groupes à la fois.")],
        ),
        (draft([RURAL], minimum="1.5"), [("minimum", "Un nombre de dossiers est entier.")]),
        (draft([RURAL], measure="count_share", maximum=101), [("maximum", "Une part va de 0 à 100\u00a0%.")]),
        (draft([], measure="count_share", minimum=10), [("groups", "Une part se calcule sur un groupe : choisissez-le.")]),
        (
            draft([RURAL], measure="amount", minimum=301),
            [("minimum", "Le minimum (301\u00a0€) dépasse ce que ces dossiers demandent en tout (300\u00a0€).")],
        ),
        (
            draft([PRIVATE, RURAL], measure="amount", minimum=351),
            [("minimum", "Le minimum (351\u00a0€) dépasse les enveloppes de la séance (350\u00a0€).")],
        ),
        (draft([RURAL], minimum=1, penalty_points=Decimal(0)), [("penalty_points", "Une règle souple coûte plus de 0 point.")]),
        (
            draft([RURAL], minimum=1, lowest_minimum=Decimal(2)),
            [("lowest_minimum", "Le minimum acceptable ne dépasse pas le minimum.")],
        ),
        (draft([RURAL], maximum=1, lowest_minimum=Decimal(0)), [("lowest_minimum", "Cette règle n’a pas de minimum à négocier.")]),
        (
            draft([RURAL], maximum=2, highest_maximum=Decimal(1)),
            [("highest_maximum", "Le maximum acceptable n’est pas inférieur au maximum.")],
        ),
        (draft([RURAL], minimum=2, maximum=2), []),
        (draft([], measure="amount", maximum=10), []),
    ],
)
def test_impossible_rule_is_told_where(made, found):
    assert gaps(made, FRAME) == found


def test_scope_combines_groups():
    assert [in_scope(file, [RURAL, PRIVATE], "any") for file in FILES] == [True, True, True]
    assert [in_scope(file, [RURAL, PRIVATE], "all") for file in FILES] == [True, False, False]
    assert [in_scope(file, [], "any") for file in FILES] == [True, True, True]


# -- Who, and what is kept --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["chair", "manager", "juror", "finance", "other chair", *Role])
def test_rules_are_written_by_whoever_runs_the_sitting(role):
    made = sitting()
    known = {"chair": made.chair, "manager": made.manager, "juror": made.juror, "finance": made.finance, "other chair": person(Role.CHAIR)}
    actor = known.get(role) or person(role, at=made.files[0].establishment if role in SCHOOL_ROLES else None)

    def act():
        save_rule(session=made.session, draft=draft(minimum=1), actor=actor)
        set_frame(session=made.session, places=2, waiting_places=0, partial_share=None, offers={}, actor=actor)
        copy_rules(session=SelectionSessionFactory(call=made.call), source=made.session, actor=actor)
        remove_rule(rule=made.session.balance_rules.get(), actor=actor)

    if role in ("chair", "manager", Role.CALL_MANAGER, Role.ADMIN):
        act()
        told = ["copy_rules", "remove_rule", "save_rule", "set_frame"]
        assert sorted(JournalEntry.objects.values_list("action", flat=True)) == told
    else:
        with pytest.raises(PermissionDenied):
            act()
        assert (BalanceRule.objects.count(), SessionEnvelope.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_rule_is_stored_with_the_labels_of_the_directory():
    made = sitting()

    kept = rule(made, minimum=1, penalty_points=Decimal("2.5"))

    assert (rule_label(kept), kept.group_labels, kept.is_soft) == ("Au moins 1 dossier privé", ["Privé"], True)
    entry = JournalEntry.objects.get(action="save_rule")
    assert (entry.reason, entry.data["before"]) == ("Au moins 1 dossier privé", "")


@pytest.mark.django_db
def test_changed_rule_tells_what_it_was():
    made = sitting()
    kept = rule(made, minimum=1)

    save_rule(session=made.session, rule=kept, draft=draft(maximum=1), actor=made.chair)

    assert BalanceRule.objects.count() == 1
    assert JournalEntry.objects.filter(action="save_rule").latest("pk").data["before"] == "Au moins 1 dossier privé"


@pytest.mark.django_db
def test_impossible_rule_is_not_stored():
    made = sitting()

    with pytest.raises(DraftRefused, match="dépasse le nombre de dossiers notés"):
        rule(made, minimum=2)

    assert BalanceRule.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "bounds"),
    [("balance_rule_has_a_bound", {}), ("balance_rule_bounds_in_order", {"minimum": 2, "maximum": 1})],
)
def test_database_refuses_a_rule_without_sense(name, bounds):
    made = sitting()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BalanceRule.objects.create(session=made.session, **bounds)


@pytest.mark.django_db
def test_rules_do_not_change_once_the_sitting_is_over():
    made = sitting()
    kept = rule(made, minimum=1)
    type(made.session).objects.filter(pk=made.session.pk).update(state="closed")

    for act in (
        lambda: rule(made, maximum=1),
        lambda: remove_rule(rule=kept, actor=made.chair),
        lambda: places(made, 2),
    ):
        with pytest.raises(TransitionRefused, match="ne change plus"):
            act()

    assert BalanceRule.objects.count() == 1


@pytest.mark.django_db
def test_hidden_file_is_not_counted_for_whoever_may_not_know_of_it():
    schools = [EstablishmentFactory(private=True), EstablishmentFactory(private=True)]
    made = sitting((90, 80), (100, 100), schools=schools)
    InterestDeclaration.objects.create(user=made.chair, application=made.files[0], reason="Ancien poste")

    with pytest.raises(DraftRefused, match=r"chiffrés du groupe \(1\)"):
        rule(made, minimum=2)


@pytest.mark.django_db
def test_rules_start_from_those_of_the_previous_sitting():
    made = sitting()
    rule(made, minimum=1)
    rule(made, ["sector:public"], maximum=2)
    fresh = SelectionSessionFactory(call=made.call)
    alien = SelectionSessionFactory()
    BalanceRule.objects.create(session=alien, groups=["density:lunar"], group_labels=["Lune"], minimum=1)

    copied = copy_rules(session=fresh, source=previous_rules(fresh), actor=made.chair)

    assert [rule_label(one) for one in copied] == ["Au moins 1 dossier privé", "Au plus 2 dossiers publics"]
    assert BalanceRule.objects.filter(session=made.session).count() == 2
    with pytest.raises(TransitionRefused, match="les doublerait"):
        copy_rules(session=fresh, source=made.session, actor=made.chair)
    with pytest.raises(TransitionRefused, match="ne concerne"):
        copy_rules(session=SelectionSessionFactory(call=made.call), source=alien, actor=made.chair)


# -- Money ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_money_is_that_of_the_envelopes_until_the_jury_says_otherwise():
    made = sitting(money=250)
    other = EnvelopeFactory(call=made.call, label="Lycées privés", amount=Decimal(80))

    before = [(line.code, line.amount) for line in money_lines(made.session)]
    set_frame(
        session=made.session,
        places=None,
        waiting_places=0,
        partial_share=None,
        offers={other.pk: (Decimal(60), PRIVATE)},
        actor=made.chair,
    )

    assert before == [("commune", Decimal(330))]
    lines = [(line.code, line.amount, line.available, line.group) for line in money_lines(made.session)]
    assert lines == [
        ("commune", Decimal(250), Decimal(250), ""),
        (f"enveloppe-{other.pk}", Decimal(60), Decimal(80), PRIVATE),
    ]


@pytest.mark.django_db
def test_sitting_offers_no_more_than_an_envelope_holds():
    made = sitting(money=250)
    offers = {made.envelope.pk: (Decimal("250.01"), "")}

    with pytest.raises(TransitionRefused, match="n’offre que 250\u00a0€"):
        set_frame(session=made.session, places=None, waiting_places=0, partial_share=None, offers=offers, actor=made.chair)

    assert SessionEnvelope.objects.count() == 0
