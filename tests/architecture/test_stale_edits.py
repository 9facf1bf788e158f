"""A form that edits what another person may edit is refused once on a stale page: with what was typed, what stands now, who and when."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from bs4 import Tag
from django.db import transaction
from django.urls import reverse

from portal.roles import Role
from portal.text.french import number
from scoring.models import Envelope
from tests.architecture.test_access import LISTS, routes
from tests.factories.accounts import person
from tests.reading import values_of
from tests.stale import form_of, read_in, sent_by, signed_in

WHY = "Saisi par erreur."


@dataclass(frozen=True)
class Edit:
    """A page that edits a row: where it is sent when not to itself, what two people of a role type in one of its fields, what else it needs."""

    name: str
    args: Callable
    role: Role
    typed: str
    theirs: str = ""
    mine: str = ""
    said: str = ""  # the value of the colleague, as the page says it
    page: str = ""
    more: dict = field(default_factory=dict)
    values: Callable | None = None  # theirs, mine and what is said, drawn from the form


def later(form: Tag, name: str) -> tuple[str, str, str]:
    """Two later closings."""
    year = int(values_of(form, name)[0][:4]) + 1
    return f"{year}-03-01T18:00", f"{year}-03-02T18:00", f"1er mars {year} à 18 h 00"


def more_euros(form: Tag, name: str) -> tuple[str, str, str]:
    """Two greater amounts."""
    held = int(values_of(form, name)[0].partition(",")[0])
    return f"{held + 1},00", f"{held + 2},00", number(held + 1)


EDITS = (
    Edit("scoring:grid_settings", lambda w: (w.written.reference,), Role.CALL_MANAGER, "scale", "50", "200", page="scoring:grid"),
    Edit("scoring:criterion_edit", lambda w: (w.written.reference, w.criterion.pk), Role.CALL_MANAGER, "weight", "7", "9"),
    Edit("scoring:amounts", lambda w: (w.written.reference,), Role.CALL_MANAGER, "ceiling_amount", "20 000", "30 000"),
    Edit("scoring:session_rules", lambda w: (w.open.session.pk,), Role.CALL_MANAGER, "waiting_places", "1", "2"),
    Edit("scoring:rule_edit", lambda w: (w.open.session.pk, w.rule.pk), Role.CALL_MANAGER, "maximum", "3", "4"),
    Edit("scoring:call_rule_edit", lambda w: (w.written.reference, w.call_rule.pk), Role.CALL_MANAGER, "maximum", "3", "4"),
    Edit(
        "scoring:ips_bands",
        lambda w: (w.written.reference,),
        Role.CALL_MANAGER,
        "first",
        "80,0",
        "85,0",
        more={"second": "90", "third": "100"},
    ),
    Edit("scoring:session_plan", lambda w: (w.planned.pk,), Role.CALL_MANAGER, "place", "Metz", "Nancy"),
    Edit("scoring:vote_correct", lambda w: (w.voted.call.reference,), Role.FINANCE, "number", "26CP-1", "26CP-2", more={"reason": WHY}),
    Edit("scoring:envelope", lambda w: (w.proposed.envelope.pk,), Role.FINANCE, "amount", "2 500 000,00", "3 000 000,00", "2 500 000"),
    Edit("calls:extend", lambda w: (w.call.reference,), Role.CALL_MANAGER, "closes_at", more={"reason": WHY}, values=later),
    Edit("calls:opinions_of_call", lambda w: (w.ticked.call.reference,), Role.CALL_MANAGER, "days", "12", "14"),
    Edit("calls:reminders", lambda w: (w.call.reference,), Role.CALL_MANAGER, "reminder_days", "5, 2", "4, 2"),
    Edit("calls:form_section", lambda w: (w.unwritten.reference, "projet"), Role.CALL_MANAGER, "title", "Le projet", "Votre projet"),
    Edit("calls:form_part", lambda w: (w.unwritten.reference, "resume"), Role.CALL_MANAGER, "label", "Le projet", "Votre projet"),
    Edit("calls:form_limit", lambda w: (w.unwritten.reference, "eleves"), Role.CALL_MANAGER, "message", "Mille.", "Neuf cents."),
    Edit("calls:eligible_lycees", lambda w: (w.prepared.reference,), Role.CALL_MANAGER, "max_per_establishment", "2", "3"),
    Edit("calls:model_rename", lambda w: (w.model.pk,), Role.CALL_MANAGER, "name", "Équipement et câblage", "Équipement seul"),
    Edit("calls:reference_columns", lambda w: (w.call.reference, w.table.key), Role.CALL_MANAGER, "name", "Parc 2026", "Parc 2027"),
    Edit("calls:admissibility_line", lambda w: (w.prepared.reference, "taille"), Role.CALL_MANAGER, "label", "Effectif", "Élèves"),
    Edit(
        "calls:retention_period",
        lambda w: (w.call.reference, "drafts"),
        Role.CALL_MANAGER,
        "months",
        "10",
        "14",
        more={"reason": WHY},
    ),
    Edit("calls:ticks", lambda w: (w.ticked.reference,), Role.OFFICER, "remarque-projet", "Vu.", "Lu.", more={"reponse-projet": "yes"}),
    Edit("calls:reason", lambda w: (w.call.reference, "hors-delai"), Role.CALL_MANAGER, "label", "Trop tard", "En retard"),
    Edit("orders:supplier", lambda w: (w.order.lot.supplier.pk,), Role.ORDERS, "phone", "03 87 00 00 01", "03 87 00 00 02"),
    Edit("orders:agreement", lambda w: (w.order.lot.agreement.pk,), Role.ORDERS, "title", "Postes", "Écrans"),
    Edit("orders:lot_edit", lambda w: (w.order.lot.pk,), Role.ORDERS, "maximum_amount", "5000000,00", "6000000,00", "5 000 000"),
    Edit("orders:item", lambda w: (w.item.pk,), Role.ORDERS, "label", "Portable 14 pouces", "Portable 15 pouces"),
    Edit(
        "orders:account_excess", lambda w: (w.award.application.reference,), Role.FINANCE, "amount", more={"reason": WHY}, values=more_euros
    ),
)
# Addresses of one row that take a form and are not watched so, by the reason why.
OTHERWISE = {
    "two people at once: their own test, as several values go together": "scoring:session_attendance calls:assign calls:bulk scoring:session_lock",
    "a version of its own, tested in test_decision, test_opinions, test_stale_pages, test_sitting, test_two_tabs, test_number, calls/views": (
        "scoring:number_retained scoring:decision scoring:session_remarks scoring:assessment scoring:save_criterion scoring:assessment_hand_in orders:order_edit "
        "orders:order_references orders:work_references orders:work_quote_correct orders:work_order calls:section calls:answer calls:completion_reply calls:opinion calls:reuse calls:needs calls:line"
    ),
    "a passage of a machine, which locks the state, or an act that the state allows once": (
        "calls:extension_cancel calls:withdrawal calls:form_renew calls:form_force calls:partnership_act calls:opinion_act calls:next_wave calls:model_retire calls:model_restore calls:reference_in_force directory:declaration_act directory:import_back directory:close directory:closure_act calls:action calls:call_action calls:request_completion scoring:assessment_action scoring:question_action scoring:session_action calls:visa_remark "
        "scoring:release scoring:publication scoring:vote scoring:propose_decisions orders:order_transition orders:work_transition orders:order_together "
        "orders:order_reception orders:work_reception orders:work_survey orders:work_quote orders:work_start orders:work_pre_acceptance "
        "orders:order_close_out orders:order_reserve orders:work_reserve orders:order_reserve_reopen orders:work_reserve_reopen jobs:cancel "
        "accounts:change_account accounts:renew_invitation notifications:retry notifications:try_again team:answer accounts:join_link threads:thread_action cms:close_call cms:rehearsal_close calls:retention_propose calls:retention_confirm calls:retention_stop calls:retention_hold_end"
    ),
    "removes or takes back: what was seen is checked where the row can change, and what is gone is said (test_already_removed)": (
        "accounts:end_role mfa_remove_webauthn team:end team:end_delegation accounts:leave calls:admissibility_remove calls:remove_line calls:remove_file calls:personal scoring:criterion_remove scoring:call_rule_remove scoring:rule_leave_out "
        "scoring:rule_restore "
        "scoring:panel_remove scoring:withdraw_reading scoring:waiver_lift scoring:session_unlock scoring:rule_remove scoring:scenario_drop "
        "scoring:vote_undo scoring:proposals_drop scoring:envelope_remove scoring:transfer_take_back orders:pending orders:delivery_cancel orders:return_cancel "
        "orders:order_invoice_cancel calls:reference_remove "
        "orders:work_invoice_cancel threads:withdraw"
    ),
    "adds a row, or asks for a computation": (
        "scoring:question_ask scoring:questions calls:opinion_ask calls:save_as_model calls:new_call accounts:ask accounts:give_role team:invite team:delegate directory:declare directory:import_confirm exports:ask calls:start calls:form_section_add calls:form_part_add calls:form_limit_add calls:following calls:add_line calls:paste_needs calls:upload calls:ask_partner scoring:criterion_add threads:thread threads:whole threads:inside threads:place calls:add_kit "
        "calls:admissibility_add calls:retention_hold calls:reason_add calls:admissibility_add_ticked "
        "scoring:panel scoring:assignment scoring:file_readers scoring:waiver scoring:grid_create scoring:compute_marks scoring:trial_ask scoring:remind_jurors "
        "calls:reference_add calls:reference_bring calls:extend_school "
        "scoring:rule_create scoring:rules_copy scoring:relaxation_adopt scoring:scenario_replay scoring:scenario_verify scoring:session_run "
        "scoring:envelope_create scoring:envelope_delegate scoring:envelope_transfer scoring:amount_announce cms:rehearsal_prepare cms:rehearsal_forward orders:order_delivery orders:order_return orders:order_invoice orders:order_credit_note orders:work_invoice "
        "scoring:call_rule_create "
        "orders:work_credit_note"
    ),
    "one’s own alone": "openid_connect_login openid_connect_callback cas_login cas_callback calls:form_preview_start calls:form_preview cms:subscription cms:subscription_stop notifications:stop notifications:mark cms:subscription_confirm accounts:invitation cms:rehearsal_enter calls:presence calls:bulk_go_on calls:saved_view calls:saved_view_remove threads:read scoring:assessment_interest scoring:opinion_interest scoring:ranking_interest",
    "one place up or down, or one among several, shown at once": "calls:priorities calls:completion_check calls:reason_act calls:reasons_only calls:form_act scoring:criterion_move scoring:scenario_retain team:open",
}


def test_every_form_of_a_row_is_watched_or_says_why_not():
    paths = {route.name: route.path for route in routes()}
    taking = {at.name for lists in LISTS if lists.posts is not None for at in lists.addresses if "<" in paths[at.name]}
    listed = [edit.name for edit in EDITS] + [name for names in OTHERWISE.values() for name in names.split()]

    assert taking - set(listed) == set()
    assert set(listed) - taking == set()
    assert len(listed) == len(set(listed))


@pytest.mark.django_db
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_of_two_people_who_edit_at_once_the_second_is_shown_what_the_first_wrote(world, edit):
    with transaction.atomic():
        check(world, edit)
        transaction.set_rollback(True)


def check(world, edit: Edit) -> None:
    Envelope.objects.filter(pk=world.award.envelope_id).update(amount=90_000_000)  # enough for what exceeds the vote
    args = edit.args(world)
    address, page = reverse(edit.name, args=args), reverse(edit.page or edit.name, args=args)
    me, colleague = signed_in(person(edit.role)), person(edit.role)
    them = signed_in(colleague)
    opened = form_of(me.get(page), address)
    theirs, mine, said = edit.values(opened, edit.typed) if edit.values else (edit.theirs, edit.mine, edit.said or edit.theirs)
    first = them.post(address, sent_by(form_of(them.get(page), address), **edit.more, **{edit.typed: theirs}))
    assert first.status_code == 302, read_in(first)[-3000:]

    refused = me.post(address, sent_by(opened, **edit.more, **{edit.typed: mine}))

    read = read_in(refused)
    assert refused.status_code == 409, read[-3000:]
    assert f"{colleague} a changé ceci le" in read
    assert "À relire :" in read and "Désormais" in read and said.replace("\u202f", " ").replace("\u00a0", " ") in read
    assert values_of(form_of(refused, address), edit.typed) == [mine]
    assert values_of(form_of(me.get(page), address), edit.typed) != [mine]  # nothing was written
    again = me.post(address, sent_by(form_of(refused, address), **edit.more))
    assert again.status_code == 302
    stored = values_of(form_of(me.get(page), address), edit.typed)
    assert [value.replace("\u202f", " ").replace("\u00a0", " ") for value in stored] == [mine]
