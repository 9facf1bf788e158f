"""The page « Compte » of the editing site: how it looks, and nothing of the person."""

from wagtail.admin.views.account import AccountView, BaseSettingsPanel, ThemeSettingsPanel
from wagtail.users.models import UserProfile


class AppearanceView(AccountView):
    """Contrast, density, keyboard shortcuts.

    Wagtail would also take here a name that nothing checks nor journals, a picture that nobody scans, and another time zone, in which the
    dates of a page would then be typed: who people are is written under /compte/, and the portal has one time.
    """

    def get_panels(self) -> list[BaseSettingsPanel]:
        return [ThemeSettingsPanel(self.request, self.request.user, UserProfile.get_for_user(self.request.user))]
