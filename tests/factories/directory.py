import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.directory.enums import AuthorityKind, Category, Contract, DeclarationState, EstablishmentState, Fact, Sector
from portal.directory.models import Authority, Establishment, FactDeclaration, SchoolClosure, Territory

UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def uai(number: int) -> str:
    """A UAI with its right check letter."""
    return f"{number:07d}{UAI_LETTERS[number % 23]}"


class AuthorityFactory(DjangoModelFactory):
    class Meta:
        model = Authority
        django_get_or_create = ("code",)

    code = "academie-12"
    kind = AuthorityKind.ACADEMY
    name = "Académie de Nancy-Metz"
    short_name = "Nancy-Metz"

    class Params:
        reims = factory.Trait(code="academie-19", name="Académie de Reims", short_name="Reims")
        strasbourg = factory.Trait(code="academie-15", name="Académie de Strasbourg", short_name="Strasbourg")
        draaf = factory.Trait(code="draaf-44", kind=AuthorityKind.DRAAF, name="DRAAF Grand Est", short_name="DRAAF")
        region = factory.Trait(code="region-44", kind=AuthorityKind.REGION, name="Région Grand Est", short_name="Région")


class TerritoryFactory(DjangoModelFactory):
    class Meta:
        model = Territory
        django_get_or_create = ("kind", "code")

    kind = Territory.Kind.DEPARTMENT
    code = "54"
    name = "Meurthe-et-Moselle"

    class Params:
        meuse = factory.Trait(code="55", name="Meuse")
        agency = factory.Trait(kind=Territory.Kind.AGENCY, code="agence-1", name="Agence de Nancy")


class EstablishmentFactory(DjangoModelFactory):
    class Meta:
        model = Establishment

    uai = factory.Sequence(lambda n: uai(540001 + n))
    name = factory.Sequence(lambda n: f"Lycée polyvalent Marguerite-Thibault {n + 1}")
    sector = Sector.PUBLIC
    category = Category.PUBLIC_EDUCATION
    contract = Contract.NOT_APPLICABLE
    ministry = "MINISTERE DE L'EDUCATION NATIONALE"
    authority = factory.SubFactory(AuthorityFactory)
    department = factory.SubFactory(TerritoryFactory)
    region_code = "44"
    has_general = True
    has_technological = True
    address = "12 rue des Tilleuls"
    postal_code = "54200"
    commune_code = "54528"
    commune_name = "Toul"
    email = factory.LazyAttribute(lambda e: f"ce.{e.uai.lower()}@ac-nancy-metz.example")
    pupils = 820
    has_boarding = True
    density_level = 3

    class Params:
        private = factory.Trait(sector=Sector.PRIVATE, category=Category.PRIVATE_CONTRACT, contract=Contract.ASSOCIATION_ALL)
        agricultural = factory.Trait(
            category=Category.PUBLIC_AGRICULTURE,
            ministry="AGRICULTURE",
            authority=factory.SubFactory(AuthorityFactory, draaf=True),
            has_agricultural=True,
            density_level=6,
        )
        silent = factory.Trait(has_general=False, has_technological=False)  # the directory says no pathway
        without_contract = factory.Trait(sector=Sector.PRIVATE, category=Category.WITHOUT_CONTRACT, contract=Contract.WITHOUT)


class FactDeclarationFactory(DjangoModelFactory):
    """A head says that a lycée of which the directory says no pathway is a vocational one. Trait: `confirmed` (its lycée then has them)."""

    class Meta:
        model = FactDeclaration

    establishment = factory.SubFactory(EstablishmentFactory, silent=True)
    fact = Fact.PATHWAYS
    has_vocational = True

    class Params:
        confirmed = factory.Trait(
            state=DeclarationState.CONFIRMED,
            answered_at=factory.LazyFunction(timezone.now),
            establishment=factory.SubFactory(EstablishmentFactory, silent=True, has_vocational=True),
        )


class SchoolClosureFactory(DjangoModelFactory):
    """The administration says a lycée closed, today."""

    class Meta:
        model = SchoolClosure

    establishment = factory.SubFactory(EstablishmentFactory, state=EstablishmentState.CLOSED)
    closed_on = factory.LazyFunction(timezone.localdate)
    reason = "Fusion avec le lycée voisin."
