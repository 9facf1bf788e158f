import pytest
from django.core.files.storage import FileSystemStorage

from portal.files.models import StoredFile


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """Private files kept in a folder of this test alone. Returns the folder."""
    folder = tmp_path / "private"
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", FileSystemStorage(location=folder, base_url=None))
    return folder
