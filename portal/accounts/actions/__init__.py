"""Verbs that write accounts, roles and teams. Each one is atomic and leaves a line in the journal."""

from portal.accounts.actions.joining import answer_join, ask_to_join
from portal.accounts.actions.people import (
    accept_invitation,
    change_profile,
    close_account,
    end_sessions,
    invite_person,
    remove_second_factor,
    renew_invitation,
    reopen_account,
)
from portal.accounts.actions.refusal import ActionRefused
from portal.accounts.actions.roles import end_grant, grant_role

__all__ = [
    "ActionRefused",
    "accept_invitation",
    "answer_join",
    "ask_to_join",
    "change_profile",
    "close_account",
    "end_grant",
    "end_sessions",
    "grant_role",
    "invite_person",
    "remove_second_factor",
    "renew_invitation",
    "reopen_account",
]
