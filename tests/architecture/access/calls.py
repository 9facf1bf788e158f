"""Calls and files."""

from tests.architecture.access.lists import FILE_READERS, MANAGE, NEVER, NOBODY, OFFICER, SCHOOL, SIGNED_IN, STEERING, AccessList, At

LISTS = (
    AccessList(
        "Each person’s own pages",
        SIGNED_IN,
        NEVER,
        (At("calls:files"),),
    ),
    AccessList(
        "Calls: the start of a file",
        SIGNED_IN,
        SCHOOL,
        (At("calls:start", lambda w: (w.call.slug,), lambda w: {"establishment": w.school.uai}),),
        SCHOOL,
    ),
    AccessList(
        "A file in writing, its pages and its private files",
        SCHOOL,
        NEVER,
        (
            At("calls:identity", lambda w: (w.draft.reference,)),
            At("calls:preview", lambda w: (w.draft.reference,)),
            At("calls:version", lambda w: (w.draft.reference, 1)),
            At("calls:receipt", lambda w: (w.filed.reference,)),
        ),
        SCHOOL,
    ),
    AccessList(
        "A file in writing: forms",
        SCHOOL,
        SCHOOL,
        (
            At("calls:action", lambda w: (w.draft.reference, "withdraw")),
            At("calls:section", lambda w: (w.draft.reference, "projet")),
        ),
        SCHOOL,
    ),
    AccessList(
        "A file in writing: what saves itself",
        NEVER,
        SCHOOL,
        (
            At("calls:answer", lambda w: (w.draft.reference, "resume")),
            At("calls:needs", lambda w: (w.draft.reference, "besoins")),
            At("calls:add_line", lambda w: (w.draft.reference, "besoins")),
            At("calls:line", lambda w: (w.draft.reference, w.line.pk)),
            At("calls:remove_line", lambda w: (w.draft.reference, w.line.pk)),
            At("calls:upload", lambda w: (w.draft.reference, "deliberation")),
            At("calls:remove_file", lambda w: (w.draft.reference, w.attachment.pk)),
            At("calls:presence", lambda w: (w.draft.reference,)),
        ),
        SCHOOL,
    ),
    AccessList(
        "A personal draft: nobody but its author, whatever their role",
        NEVER,
        NOBODY,
        (At("calls:personal", lambda w: (w.draft.reference,)),),
        NOBODY,
    ),
    AccessList(
        "A filed file: its school and who reads every file",
        SCHOOL | FILE_READERS,
        NEVER,
        (At("calls:file", lambda w: (w.filed.reference,)),),
        SCHOOL | FILE_READERS,
    ),
    AccessList(
        "Instruction of several files",
        OFFICER,
        OFFICER,
        (At("calls:declare_admissible"),),
    ),
    AccessList(
        "Instruction of one file",
        OFFICER,
        OFFICER,
        (At("calls:request_completion", lambda w: (w.filed.reference,)),),
        FILE_READERS,
    ),
    AccessList(
        "Instruction: who follows a file",
        NEVER,
        OFFICER | MANAGE,
        (At("calls:assign", lambda w: (w.filed.reference,)),),
        FILE_READERS,
    ),
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
        "Steering: acts",
        MANAGE,
        MANAGE,
        (
            At("calls:call_action", lambda w: (w.call.slug, "withdraw")),
            At("calls:extend", lambda w: (w.call.reference,)),
            At("calls:next_wave", lambda w: (w.call.reference,)),
        ),
    ),
)
