"""What the editing site shows beside Wagtail's own pages, images and documents."""

from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.admin.viewsets import CallsGroup


@hooks.register("register_admin_viewset")
def register_calls():
    return CallsGroup()


@hooks.register("register_admin_menu_item")
def back_to_the_portal():
    return MenuItem("Retour au portail", "/espace/", icon_name="arrow-left", order=10_000)


@hooks.register("register_admin_menu_item")
def to_the_steering():
    return MenuItem("Pilotage des appels", "/pilotage/", icon_name="order", order=160)
