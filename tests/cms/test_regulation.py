"""The règlement that each call of the demonstration publishes says what the call holds."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from calls.models import Call
from cms.demo.regulation import regulation_of
from portal.text.dates import day
from scoring.models import Criterion
from tests.factories.jury import publishable_call

pytestmark = pytest.mark.django_db


def test_it_is_a_tagged_paper_of_the_settings_of_the_call():
    call = Call.objects.get(pk=publishable_call(reference="UN-2027", slug="usages-2027", title="Usages 2027", ceiling_amount=60_000).pk)

    name, content = regulation_of(call)

    assert name == "usages-2027-reglement.pdf"
    paper = PdfReader(BytesIO(content))
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    read = " ".join("".join(page.extract_text() for page in paper.pages).replace("\u00a0", " ").split())
    assert "Règlement de l’appel « Usages 2027 »" in read
    assert day(call.closes_at).replace("\u00a0", " ") in read
    assert "60 000 € au plus" in read
    for criterion in Criterion.objects.filter(grid__call=call):
        assert f"{criterion.label} : poids {criterion.weight}." in read
