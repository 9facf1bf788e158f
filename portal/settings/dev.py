"""The embedded portal: SQLite, local files, mails in a folder. What `make demo` runs."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="demonstration-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz")
