import socket
import struct
import threading

import pytest

from portal.files.antivirus import ScannerUnavailable, find_malware
from portal.files.intake import UploadRefused, store_upload
from portal.files.models import StoredFile
from tests.factories.accounts import person
from tests.portal.files import samples


@pytest.fixture
def clamd(settings):
    """A small clamd: reads one INSTREAM conversation, answers `verdict`, keeps what it received."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
    state = {"verdict": b"stream: OK\0", "received": b""}

    def serve():
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack("!L", stream.read(4))[0]:
                state["received"] += stream.read(size)
            connection.sendall(state["verdict"])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield state
    server.close()
    thread.join(2)


def test_clean_content_is_sent_whole(clamd):
    assert find_malware([b"abc", b"def"]) == ""
    assert clamd["received"] == b"abcdef"


def test_malware_is_named(clamd):
    clamd["verdict"] = b"stream: Win.Test.EICAR_HDB-1 FOUND\0"

    assert find_malware([b"abc"]) == "Win.Test.EICAR_HDB-1"


def test_other_answer_is_no_verdict(clamd):
    clamd["verdict"] = b"INSTREAM size limit exceeded. ERROR\0"

    with pytest.raises(ScannerUnavailable, match="size limit"):
        find_malware([b"abc"])


def test_without_clamd_there_is_no_verdict():
    assert find_malware([b"abc"]) is None


@pytest.mark.django_db
def test_scanned_file_is_shown_as_clean(clamd):
    stored = store_upload(samples.upload("devis.pdf", samples.pdf()), purpose="test", subject=None, actor=person())

    assert stored.get_scan_display() == "Analysé, sain"


@pytest.mark.django_db
def test_infected_file_is_refused(clamd):
    clamd["verdict"] = b"stream: Doc.Dropper FOUND\0"

    with pytest.raises(UploadRefused, match=r"programme malveillant \(Doc.Dropper\)"):
        store_upload(samples.upload("devis.pdf", samples.pdf()), purpose="test", subject=None, actor=person())

    assert StoredFile.objects.count() == 0


@pytest.mark.django_db
def test_file_is_kept_and_held_when_clamd_is_down(settings):
    settings.CLAMD_ADDRESS = "/nonexistent/clamd.sock"

    stored = store_upload(samples.upload("devis.pdf", samples.pdf()), purpose="test", subject=None, actor=person())

    assert (stored.is_held, stored.get_scan_display()) == (True, "En cours d’analyse")
