"""Pages that stand or fall with a call: whoever writes them without managing calls neither publishes it nor takes it off the site."""

from django.utils.functional import cached_property
from wagtail.admin.panels import HelpPanel
from wagtail.models import PagePermissionTester

from calls.enums import CallState
from portal.accounts.models import User


class CallPageRights(PagePermissionTester):
    """What Wagtail asks before each act on such a page: its buttons, its forms and its bulk acts ask the same."""

    @cached_property
    def keeps_the_call(self) -> bool:
        """Only writes the text: the life of the call is decided by its managers."""
        return not self.user.may_edit_calls

    def can_publish(self) -> bool:
        """A text is published on a call that is public already; the first publication is that of the call."""
        is_public = self.page.call.state != CallState.DRAFT
        return super().can_publish() and (is_public or not self.keeps_the_call)

    def can_unpublish(self) -> bool:
        return super().can_unpublish() and not self.keeps_the_call

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return super().can_delete(ignore_bulk) and not self.keeps_the_call

    def can_move(self) -> bool:
        return super().can_move() and not self.keeps_the_call

    def can_set_view_restrictions(self) -> bool:
        return super().can_set_view_restrictions() and not self.keeps_the_call


class KeptWithItsCall:
    """A page with a `call`, to put before `Page` among the bases."""

    def permissions_for_user(self, user: User) -> CallPageRights:
        return CallPageRights(user, self)


class PublicationNotice(HelpPanel):
    """Says who publishes, to whoever writes the page of a call in draft without managing calls."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs | {"template": "cms/admin/publication_notice.html"})

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            page = self.instance
            return bool(page.call_id) and page.call.state == CallState.DRAFT and not self.request.user.may_edit_calls
