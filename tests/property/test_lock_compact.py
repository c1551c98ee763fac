"""A packed lock is the lock that was packed, and says each of its pins once."""

from hypothesis import given, settings

from assembler.lock.compact import packed, unpacked
from assembler.lock.pylock import dumps, loads
from assembler.model.lock import Lock
from tests.property.test_lock_round_trip import locks, relaxed


@given(locks())
@settings(relaxed, max_examples=50)
def test_a_packed_lock_is_what_was_read(lock: Lock):
    read = loads(dumps(lock), "pylock.toml")
    again = unpacked(packed(read))
    pins = [pin for pins in again.cells.values() for pin in pins]

    assert again == read
    assert list(again.cells) == list(read.cells)
    assert packed(again) == packed(read)
    assert len({id(pin) for pin in pins}) == len(set(pins))
