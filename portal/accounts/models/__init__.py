from portal.accounts.models.delegation import Delegation
from portal.accounts.models.joining import ASK_AGAIN_AFTER, LINK_VALIDITY, JoinRequest
from portal.accounts.models.people import RoleGrant, User, UserManager
from portal.accounts.models.team import TeamSettings

__all__ = ["ASK_AGAIN_AFTER", "LINK_VALIDITY", "Delegation", "JoinRequest", "RoleGrant", "TeamSettings", "User", "UserManager"]
