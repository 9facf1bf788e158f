"""The search of the site follows what is published, and the calls and forms that pages speak of."""

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from calls.models import Call, Questionnaire
from cms import searching
from portal.jobs import schedules
from portal.workflow.reactions import Move, after

schedules.register("site-search", "cms.searching.rebuild", cron="25 4 * * *", at_upgrade=True)


@receiver([page_published, page_unpublished], dispatch_uid="cms.index_page")
def index_page(sender: type, instance: Page, **kwargs) -> None:
    if issubclass(sender, Page):
        searching.index(sender.objects.get(pk=instance.pk))


@receiver(post_save, sender=Questionnaire, dispatch_uid="cms.index_form")
def index_form(sender: type, instance: Questionnaire, raw: bool = False, **kwargs) -> None:
    if not raw:
        searching.index_call(instance.call)


@after(Call, "publish")
def index_published_call(call: Call, move: Move) -> None:
    """Its form is frozen by then: the version in force is the one that is read."""
    searching.index_call(call)
