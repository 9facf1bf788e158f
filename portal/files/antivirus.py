"""Looking for known malware: the EICAR test string always, clamd where one is configured."""

import logging
import socket
import struct
from collections.abc import Iterable

from django.conf import settings

logger = logging.getLogger(__name__)
# The industry's harmless test file (eicar.org), written in two halves so that this source is not itself taken for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TIMEOUT = 20  # seconds
PATIENCE = 5  # seconds, while a person waits for the page: the worker goes on


class ScannerUnavailable(Exception):
    """clamd is configured but gave no verdict."""


def find_malware(chunks: Iterable[bytes], *, timeout: float = TIMEOUT) -> str | None:
    """The name of what clamd found, "" when the content is clean, None when no clamd is configured.

    Raises ScannerUnavailable when clamd is configured and does not answer within `timeout` seconds.
    """
    if not settings.CLAMD_ADDRESS:
        return None
    try:
        with _connect(settings.CLAMD_ADDRESS, timeout) as connection:
            connection.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            answer = connection.recv(4096).rstrip(b"\0").decode(errors="replace")
    except OSError as error:
        raise ScannerUnavailable(str(error)) from error
    if answer.endswith("FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if answer.endswith("OK"):
        return ""
    raise ScannerUnavailable(answer)


def _connect(address: str, timeout: float) -> socket.socket:
    """`address` is a socket path, or host:port."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        connection.connect(address)
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=timeout)
