from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.addresses import address


class SavedView(models.Model):
    """A list of files as one person reads it: filters, order and columns, under a name of theirs.

    It holds an address, and opens nothing: whoever follows it reads what they see.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="de", on_delete=models.CASCADE, related_name="+")
    name = models.CharField("nom", max_length=60)
    query = models.CharField("état de la liste", max_length=2000, blank=True)
    is_default = models.BooleanField("montrée d’abord", default=False)
    created_at = models.DateTimeField("enregistrée le", default=timezone.now)

    class Meta:
        verbose_name = "vue"
        verbose_name_plural = "vues"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(name="saved_view_name_once", fields=["owner", "name"]),
            models.UniqueConstraint(name="saved_view_one_default", fields=["owner"], condition=Q(is_default=True)),
        ]

    def __str__(self):
        return self.name

    @property
    def address(self) -> str:
        """The list as the view has it; whole, where it has nothing: an address without parameters is that of the default view."""
        return f"{address('calls:files')}?{self.query or 'vue='}"
