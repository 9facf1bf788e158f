"""Files received without antivirus get their verdict once one answers."""

import pytest

from portal.files import rescan
from portal.files.antivirus import ScannerUnavailable
from portal.files.intake import retire, store_upload
from portal.files.models import StoredFile
from portal.journal.models import JournalEntry
from tests.factories.accounts import person
from tests.portal.files import samples

pytestmark = pytest.mark.django_db
NONE_ASKED = "Aucun antivirus n’est configuré."


@pytest.fixture
def received():
    """Two files that came in without antivirus."""
    author = person()
    return [store_upload(samples.upload(name, samples.pdf()), purpose="test", subject=None, actor=author) for name in ("a.pdf", "b.pdf")]


@pytest.fixture
def verdicts(settings, monkeypatch):
    """What the antivirus answers, in order; an exception is raised."""
    settings.CLAMD_ADDRESS = "127.0.0.1:3310"
    answers, asked = [], []

    def judge(chunks):
        asked.append(b"".join(chunks))
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(rescan, "find_malware", judge)
    return answers, asked


def states() -> list[str]:
    return list(StoredFile.objects.order_by("created_at", "pk").values_list("scan", flat=True))


def test_without_antivirus_files_wait(received):
    assert (rescan.scan_waiting(), states()) == (NONE_ASKED, ["not_scanned", "not_scanned"])


def test_waiting_files_are_judged_once(received, verdicts):
    answers, asked = verdicts
    answers += ["", ""]

    told = rescan.scan_waiting()
    again = rescan.scan_waiting()

    assert (told, again) == ("2 fichiers analysés, 0 avec un programme malveillant", "0 fichiers analysés, 0 avec un programme malveillant")
    assert (states(), len(asked)) == (["clean", "clean"], 2)
    assert asked[0].startswith(b"%PDF")


def test_malware_found_later_is_journalled(received, verdicts):
    answers, _ = verdicts
    answers += ["Doc.Dropper", ""]

    rescan.scan_waiting()

    infected = StoredFile.objects.get(scan="infected")
    entry = JournalEntry.objects.get(action="malware_found")
    assert (entry.subject_id, entry.data["malware"]) == (str(infected.pk), "Doc.Dropper")
    assert sorted(states()) == ["clean", "infected"]


def test_an_infected_file_is_refused_to_its_own_reader(client, received, monkeypatch):
    monkeypatch.setattr("portal.files.views.may_read", lambda user, stored: True)
    client.force_login(person())
    StoredFile.objects.filter(pk=received[0].pk).update(scan="infected")

    answer, other = (client.get(stored.get_absolute_url()) for stored in received)

    assert (answer.status_code, other.status_code) == (403, 200)
    assert b"%PDF" not in answer.content


def test_an_antivirus_out_of_reach_leaves_files_waiting(received, verdicts):
    answers, asked = verdicts
    down = ScannerUnavailable("refused")
    down.__cause__ = OSError("refused")
    answers.append(down)

    rescan.scan_waiting()

    assert (states(), len(asked)) == (["not_scanned", "not_scanned"], 1)


def test_a_file_without_verdict_does_not_hold_the_others_back(received, verdicts):
    answers, _ = verdicts
    answers += [ScannerUnavailable("INSTREAM size limit exceeded"), ""]

    rescan.scan_waiting()

    assert sorted(states()) == ["clean", "not_scanned"]


def test_retired_files_are_left_alone(received, verdicts):
    for stored in received:
        retire(stored, person())

    assert rescan.scan_waiting() == "0 fichiers analysés, 0 avec un programme malveillant"
