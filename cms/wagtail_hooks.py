"""What the editing site shows beside Wagtail's own pages, images and documents."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.admin.viewsets import CallsGroup


@hooks.register("register_admin_viewset")
def register_calls() -> CallsGroup:
    return CallsGroup()


@hooks.register("insert_global_admin_css")
def colours_of_the_portal() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/editing.css"))


@hooks.register("register_admin_menu_item")
def back_to_the_portal() -> MenuItem:
    return MenuItem("Retour au portail", reverse("my_space"), icon_name="arrow-left", order=10_000)


class SteeringItem(MenuItem):
    """The way to the calls, for whoever writes them."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.may_edit_calls


@hooks.register("register_admin_menu_item")
def to_the_steering() -> MenuItem:
    return SteeringItem("Pilotage des appels", reverse("calls:steering"), icon_name="order", order=160)
