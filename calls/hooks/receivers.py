"""What this app does when a file or a call moves: freeze what was said and asked."""

from calls.actions.completion import cancel_completion_request, close_completion_request
from calls.actions.new_versions import drop_new_version, drop_with_file, file_new_version, open_new_version
from calls.actions.opinions import end_opinions
from calls.actions.partners import signature_line
from calls.actions.steering import freeze_questionnaire
from calls.actions.ticking import outdate_ticks
from calls.actions.versions import freeze_version
from calls.actions.withdrawals import end_requests
from calls.actions.writing import keep_columns
from calls.enums import NewVersionEnding, VersionReason, WithdrawalAnswer
from calls.models import Application, Call, Opinion, Partnership
from portal.workflow.actors import SYSTEM
from portal.workflow.reactions import Move, after

FREEZING = {
    "approve": VersionReason.APPROVAL,
    "approve_new_version": VersionReason.APPROVAL,
    "submit": VersionReason.SUBMISSION,
    "answer_completion": VersionReason.COMPLETION,
    "decline_completion": VersionReason.COMPLETION,
}

# The acts that end an open request, and what the lycée then reads; "" for the motive of whoever takes the request back.
ENDING = {
    "cancel_completion": "",
    "declare_inadmissible": "Le dossier est déclaré irrecevable.",
    "withdraw_filed": "Le dossier est retiré.",
    # A file left with a request open by an earlier version of the portal.
    "resume_instruction": "L’instruction du dossier est reprise.",
    "resume_during_scoring": "L’instruction du dossier est reprise.",
    "reinstate": "Le dossier est rétabli tel qu’il était reçu.",
}


# The acts that leave a new version unfiled.
DROPPING = {"give_up_new_version": NewVersionEnding.GIVEN_UP, "lapse_new_version": NewVersionEnding.LAPSED}


@after(Application, *FREEZING)
def freeze_on_commitment(application: Application, move: Move) -> None:
    """A visa, a submission and an answer to a request for complements each commit to a text: keep it.

    Complements are received at that instant: what lists read of the file follows. So it does where the form has conditions: what the directory
    says of the lycée may have changed since the last answer.
    """
    received = FREEZING[move.name] == VersionReason.COMPLETION
    if received or application.questionnaire.schema.rules and not application.is_rewritten:
        keep_columns(application)
    freeze_version(application=application, reason=FREEZING[move.name], actor=move.actor)


@after(Application, "answer_completion", "decline_completion")
def close_request_on_answer(application: Application, move: Move) -> None:
    """The answer closes the request: the file is locked again."""
    close_completion_request(application=application, actor=move.actor, answer=move.data.get("motive", ""))


@after(Application, *ENDING)
def cancel_request_with_file(application: Application, move: Move) -> None:
    """Nothing that the lycée has typed and not sent counts once the request that unlocked it has ended otherwise than by its answer."""
    cancel_completion_request(application=application, actor=move.actor, reason=ENDING[move.name] or move.data.get("motive", ""))


@after(Application, "answer_completion", "decline_completion", "submit_new_version")
def have_points_looked_at_again(application: Application, move: Move) -> None:
    """What the Région now has of the file is not what a person had looked at."""
    outdate_ticks(application)


@after(Application, "reopen_filed")
def begin_new_version(application: Application, move: Move) -> None:
    """What is filed is what is to be replaced."""
    open_new_version(application=application)


@after(Application, "submit_new_version")
def receive_new_version(application: Application, move: Move) -> None:
    """It takes the place of what was filed."""
    file_new_version(application=application, actor=move.actor)


@after(Application, *DROPPING)
def drop_what_is_not_filed(application: Application, move: Move) -> None:
    """The file is again what was filed."""
    drop_new_version(application=application, ending=DROPPING[move.name], actor=move.actor)


@after(Application, "request_completion", "declare_admissible", "declare_inadmissible", "withdraw_filed")
def drop_new_version_with_file(application: Application, move: Move) -> None:
    """What an officer examines after the closing, or a lycée withdraws, is what was filed."""
    drop_with_file(application=application, actor=SYSTEM, told=move.name != "withdraw_filed")


@after(Application, "withdraw_filed")
def end_what_was_asked(application: Application, move: Move) -> None:
    """Whoever withdraws the file has agreed to what its team asked."""
    end_requests(application, WithdrawalAnswer.AGREED, move.actor)


@after(Application, "declare_inadmissible", "decide")
def end_what_is_asked_too_late(application: Application, move: Move) -> None:
    """A file on which the Région has pronounced is withdrawn no more: there is nothing left to answer."""
    end_requests(application, WithdrawalAnswer.VOID, move.actor)


@after(Application, "declare_inadmissible", "withdraw_filed")
def end_awaited_opinions(application: Application, move: Move) -> None:
    """Nobody is to give an opinion on a file that is examined no more; what was given stays."""
    end_opinions(application)


@after(Opinion, "give")
def note_who_gave(opinion: Opinion, move: Move) -> None:
    Opinion.objects.filter(pk=opinion.pk).update(given_by=move.actor)


@after(Opinion, "take_back")
def forget_who_gave(opinion: Opinion, move: Move) -> None:
    Opinion.objects.filter(pk=opinion.pk).update(given_by=None)


@after(Call, "publish")
def freeze_on_publication(call: Call, move: Move) -> None:
    """From the publication on, the form that teams fill no longer changes."""
    freeze_questionnaire(call=call, actor=move.actor)


@after(Partnership, "agree", "decline")
def note_who_signed(partnership: Partnership, move: Move) -> None:
    """The name of who signed for the partner: what the file then answers."""
    Partnership.objects.filter(pk=partnership.pk).update(answered_by=signature_line(partnership, move.actor))


@after(Partnership, "ask_again")
def forget_who_refused(partnership: Partnership, move: Move) -> None:
    Partnership.objects.filter(pk=partnership.pk).update(answered_by="")


@after(Partnership, "agree", "decline", "ask_again", "withdraw")
def follow_partners(partnership: Partnership, move: Move) -> None:
    """What depends on how many partners agree is asked, or is no longer."""
    application = partnership.application
    if partnership.question_key in application.questionnaire.schema.rules.deciding and application.is_editable:
        keep_columns(application)
