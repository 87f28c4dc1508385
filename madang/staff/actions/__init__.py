"""The only writers of staff. Each verb is one step in the caller's transaction and records an event with its actor."""

from madang.staff.actions.credentials import change_password, make_password_reset, set_preferences, use_password_reset
from madang.staff.actions.invitations import accept_invitation, first_run_link, invite, withdraw_invitation
from madang.staff.actions.teams import change_team, create_team, restore_team, retire_team
from madang.staff.actions.tokens import create_token, revoke_token
from madang.staff.actions.users import change_user, create_user, retire_user
from madang.staff.actions.wishes import prefer

__all__ = [
    "accept_invitation",
    "change_password",
    "change_team",
    "change_user",
    "create_team",
    "create_token",
    "create_user",
    "first_run_link",
    "invite",
    "make_password_reset",
    "prefer",
    "restore_team",
    "retire_team",
    "retire_user",
    "revoke_token",
    "set_preferences",
    "use_password_reset",
    "withdraw_invitation",
]
