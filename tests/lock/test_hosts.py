"""Files of a lock on hosts that their indexes do not have."""

import msgspec

from assembler.lock.hosts import misplaced
from assembler.model.lock import Lock
from assembler.model.project import IndexRoute
from assembler.origin import Origin
from tests.lock.samples import INDEX, LINUX, PYTHON, lock, pin, small_lock

ORIGIN = Origin(file="assembly.toml", line=7)


def index(*files: str, url: str = INDEX) -> IndexRoute:
    return IndexRoute(name="own", url=url, files=files, origin=ORIGIN)


def test_every_host_is_told_once():
    (error,) = misplaced(small_lock(), [index()])
    assert error.message == (
        "`click-8.1.7-py3-none-any.whl` of the index `own` is on `files.example`, "
        "where its files should not be"
    )
    assert error.details == ("it is at https://files.example/click-8.1.7-py3-none-any.whl",)
    assert error.hints == ('if that is right, add `files = ["files.example"]` to `[index.own]`',)
    assert error.origin == ORIGIN


def test_its_own_host_and_those_of_its_files_are_right():
    assert not list(misplaced(small_lock(), [index("files.example")]))
    assert not list(misplaced(placed("https://INDEX.example:443/x.whl"), [index()]))
    assert len(list(misplaced(placed("https://index.example:8443/x.whl"), [index()]))) == 1
    assert not list(
        misplaced(placed("https://index.example:8443/x.whl"), [index("index.example:8443")])
    )
    assert not list(misplaced(placed("https://user@index.example/x.whl"), [index()]))


def test_a_file_of_this_machine_is_not_that_of_an_index():
    (error,) = misplaced(placed("file:///etc/passwd"), [index()])
    assert error.message == (
        "`a-1-py3-none-any.whl` of the index `own` is a file of this machine, "
        "where its files should not be"
    )
    assert error.hints == ()


def test_a_local_index_has_local_files():
    value = placed("file:///srv/wheels/a.whl", url="file:///srv/simple/")
    assert not list(misplaced(value, [index(url="file:///srv/simple/")]))


def placed(file: str, url: str = INDEX) -> Lock:
    """A lock whose one file is at this URL."""
    one = pin("a", "1")
    wheel = msgspec.structs.replace(one.wheels[0], url=file)
    moved = msgspec.structs.replace(one, wheels=(wheel,), index=url)
    return lock({("web", LINUX, PYTHON): [moved]})
