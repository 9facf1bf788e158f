"""A real CAS 3 server on loopback, in a process of its own: django-cas-server, with one person whom the test describes.

`python ent.py PORT FOLDER`. POST /as takes JSON: the user, the attributes, where to tell that a person has signed out.
"""

import json
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings

SERVICES = "^http://testserver/compte/cas/ent/login/callback/"

if not settings.configured:
    port, folder = int(sys.argv[1]), sys.argv[2]
    settings.configure(
        SECRET_KEY="of-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="__main__",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        STATIC_URL="/static/",
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/cas.sqlite3", "OPTIONS": {"timeout": 20}}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "cas_server",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        CAS_AUTH_CLASS="cas_server.auth.TestAuthUser",
        CAS_TEST_USER="p1",
        CAS_TEST_PASSWORD="of the tests",
        CAS_TEST_ATTRIBUTES={},
    )
    django.setup()

from django.core.management import call_command  # noqa: E402 -- after the settings
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402


@csrf_exempt
def stand(request: HttpRequest) -> HttpResponse:
    """Who stands before the server next."""
    from cas_server.models import ServicePattern

    said = json.loads(request.body)
    settings.CAS_TEST_USER, settings.CAS_TEST_ATTRIBUTES = said["user"], said["attributes"]
    ServicePattern.objects.update(single_log_out_callback=said["told_at"])
    return HttpResponse("ok")


urlpatterns = [path("as", stand), path("", include("cas_server.urls", namespace="cas_server"))]


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *args) -> None:
        """Nothing: the test reads the first line only."""


def main() -> None:
    from cas_server.models import ReplaceAttributName, ServicePattern
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    pattern = ServicePattern.objects.create(name="preau", pattern=SERVICES, single_log_out=True)
    ReplaceAttributName.objects.create(name="*", service_pattern=pattern)
    server = make_server("127.0.0.1", port, get_wsgi_application(), server_class=Threaded, handler_class=Silent)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
