"""Settings shared by every environment. What changes between machines comes from the environment (docs/deploiement.md)."""

from decimal import Decimal
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from portal import logs
from portal.accounts.identity.providers import for_allauth, read_providers

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))  # everything that the running portal writes

DEBUG = False
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "portal.accounts",
    "portal.accounts.identity.cas",
    "portal.directory",
    "portal.workflow",
    "portal.journal",
    "portal.notifications",
    "portal.files",
    "portal.jobs",
    "portal.ui",
    "portal.threads",
    "calls",
    "scoring",
    "orders",
    "exports",
    "cms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_fsm",
    "django_q",
    "django_htmx",
    "django_filters",
    "heroicons",
    "csp",
    "django_structlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "portal.workflow.arrival.ArrivalMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.ui.middleware.PageCompressionMiddleware",
    "portal.rehearsal.middleware.RehearsalMiddleware",  # before whatever reads a cookie, the cache or the database
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.ui.middleware.EndedSessionMiddleware",
    "portal.ui.middleware.ErrorTitleMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.ui.notices.NoticesMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "portal.ui.kept_pages.KeptPagesMiddleware",
    "portal.accounts.middleware.SignInMiddleware",
    "portal.accounts.middleware.SessionLimitsMiddleware",
    "portal.accounts.middleware.SecondFactorMiddleware",
    "portal.ui.middleware.PrivateCacheMiddleware",
    "portal.journal.removed.AlreadyRemovedMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["portal.notifications.paragraphs.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "csp.context_processors.nonce",
                "portal.ui.context_processors.page_frame",
            ],
            "builtins": [
                "django.contrib.humanize.templatetags.humanize",
                "portal.ui.templatetags.ui",
                "portal.ui.templatetags.ui_addresses",
                "portal.ui.templatetags.ui_forms",
                "portal.ui.templatetags.ui_charts",
                "portal.ui.templatetags.ui_tables",
                "portal.workflow.templatetags.workflow",
                "portal.journal.templatetags.journal",
                "portal.ui.templatetags.panels",
                "portal.accounts.templatetags.closed_schools",
                "portal.threads.templatetags.threads",
            ],
        },
    }
]

# -- Data -------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'preau.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that reads then writes takes its lock at once instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA busy_timeout=20000;PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"},  # of each process: about 30 KB each
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},  # Wagtail would write each copy of a picture at each reading
}

# -- Accounts ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "cms.backends.EditorBackend",  # first: it alone opens the Wagtail admin, to the roles in force
    "portal.accounts.backends.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_space"
PASSWORD_RESET_TIMEOUT = 24 * 3600
WAGTAILADMIN_LOGIN_URL = "/compte/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # accounts are managed in one place, under /compte/
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "signup": "portal.accounts.forms.SignupForm",
    "reset_password": "portal.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.ResetPasswordKeyForm",
    "change_password": "portal.accounts.forms.ChangePasswordForm",
    "reauthenticate": "portal.accounts.forms.ReauthenticatePasswordForm",
    "add_email": "portal.accounts.forms.ChangeEmailForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up, and nowhere else
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False  # computers are shared in a school: closing the browser ends the session
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_RATE_LIMITS = {
    # A whole school, or an academy, may sit behind one address: what one person does there does not shut the others out.
    "login": "",  # portal.accounts.attempts slows down an address that misses many accounts
    "login_failed": "10/15m/key",  # one account, apart for each browser that its owner has used
    "confirm_email": "1/30s/key",
    "signup": "200/m/ip",  # a day of training signs up together; each address gets one link in 30 seconds
    "reset_password": "200/m/ip,5/m/key",
    "reset_password_from_key": "200/m/ip",  # keys cannot be guessed
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)  # X-Forwarded-For is believed for so many hops only
MFA_ADAPTER = "portal.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True  # a passkey is the device and its lock: two factors in one press
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = {"webauthn_login": "200/m/ip"}  # nothing can be guessed; a whole school may sit behind one address
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.SecondFactorForm",
    "reauthenticate": "portal.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "portal.accounts.forms.SecondFactorSetupForm",
    "add_webauthn": "portal.accounts.passkeys.AddPasskeyForm",
    "edit_webauthn": "portal.accounts.passkeys.RenamePasskeyForm",
    "login_webauthn": "portal.accounts.passkeys.PasskeySignInForm",
    "authenticate_webauthn": "portal.accounts.passkeys.PasskeyFactorForm",
    "reauthenticate_webauthn": "portal.accounts.passkeys.PasskeyAgainForm",
}
MFA_TOTP_ISSUER = "Préau"
MFA_TOTP_TOLERANCE = 1  # a phone whose clock is half a minute off; each code still serves once
SOCIALACCOUNT_ADAPTER = "portal.accounts.identity.linking.IdentityAdapter"
SOCIALACCOUNT_FORMS = {"signup": "portal.accounts.forms.IdentitySignupForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # by an address that the provider has confirmed
SOCIALACCOUNT_QUERY_EMAIL = True
IDENTITY_PROVIDERS = read_providers(env("IDENTITY_PROVIDERS", default=""))  # ProConnect, an ENT: other ways in beside local accounts
SOCIALACCOUNT_PROVIDERS = for_allauth(IDENTITY_PROVIDERS)
SESSION_ENGINE = "portal.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # from sign-in, whatever the activity (portal.accounts.middleware)
SESSION_IDLE_AGE = 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True

# -- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.ui.fonts.FontFinder",
    "portal.ui.styles.StyleFinder",
]
MEDIA_ROOT = VAR_DIR / "media"  # images and documents of the public site
MEDIA_URL = "/media/"
PRIVATE_ROOT = VAR_DIR / "private"  # files of applications and issued documents: never below a served folder
STORAGES = {
    "default": {"BACKEND": "portal.rehearsal.storages.PlacedFileSystemStorage"},
    "private": {"BACKEND": "portal.rehearsal.storages.PlacedFileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
S3_BUCKET = env("S3_BUCKET", default="")
if S3_BUCKET:
    from botocore.config import Config  # noqa: PLC0415 -- slow import, useless without an object store

    _s3 = {
        "access_key": env("S3_ACCESS_KEY"),
        "secret_key": env("S3_SECRET_KEY"),
        "endpoint_url": env("S3_ENDPOINT_URL", default=None),
        "region_name": env("S3_REGION", default=None),
        "bucket_name": S3_BUCKET,
        "default_acl": "private",
        "file_overwrite": False,
        # A store that hangs must not hold every thread of the site: botocore waits five minutes by itself.
        "client_config": Config(connect_timeout=3, read_timeout=15, retries={"total_max_attempts": 2}, signature_version="s3v4"),
    }
    STORAGES["default"] = {"BACKEND": "portal.rehearsal.buckets.PlacedS3Storage", "OPTIONS": {**_s3, "location": "site"}}
    STORAGES["private"] = {"BACKEND": "portal.rehearsal.buckets.PlacedS3Storage", "OPTIONS": {**_s3, "location": "private"}}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "map"]
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "portal.files.uploads.GuardedUploadHandler",  # a full disk or an endless file ends in a sentence, not in an error
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")  # host:port or a socket path; empty: files are shown as "non analysé"

# -- Messages and background work -------------------------------------------------------------------------------------
EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "portal.notifications.backends.FolderBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mails"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Préau <ne-pas-repondre@preau.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# What servers send back (RFC 3464): the sender that they answer to, and the folder (Maildir) where those answers are put. Empty: none is read.
BOUNCE_ADDRESS = env("BOUNCE_ADDRESS", default="")
BOUNCE_MAILDIR = env("BOUNCE_MAILDIR", default="")
DIGEST_HOUR = env.int("DIGEST_HOUR", default=7)  # French hour, on working days, from which the digests of messages leave
Q_CLUSTER = {
    "name": "preau",
    "label": "File de tâches",
    "workers": env.int("WORKERS", default=2),
    "timeout": 600,
    "retry": 660,  # must exceed timeout, or a task runs twice
    "max_attempts": 3,
    "ack_failures": True,
    "bulk": 1,
    "queue_limit": 4,
    "recycle": 200,
    "save_limit": 1000,
    "catch_up": False,  # four days off must not replay four days of schedules
    "poll": 0.5,
    "time_zone": "Europe/Paris",
}
Q_CLUSTER |= {"redis": REDIS_URL} if REDIS_URL and env.bool("Q_REDIS", default=False) else {"orm": "default"}

# -- The optimiser, in a process of its own ---------------------------------------------------------------------------
SELECTION_TIME_LIMIT = env.int("SELECTION_TIME_LIMIT", default=60)  # seconds per solve: beyond, a proved gap instead of a proof
SELECTION_CPU_SECONDS = env.int("SELECTION_CPU_SECONDS", default=480)  # of one process; below the timeout of Q_CLUSTER
SELECTION_PROOF_SECONDS = env.int("SELECTION_PROOF_SECONDS", default=1200)  # of processor, for a proof that goes on after the answer
SELECTION_MEMORY_MB = env.int("SELECTION_MEMORY_MB", default=3072)  # address space of one process

# -- Language, site ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
WAGTAIL_SITE_NAME = "Préau"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_WORKFLOW_ENABLED = False  # editors publish themselves; publishing a call checks what it needs
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_FRONTEND_LOGIN_URL = "/compte/login/"
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.admin.documents.SiteDocumentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "odt", "ods", "docx", "xlsx", "csv"]
# SQLite: its full text index reads what is typed as a language of its own (a quote, NOT, *) and fails on it; a plain search does not.
_SEARCH = "wagtail.search.backends.database" + (".fallback" if DATABASES["default"]["ENGINE"].endswith("sqlite3") else "")
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": _SEARCH}}
REGION_NAME = env("REGION_NAME", default="Région Grand Est")
REGION_SERVICE = env("REGION_SERVICE", default="Direction des lycées, service du numérique éducatif")
# How far each invoice may be above ours for each line of the order, in euros: what rounding the tax on the total, not by line, may give.
INVOICE_TOLERANCE_PER_LINE = Decimal(env("INVOICE_TOLERANCE_PER_LINE", default="0.005"))
# What an accounting reference of this Région looks like (a regular expression, on the whole of it), and one that reads so.
BUDGET_CODE_PATTERN = env("BUDGET_CODE_PATTERN", default=r"[0-9]{3}([ ./·-]+[0-9A-Z]+)*")  # chapter, then function, article, programme
BUDGET_CODE_EXAMPLE = env("BUDGET_CODE_EXAMPLE", default="902-22-21831")
COMMITMENT_NUMBER_PATTERN = env("COMMITMENT_NUMBER_PATTERN", default=r"(?=.*[0-9])[0-9A-Z]+([ ./_-][0-9A-Z]+)*")
COMMITMENT_NUMBER_EXAMPLE = env("COMMITMENT_NUMBER_EXAMPLE", default="2026-004512")
REGION_SIRET = env("REGION_SIRET", default="20005226400013")
HOLIDAYS_SUBDIVISION = env("HOLIDAYS_SUBDIVISION", default="")  # where holidays are not those of all: 57 (Moselle), 6AE (Alsace), 972…
REGION_CODE = env("REGION_CODE", default="44")  # INSEE code of the Région that runs the portal
# Which establishments of the official directory the Région helps, beside its lycées: "erea", "mfr" (maisons familiales rurales).
DIRECTORY_BESIDE_LYCEES = env.list("DIRECTORY_BESIDE_LYCEES", default=["erea"])
# Months that what a call gathers is kept, where this installation wants others than those of calls.retention: "drafts=6,refused=36".
RETENTION_MONTHS = env.dict("RETENTION_MONTHS", default={})
RETENTION_DELAY_DAYS = env.int("RETENTION_DELAY_DAYS", default=7)  # between the second person's agreement and the deletion

# -- Browser ----------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/gestion/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *(origin for one in IDENTITY_PROVIDERS for origin in one.posted_to)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.ui.errors.csrf_failure"

logs.configure()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": logs.LINES},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("django_structlog", "django-q", "django_tasks", "wagtail", "modelsearch", "fontTools", "pikepdf")
    },
}
