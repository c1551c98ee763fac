"""`PKG-INFO` of sdists, whatever else is in them."""

import gzip
import io
import tarfile

import pytest

from assembler.adapters.simple_index.archives import sdist_metadata
from assembler.errors import IntegrityError
from assembler.model.limits import Limits
from tests.wheels import make_sdist, tar_bytes

LIMITS = Limits(metadata_size=10_000, archive_ratio=10, archive_ratio_from=100_000)
NAME = "thing-1.0.tar.gz"


def read(content: bytes) -> bytes | None:
    return sdist_metadata(io.BytesIO(content), NAME, LIMITS)


def test_it_stands_at_the_top() -> None:
    found = read(make_sdist("thing", "1.0")[1])
    assert found is not None
    assert b"Name: thing\n" in found
    assert read(tar_bytes({"thing-1.0/inner/PKG-INFO": b"Name: other\n"})) is None


def test_a_header_that_no_memory_holds_is_not_read() -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 1 << 40
    with pytest.raises(IntegrityError) as caught:
        read(gzip.compress(header.tobuf(tarfile.GNU_FORMAT)))
    assert caught.value.message == f"`{NAME}` has a header of 1099511627776 bytes"
    assert caught.value.hints == (
        "the limit is `limits.metadata-size = 10000`, and the user configuration can raise it",
    )


def test_an_sdist_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(IntegrityError) as caught:
        read(tar_bytes({"thing-1.0/bomb": bytes(200_000), "thing-1.0/PKG-INFO": b""}))
    assert caught.value.message == f"`{NAME}` has more than 100000 bytes, unpacked"
