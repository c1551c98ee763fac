"""Pins in files of other tools."""

import pytest

from assembler.errors import UsageError
from assembler.lock.pylock import dumps
from assembler.lock.seeds import seeds
from assembler.model.platforms import marker_environment, target_named
from tests.lock.samples import LINUX, WINDOWS, small_lock

REQUIREMENTS = r"""
-r other.txt
--index-url https://index.example/simple/
Flask==3.0.0 \
    --hash=sha256:aaaa \
    --hash=sha256:bbbb
celery[redis]==5.4.0  # via app
colorama==0.4.6 ; sys_platform == "win32" --hash=sha256:cccc
pinned===1.0
open>=2
two>=1,==1.5
wild==1.*
-e ./own
git @ git+https://git.example/x@abc
"""

VERSIONS = """
[buildout]
extends =
    https://dist.example/versions.cfg
versions = versions

[versions]
# a comment
Products.CMFPlone = 6.0.13
zope.interface = 7.0   ; why
zope.interface = 7.1
setuptools =
range = >=1
AccessControl=7.2

[versions:python27]
AccessControl = 1
"""

UV = """
version = 1
[[package]]
name = "own"
version = "0.1"
source = { editable = "." }
[[package]]
name = "numpy"
version = "2.0"
source = { registry = "https://index.example/simple/" }
resolution-markers = ["sys_platform == 'linux'", "sys_platform == 'darwin'"]
[[package]]
name = "numpy"
version = "1.26"
resolution-markers = ["sys_platform == 'win32'"]
[[package]]
name = "click"
version = "8.1"
"""


def pins(text: str, file: str, target: str = LINUX, group: str = "web") -> dict[str, str]:
    environment = marker_environment(target_named(target), "3.12.0")
    return {seed.name: seed.version for seed in seeds(text, file) if seed.holds(environment, group)}


def test_requirements():
    always = {"flask": "3.0.0", "celery": "5.4.0", "pinned": "1.0"}
    assert pins(REQUIREMENTS, "requirements.txt") == always
    assert pins(REQUIREMENTS, "all.in", WINDOWS) == always | {"colorama": "0.4.6"}


def test_versions_of_a_buildout():
    assert pins(VERSIONS, "versions.cfg") == {
        "products-cmfplone": "6.0.13",
        "zope-interface": "7.1",
        "accesscontrol": "7.2",
    }


def test_a_lock_of_uv():
    assert pins(UV, "uv.lock") == {"numpy": "2.0", "click": "8.1"}
    assert pins(UV, "uv.lock", WINDOWS) == {"numpy": "1.26", "click": "8.1"}


def test_a_lock_with_groups():
    text = dumps(small_lock())
    assert pins(text, "pylock.toml") == {"flask": "3.0.0", "click": "8.1.7"}
    assert pins(text, "pylock.toml", WINDOWS, "jobs") == {
        "flask": "2.3.3",
        "click": "8.1.7",
        "colorama": "0.4.6",
    }


@pytest.mark.parametrize(
    ("text", "file", "message"),
    [
        ("x = 1", "pyproject.toml", "`pyproject.toml` is no lock file"),
        ("x =", "uv.lock", "`uv.lock` can't be read: Invalid value (at end of document)"),
        (
            "a = 1",
            "versions.cfg",
            "`versions.cfg` can't be read: File contains no section headers.",
        ),
        (
            '[[packages]]\nname = "a"\nversion = "1"\nmarker = "what"',
            "pylock.toml",
            "`pylock.toml` can't be read: Expected a marker variable or quoted string",
        ),
    ],
)
def test_files_that_can_not_be_read(text: str, file: str, message: str):
    with pytest.raises(UsageError) as caught:
        seeds(text, file)
    assert caught.value.message == message
