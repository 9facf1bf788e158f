"""What the portal writes about itself: one line of JSON a fact, with the request it belongs to, through the standard `logging`.

A traceback is plain text, without the values of variables: they may be anybody's personal data. Where lines go and from which
level is `LOGGING`, in the settings.
"""

import structlog

_ABOUT = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]

LINES = {
    "()": structlog.stdlib.ProcessorFormatter,
    "foreign_pre_chain": _ABOUT,
    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)],
}


def configure() -> None:
    """Send what structlog says through `logging`, whose levels then decide."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_ABOUT, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
