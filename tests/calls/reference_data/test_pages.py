"""Reference data by lycée, by its pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from calls.models import ReferenceSet
from tests.factories.calls import CallFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


def sent(text: str | bytes, name: str = "postes.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def test_a_table_is_added_looked_at_and_put_in_force_by_its_pages(client, call, manager, text):
    client.force_login(manager)
    assert "Aucune donnée par lycée" in text_of(client.get(reverse("calls:reference_sets", args=["L40-V3"])))

    read = client.post(reverse("calls:reference_add", args=["L40-V3"]), {"name": "Vague 1", "file": sent(text)}, follow=True)
    assert "Ce que dit le fichier" in text_of(read) and "Pas en vigueur" in text_of(read)
    done = client.post(reverse("calls:reference_in_force", args=["L40-V3", "vague_1", 1]), follow=True)
    assert "{donnee:postes_recus}" in text_of(done) and "En vigueur" in text_of(done)
    columns = client.get(reverse("calls:reference_columns", args=["L40-V3", "vague_1"]))
    assert 'value="Postes reçus"' in columns.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [("postes.pdf", b"%PDF-1.4"), ("postes.csv", b""), ("postes.xlsx", b"PK\x03\x04rien"), ("postes.csv", "UAI;A\n".encode("utf-16")), ("postes.csv", b"A;B\n1;2\n")],
)  # fmt: skip
def test_a_wrong_file_comes_back_with_the_name_that_was_typed(client, call, manager, name, content):
    client.force_login(manager)
    response = client.post(reverse("calls:reference_add", args=["L40-V3"]), {"name": "Vague 1", "file": sent(content, name)})

    assert response.status_code == 422 and 'value="Vague 1"' in response.content.decode()
    assert not ReferenceSet.objects.exists()


def test_another_call_has_no_such_table(client, table, manager):
    CallFactory(reference="AUTRE-1")
    client.force_login(manager)
    assert client.get(reverse("calls:reference_set", args=["AUTRE-1", table.key])).status_code == 404
