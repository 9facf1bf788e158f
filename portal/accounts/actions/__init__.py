"""Verbs that write accounts, roles and teams. Each one is atomic and leaves a line in the journal."""

from portal.accounts.actions.delegating import Terms, end_delegation, give_delegation, note_delegation
from portal.accounts.actions.joining import answer_join, ask_to_join, may_resend
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
from portal.accounts.actions.team import invite_colleague, set_team_open

__all__ = [
    "ActionRefused",
    "Terms",
    "accept_invitation",
    "answer_join",
    "ask_to_join",
    "change_profile",
    "close_account",
    "end_delegation",
    "end_grant",
    "end_sessions",
    "give_delegation",
    "grant_role",
    "invite_colleague",
    "invite_person",
    "may_resend",
    "note_delegation",
    "remove_second_factor",
    "renew_invitation",
    "reopen_account",
    "set_team_open",
]
