"""Which lock is whose."""

from pathlib import PurePath

import pytest

from assembler.app.checkout import Checkout


@pytest.mark.parametrize(
    ("file", "lock_file", "lock", "build_lock", "owner"),
    [
        ("assembly.toml", "", "pylock.toml", "pylock.build.toml", "assembly.toml"),
        ("a.b.toml", "", "pylock.a-b.toml", "pylock.a-b-build.toml", "a.b.toml"),
        ("a.b.toml", "pylock.a-b.toml", "pylock.a-b.toml", "pylock.a-b-build.toml", "a.b.toml"),
        ("staging.toml", "pylock.toml", "pylock.toml", "pylock.build.toml", "assembly.toml"),
        ("x.toml", "pylock.base.toml", "pylock.base.toml", "pylock.base-build.toml", "base.toml"),
    ],
)
def test_the_lock_of_a_file(file: str, lock_file: str, lock: str, build_lock: str, owner: str):
    checkout = Checkout(folder=PurePath("/srv"), file=file, lock_file=lock_file)
    assert (checkout.lock_name, checkout.build_lock_name) == (lock, build_lock)
    assert checkout.lock_owner == owner


def test_the_local_file():
    checkout = Checkout(folder=PurePath("/srv"), file="staging.toml")
    assert checkout.local_path == PurePath("/srv/staging.local.toml")
