"""What is written of a request: one line of JSON when something is worth it, and never the values of a traceback."""

import io
import json
import logging

import pytest
import structlog

from portal import logs


@pytest.fixture
def written():
    """What reaches a stream, read back."""
    stream, fields = io.StringIO(), dict(logs.LINES)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(fields.pop("()")(**fields))
    logger = logging.getLogger("preau-test")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_a_line_is_json_with_its_level_and_its_request(written):
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger("preau-test").info("document_drawn", kind="décision")
        structlog.get_logger("preau-test").debug("not asked for")

    (line,) = written()
    line.pop("timestamp")
    assert line == {"event": "document_drawn", "kind": "décision", "level": "info", "logger": "preau-test", "request_id": "r-1"}


def test_a_traceback_tells_no_value(written):
    secret = "FR7630006000011234567890189"
    try:
        raise ValueError("montant illisible")
    except ValueError:
        structlog.get_logger("preau-test").exception("failed", kept=len(secret))

    (line,) = written()
    assert line["exception"].splitlines()[-1] == "ValueError: montant illisible"
    assert secret not in json.dumps(line)


def test_a_line_of_a_library_is_json_too(written):
    logging.getLogger("preau-test").warning("lent : %s s", 3)

    assert [(line["event"], line["level"]) for line in written()] == [("lent : 3 s", "warning")]
