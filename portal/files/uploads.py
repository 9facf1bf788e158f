"""Receiving the bytes of a request without ever filling the disk or answering a technical error."""

from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class GuardedUploadHandler(TemporaryFileUploadHandler):
    """Large files go to a temporary file, as Django does, with two limits Django does not have.

    A file above three times the largest accepted size, or that the disk cannot take, is dropped while it arrives. The
    form then sees an empty file that carries `refusal` ("size" or "storage"); portal.files.intake words it.
    """

    refusal = ""

    def new_file(self, field_name: str, file_name: str, content_type: str, *args, **kwargs) -> None:
        self.refusal, self.received = "", 0
        self.field_name, self.file_name, self.content_type = field_name, file_name, content_type
        try:
            super().new_file(field_name, file_name, content_type, *args, **kwargs)
        except OSError:
            self._give_up("storage")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.refusal:
            return None
        if self.received > 3 * settings.UPLOAD_MAX_BYTES:
            return self._give_up("size")
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError:
            return self._give_up("storage")

    def file_complete(self, file_size: int) -> UploadedFile:
        if not self.refusal:
            try:
                self.file.flush()
                return super().file_complete(file_size)
            except OSError:
                self._give_up("storage")
        empty = InMemoryUploadedFile(BytesIO(), self.field_name, self.file_name, self.content_type, 0, None)
        empty.refusal = self.refusal
        empty.size = self.received if self.refusal == "size" else 0
        return empty

    def _give_up(self, refusal: str) -> None:
        self.refusal = refusal
        if getattr(self, "file", None):
            self.file.close()  # a temporary file disappears when it is closed
            self.file = None
