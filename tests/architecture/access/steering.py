"""Calls as they are steered and written: their forms, models, rehearsals, data, and what they keep."""

from tests.architecture.access.lists import (
    ADMIN,
    MANAGE,
    NEVER,
    STAFF,
    STEERING,
    WATCH,
    AccessList,
    At,
)

LISTS = (
    AccessList(
        "Steering",
        STEERING,
        NEVER,
        (
            At("calls:steering"),
            At("calls:steered_call", lambda w: (w.call.reference,)),
        ),
    ),
    AccessList(
        "Steering: the admissibility lines of a call", MANAGE, NEVER, (At("calls:admissibility_lines", lambda w: (w.call.reference,)),)
    ),
    AccessList(
        "Steering: an admissibility line of a draft call",
        MANAGE,
        MANAGE,
        (At("calls:admissibility_line", lambda w: (w.prepared.reference, "taille")),),
        STAFF,
    ),
    AccessList(
        "Steering: an admissibility line taken out",
        NEVER,
        MANAGE,
        (At("calls:admissibility_remove", lambda w: (w.prepared.reference, "taille")),),
        STAFF,
    ),
    AccessList("Steering: the reasons of a call", MANAGE, NEVER, (At("calls:reasons", lambda w: (w.call.reference,)),)),
    AccessList(
        "Steering: one press on a reason of a call",
        NEVER,
        MANAGE,
        (At("calls:reason_act", lambda w: (w.call.reference, "hors-delai"), lambda w: {"do": "descendre"}),),
    ),
    AccessList(
        "Steering: more time for one lycée",
        MANAGE,
        NEVER,
        (At("calls:extensions", lambda w: (w.call.reference,)),),
    ),
    AccessList(
        "Retention: what calls keep and until when",
        WATCH,
        NEVER,
        (
            At("calls:retention"),
            At("calls:call_retention", lambda w: (w.filed.call.reference,)),
            At("calls:retention_csv", lambda w: (w.filed.call.reference,)),
            At("calls:retention_proposal", lambda w: (w.filed.call.reference, w.proposal.pk)),
        ),
    ),
    AccessList(
        "Retention: durations, what is suspended, the first of two persons",
        MANAGE,
        MANAGE,
        (
            At("calls:retention_period", lambda w: (w.filed.call.reference, "drafts")),
            At("calls:retention_propose", lambda w: (w.filed.call.reference,)),
            At("calls:retention_hold", lambda w: (w.filed.call.reference,)),
            At("calls:retention_hold_end", lambda w: (w.filed.call.reference, w.hold.pk)),
            At("calls:retention_stop", lambda w: (w.filed.call.reference, w.proposal.pk)),
        ),
    ),
    AccessList(
        "Retention: the second of two persons",
        NEVER,
        ADMIN,
        (At("calls:retention_confirm", lambda w: (w.filed.call.reference, w.proposal.pk)),),
    ),
    AccessList(
        "Steering: acts",
        MANAGE,
        MANAGE,
        (
            At("calls:call_action", lambda w: (w.call.slug, "withdraw")),
            At("calls:extend", lambda w: (w.call.reference,)),
            At("calls:extend_school", lambda w: (w.call.reference,)),
            At("calls:extension_cancel", lambda w: (w.call.reference, w.extension.pk)),
            At("calls:reminders", lambda w: (w.call.reference,)),
            At("calls:eligible_lycees", lambda w: (w.call.reference,)),
            At("calls:admissibility_add", lambda w: (w.call.reference,)),
            At("calls:admissibility_add_ticked", lambda w: (w.call.reference,)),
            At("calls:reason_add", lambda w: (w.call.reference,)),
            At("calls:reason", lambda w: (w.call.reference, "hors-delai")),
            At("calls:reasons_only", lambda w: (w.call.reference,)),
            At("calls:next_wave", lambda w: (w.call.reference,)),
            At("calls:form_section_add", lambda w: (w.unwritten.reference,)),
            At("calls:form_section", lambda w: (w.unwritten.reference, "projet")),
            At("calls:form_part_add", lambda w: (w.unwritten.reference, "projet", "text")),
            At("calls:form_part", lambda w: (w.unwritten.reference, "resume")),
            At("calls:form_force", lambda w: (w.unwritten.reference,)),
            At("calls:form_preview_start", lambda w: (w.unwritten.reference,)),
            At("calls:form_preview", lambda w: (w.unwritten.reference, "projet")),
            At("calls:form_limit_add", lambda w: (w.unwritten.reference,)),
            At("calls:form_limit", lambda w: (w.unwritten.reference, "eleves")),
        ),
    ),
    AccessList(
        "Steering: the form of a call, read",
        MANAGE,
        NEVER,
        (
            At("calls:form", lambda w: (w.unwritten.reference,)),
            At("calls:form_kinds", lambda w: (w.unwritten.reference, "projet")),
        ),
    ),
    AccessList(
        "Steering: the form of a call, one press",
        NEVER,
        MANAGE,
        (
            At("calls:form_act", lambda w: (w.unwritten.reference,), lambda w: {"monter": "question:eleves"}),
            At("calls:form_renew", lambda w: (w.unwritten.reference,)),
        ),
    ),
    AccessList(
        "Models of calls: what they hold",
        MANAGE,
        NEVER,
        (
            At("calls:models"),
            At("calls:model", lambda w: (w.model.pk,)),
            At("calls:shipped_model", lambda w: ("lycee-40",)),
        ),
    ),
    AccessList(
        "Models of calls: made, renamed, used",
        MANAGE,
        MANAGE,
        (
            At("calls:save_as_model", lambda w: (w.call.reference,)),
            At("calls:model_rename", lambda w: (w.model.pk,)),
            At("calls:new_call", lambda w: ("lycee-40",)),
        ),
    ),
    AccessList(
        "Models of calls: retired, offered again",
        NEVER,
        MANAGE,
        (
            At("calls:model_retire", lambda w: (w.model.pk,)),
            At("calls:model_restore", lambda w: (w.model.pk,)),
        ),
    ),
    AccessList(
        "Rehearsal of a call: its page",
        MANAGE,
        NEVER,
        (At("cms:rehearsal", lambda w: (w.call.reference,)),),
    ),
    AccessList(
        "Rehearsal of a call: its acts",
        NEVER,
        MANAGE,
        (
            At("cms:rehearsal_prepare", lambda w: (w.call.reference,)),
            At("cms:rehearsal_forward", lambda w: (w.call.reference,), lambda w: {"stage": "closed"}),
            At("cms:rehearsal_enter", lambda w: (w.call.reference,), lambda w: {"login": "equipe"}),
            At("cms:rehearsal_close", lambda w: (w.call.reference,)),
        ),
    ),
    AccessList(
        "Out of a rehearsal: the way back, for those who manage the call",
        MANAGE,
        NEVER,
        (At("cms:rehearsal_back", lambda w: (w.call.pk,)),),
        MANAGE,
    ),
    AccessList(
        "Reference data: what the tables hold",
        STEERING,
        NEVER,
        (
            At("calls:reference_sets", lambda w: (w.call.reference,)),
            At("calls:reference_set", lambda w: (w.call.reference, w.table.key)),
            At("calls:reference_edition", lambda w: (w.call.reference, w.table.key, 1)),
        ),
    ),
    AccessList(
        "Reference data: tables written, files brought",
        MANAGE,
        MANAGE,
        (
            At("calls:reference_add", lambda w: (w.call.reference,)),
            At("calls:reference_columns", lambda w: (w.call.reference, w.table.key)),
            At("calls:reference_bring", lambda w: (w.call.reference, w.table.key)),
            At("calls:reference_remove", lambda w: (w.call.reference, w.table.key)),
        ),
    ),
    AccessList(
        "Reference data: an edition put in force",
        NEVER,
        MANAGE,
        (At("calls:reference_in_force", lambda w: (w.call.reference, w.table.key, 1)),),
    ),
)
