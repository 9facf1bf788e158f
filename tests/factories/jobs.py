import factory
from factory.django import DjangoModelFactory

from portal.jobs.models import Job
from tests.factories.accounts import UserFactory


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    kind = "tests.job"
    label = "Export des dossiers"
    owner = factory.SubFactory(UserFactory)
