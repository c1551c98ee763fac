"""Tests of a program, run by real runners in the environment that the program is built of."""

import subprocess
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.behaviours.installed import release_installed
from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World

PASSES = """
import os
from pathlib import Path
import lib, shop

def test_version():
    assert (shop.__version__, lib.__version__) == ("1.0", os.environ["LIB"])

def test_folder():
    assert Path("assembly.toml").exists()
"""
FAILS = "def test_it():\n    assert 0\n"
UNIT = """
import unittest
from cases import given

class Cases(unittest.TestCase):
    def test_it(self):
        import shop
        self.assertEqual(shop.__version__, given.VERSION)

    def test_other(self):
        pass
"""
TESTS = """
[parts.tests]
recipe = "test"
program = "app"
args = ["-q", "-p", "no:cacheprovider"]
paths = ["tests"]
env = { LIB = "1.0" }
junit = "var/junit/report.xml"
"""


@pytest.fixture
def shop(world: World) -> World:
    release_app(world, "lib", "1.0")
    release_app(world, "lib", "2.0")
    release_app(world, "shop", "1.0", "shop", requires=("lib",))
    return world


@pytest.fixture
def tested(shop: World) -> World:
    needed = ("iniconfig", "packaging", "pluggy", "pygments")
    release_installed(shop, "pytest", *needed)
    for name in needed:
        release_installed(shop, name)
    shop.release("helper", "1.0", requires=("lib<2",))
    shop.write("tests/test_shop.py", PASSES)
    shop.write("other/test_more.py", FAILS)
    shop.assembly(program("app", ["shop"]) + TESTS + 'requires = ["helper"]\n')
    return shop


def run(world: World, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(world.prefix / "bin/tests"), *arguments],
        cwd=cwd or world.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def versions(world: World, name: str) -> list[str]:
    """The versions of a distribution that the lock holds."""
    lines = (world.project / "pylock.toml").read_text().splitlines()
    return [after.split('"')[1] for line, after in pairwise(lines) if line == f'name = "{name}"']


def test_what_is_tested_is_what_is_built(tested: World) -> None:
    tested.build()

    ended = run(tested)

    assert (ended.returncode, "2 passed" in ended.stdout) == (0, True), ended.stdout
    assert tested.launch("shop") == "shop 1.0"
    assert versions(tested, "lib") == ["1.0"]
    report = ET.parse(tested.prefix / "var/junit/report.xml").getroot()
    cases = {case.get("name") for case in report.iter("testcase")}
    assert (report.tag, cases) == ("testsuites", {"test_version", "test_folder"})
    assert tested.done("build", "tests", "--json").document["changed"] is False

    named = run(tested, "tests/test_shop.py::test_folder")
    assert "1 passed" in named.stdout
    failing = run(tested, "-k", "it", "other")
    assert (failing.returncode, "1 failed" in failing.stdout) == (1, True)
    assert run(tested, "-k", "version").stdout.count("1 passed, 1 deselected") == 1


def test_a_program_stays_as_it_is_where_its_tests_go(tested: World) -> None:
    tested.build()
    before = tested.parts["app"]

    tested.edit('[parts.tests]\nrecipe = "test"', '[parts.tests]\nenabled = false\nrecipe = "test"')
    stale = tested.assemble("build")
    assert stale.code == 6
    assert "tests" in stale.messages
    tested.build()

    assert tested.parts == {"app": before}
    assert not (tested.prefix / "bin/tests").exists()


def test_a_part_without_a_program_has_none_to_test(tested: World) -> None:
    tested.write("a.txt", "")
    tested.edit('program = "app"', 'program = "note"')
    file = tested.project / "assembly.toml"
    file.write_text(
        file.read_text() + '\n[parts.note]\nrecipe = "template"\ntext = "x"\nto = "etc/x"\n'
    )

    ended = tested.assemble("lock")

    assert ended.code == 1
    assert "part `note` has no program" in ended.messages
    assert "parts that have one: `app`" in ended.messages


def test_unittest_discovers_and_runs_what_is_named(shop: World) -> None:
    shop.write("cases/__init__.py", "")
    shop.write("cases/given.py", 'VERSION = "1.0"\n')
    shop.write("cases/test_it.py", UNIT)
    shop.assembly(
        program("app", ["shop"]) + '[parts.tests]\nrecipe = "test"\nprogram = "app"\n'
        'runner = "unittest"\npaths = ["cases"]\n'
    )
    shop.build()

    assert "Ran 2 tests" in run(shop).stderr
    assert "Ran 1 test" in run(shop, "-k", "other").stderr
    named = run(shop, "cases.test_it.Cases.test_it")
    assert ("Ran 1 test" in named.stderr, named.returncode) == (True, 0), named.stderr
