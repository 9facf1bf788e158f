"""Messages about sittings, decisions and the release."""

from calls.team import team_of
from portal.notifications.registry import EmailNotification, register


@register("decision_released")
class DecisionReleased(EmailNotification):
    """The decision is available: to the head, the team and the school's mailbox. The letter is attached by `exports`."""

    template = "scoring/email/decision_released"

    def recipients(self, about):
        school = about.application.establishment
        return [*team_of(school), *([school.email] if school.email else [])]

    def context(self, about, actor) -> dict:
        return {"application": about.application, "call": about.application.call}
