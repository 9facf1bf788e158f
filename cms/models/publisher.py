from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="home")
class Publisher(BaseGenericSetting):
    """Who publishes the site: typed once, printed by the legal pages. An empty line is not printed."""

    name = models.CharField("éditeur", max_length=120, default="La Région")
    address = models.CharField("adresse", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=40, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    director = models.CharField("direction de la publication", max_length=160, blank=True)
    host_name = models.CharField("hébergeur", max_length=120, blank=True)
    host_address = models.CharField("adresse de l’hébergeur", max_length=200, blank=True)
    host_phone = models.CharField("téléphone de l’hébergeur", max_length=40, blank=True)
    contact_email = models.EmailField("écrire à l’équipe", blank=True)
    dpo_email = models.EmailField("délégué à la protection des données", blank=True)
    accessibility_email = models.EmailField("référent accessibilité", blank=True)

    panels = [
        MultiFieldPanel(["name", "address", "phone", "siret", "director"], heading="Éditeur"),
        MultiFieldPanel(["host_name", "host_address", "host_phone"], heading="Hébergeur"),
        MultiFieldPanel(
            [FieldPanel("contact_email"), FieldPanel("dpo_email"), FieldPanel("accessibility_email")], heading="Adresses de contact"
        ),
    ]

    class Meta:
        verbose_name = "éditeur du site"

    def __str__(self):
        return self.name
