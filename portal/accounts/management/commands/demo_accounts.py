import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts import demo
from portal.accounts.models import User


class Command(BaseCommand):
    help = "Liste les comptes de la démonstration, avec leur mot de passe et la clé de leur générateur de codes. Refuse s’il n’y en a pas."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="liste JSON sur la sortie standard")

    def handle(self, *args, **options) -> None:
        accounts = _accounts()
        if not accounts:
            raise CommandError("Ce portail n’a pas de comptes de démonstration : « manage.py load_demo » les crée.")
        if options["json"]:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False, indent=2))
            return
        for account in accounts:
            self.stdout.write(f"{account['email']:38} {account['password']:22} {account['role']:14} {account['establishment'] or ''}")


def _accounts() -> list[dict]:
    """The people of the table who are on this portal, in its order. `establishment` is a UAI, or null."""
    present = User.objects.filter(email__in=[person.email for person in demo.PEOPLE], is_active=True).prefetch_related(
        "role_grants__establishment"
    )
    by_email = {user.email: user for user in present}
    return [_account(person, by_email[person.email]) for person in demo.PEOPLE if person.email in by_email]


def _account(person: demo.DemoPerson, user: User) -> dict:
    held = next((grant for grant in user.role_grants.all() if grant.role == person.role and grant.is_in_force), None)
    return {
        "email": person.email,
        "password": demo.PASSWORD,
        "role": str(person.role),
        "establishment": held.establishment.uai if held and held.establishment else None,
        "otp_secret": person.secret or None,
    }
