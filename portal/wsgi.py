import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
application = get_wsgi_application()

from portal.ui.compiled import compile_pages  # noqa: E402 -- Django is set up by the line above

compile_pages()
