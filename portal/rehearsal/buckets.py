"""The same in an object store. Apart, because its library is slow to import and of no use without a bucket."""

from storages.backends.s3 import S3Storage

from portal.rehearsal.places import current
from portal.rehearsal.storages import folder_of


class PlacedS3Storage(S3Storage):
    """Objects below the given location, or below that of the rehearsal in which the thread works."""

    @property
    def location(self) -> str:
        return str(folder_of(current(), self._location))

    @location.setter
    def location(self, given: str) -> None:
        self._location = given
