"""Which versions a lock chooses, what it says where there are none, and why."""

import tomllib

from inline_snapshot import snapshot

from tests.behaviours.programs import program, release_app, stored
from tests.behaviours.world import World

LINUX = '[lock]\ntargets = ["linux-x86_64"]\n'


def locked(world: World) -> dict[str, str]:
    """The versions in the lock of a world with one program."""
    lock = tomllib.loads((world.project / "pylock.toml").read_text())
    return {package["name"]: package["version"] for package in lock["packages"]}


def test_43_programs_have_versions_of_their_own(world: World):
    for version in ("1.0", "2.0"):
        world.release("ccc", version, requires=["shared"])
    world.release("shared", "1.0")
    release_app(world, "one", "1.0", "one", shows="ccc", requires=["ccc ==1.0"])
    release_app(world, "two", "1.0", "two", shows="ccc", requires=["ccc ==2.0"])
    world.assembly(program("p1", ["one"]) + program("p2", ["two"]))

    world.build()

    assert world.launch("one") == "one 1.0\nccc 1.0"
    assert world.launch("two") == "two 1.0\nccc 2.0"
    assert stored(world) == ["ccc-1.0", "ccc-2.0", "one-1.0", "shared-1.0", "two-1.0"]


def test_44_the_order_of_requirements_does_not_matter(world: World):
    for version in ("1.0", "2.0"):
        world.release("ccc", version)
    world.release("aaa", "1.0", requires=["ccc >=1"])
    world.release("bbb", "1.0", requires=["ccc <2"])
    locks = []
    for requires in (["bbb", "aaa"], ["aaa", "bbb"]):
        world.assembly(program("app", requires))
        (world.project / "pylock.toml").unlink(missing_ok=True)
        world.done("lock")
        locks.append((world.project / "pylock.toml").read_bytes())
        assert locked(world) == {"aaa": "1.0", "bbb": "1.0", "ccc": "1.0"}

    assert locks[0] == locks[1]


def test_45_an_older_version_is_taken_where_the_newest_leads_nowhere(world: World):
    world.release("ccc", "1.0")
    world.release("ddd", "1.0", requires=["ccc"])
    world.release("ddd", "2.0", requires=["ccc >=5"])
    world.assembly(program("app", ["ddd"]))

    world.done("lock")

    assert locked(world) == {"ccc": "1.0", "ddd": "1.0"}


def test_46_a_conflict_names_both_requirers_and_their_parents(world: World):
    for version in ("1.0", "1.1"):
        world.release("demoneeded", version)
    world.release("sampley", "1.0", requires=["demoneeded ==1.0"])
    world.release("samplez", "1.0", requires=["demoneeded ==1.1"])
    world.release("parenty", "3.0", requires=["sampley"])
    world.release("parentz", "4.0", requires=["samplez"])
    world.assembly(
        """
[parts.app]
recipe = "program"
requires = [
    "parenty",
    "parentz >=4",
]
""",
        before=LINUX,
        python="3.12",
    )

    failed = world.assemble("lock")

    assert failed.code == 1
    assert failed.messages == snapshot("""\
error: `app` can't be solved for `linux-x86_64` with Python 3.12: no version of `demoneeded` satisfies `demoneeded==1.0` and `demoneeded==1.1` together: the newest is 1.1
  --> assembly.toml:16:5
   |
16 |     "parenty",
   |     ^^^^^^^^^
  `parenty` (assembly.toml:16) → `parenty 3.0` needs `sampley` → `sampley 1.0` needs `demoneeded==1.0`
  `parentz>=4` (assembly.toml:17) → `parentz 4.0` needs `samplez` → `samplez 1.0` needs `demoneeded==1.1`
hint: overrule the others: `demoneeded = { version = "==1.0", because = "…" }` in `[lock.overrides]`
hint: overrule the others: `demoneeded = { version = "==1.1", because = "…" }` in `[lock.overrides]`
""")  # noqa: E501 - the lines of a message
    assert not (world.project / "pylock.toml").exists()


def test_47_a_missing_distribution_is_named_with_who_requires_it(world: World):
    world.release("app", "1.0", requires=["middle"])
    world.release("middle", "2.0", requires=["absent >=3"])
    world.assembly(program("app", ["app"]), before=LINUX, python="3.12")

    failed = world.assemble("lock")

    assert failed.code == 1
    assert failed.messages.replace(world.index.url, "INDEX") == snapshot("""\
error: `app` can't be solved for `linux-x86_64` with Python 3.12: there is no distribution `absent` on INDEX
  --> assembly.toml:15:13
   |
15 | requires = ["app"]
   |             ^^^^^
  `app` (assembly.toml:15) → `app 1.0` needs `middle` → `middle 2.0` needs `absent>=3`
hint: if it can be done without: `absent = { exclude = true, because = "…" }` in `[lock.overrides]`
""")  # noqa: E501 - the lines of a message
    assert not (world.project / "pylock.toml").exists()


def test_73_why_shows_the_chains_of_requirements_and_the_rule_that_chose(world: World):
    for version in ("1.26.0", "2.0.0", "2.1.0"):
        world.release("urllib3", version)
    world.release("requests", "2.32.0", requires=["urllib3 >=1.21"])
    world.release("client", "0.5", requires=["requests", "urllib3 <2.1"])
    world.release("old-client", "0.1", requires=["urllib3 <2"])
    world.assembly(
        program("jobs", ["old-client", "urllib3; sys_platform == 'win32'"])
        + program("web", ["requests >=2", "client"])
        + program("other", ["client"], 'constraints = { urllib3 = "<2.0.5" }')
        + program("none", []),
        before='[lock]\ntargets = ["linux-x86_64", "windows-x86_64"]\n',
        python="3.12",
    )
    world.done("lock")
    world.index.requests.clear()

    assert world.done("why", "URLlib3").output == snapshot("""\
urllib3 1.26.0 in `jobs` on linux-x86_64: newest that `urllib3<2` of `old-client` allows
  `old-client` → old-client 0.1 → urllib3 1.26.0
urllib3 1.26.0 in `jobs` on windows-x86_64: newest that `urllib3<2` of `old-client` allows
  `old-client` → old-client 0.1 → urllib3 1.26.0
  `urllib3 ; sys_platform == "win32"` → urllib3 1.26.0
urllib3 2.0.0 in `other`: newest that the constraint `urllib3<2.0.5` allows
  `client` → client 0.5 → urllib3 2.0.0
  `client` → client 0.5 → requests 2.32.0 → urllib3 2.0.0
urllib3 2.0.0 in `web`: newest that `urllib3<2.1` of `client` allows
  `client` → client 0.5 → urllib3 2.0.0
  `requests>=2` → requests 2.32.0 → urllib3 2.0.0
""")
    assert world.done("why", "urllib3", "--json").document["programs"][-1] == {
        "program": "web",
        "targets": ["linux-x86_64", "windows-x86_64"],
        "python": "3.12",
        "everywhere": True,
        "shares": [],
        "version": "2.0.0",
        "because": "newest that `urllib3<2.1` of `client` allows",
        "chains": [
            {
                "requirement": "client",
                "distributions": [
                    {"name": "client", "version": "0.5"},
                    {"name": "urllib3", "version": "2.0.0"},
                ],
            },
            {
                "requirement": "requests>=2",
                "distributions": [
                    {"name": "requests", "version": "2.32.0"},
                    {"name": "urllib3", "version": "2.0.0"},
                ],
            },
        ],
    }
    unknown = world.assemble("why", "urlib3")
    assert unknown.code == 2
    assert unknown.messages == snapshot("""\
error: nothing in `pylock.toml` is called `urlib3`
hint: did you mean `urllib3`?
""")
    assert not world.index.requests


def test_a_release_that_requires_what_is_no_requirement_is_passed_over(world: World):
    world.release("aaa", "1.0")
    world.release("aaa", "2.0", requires=["bbb (>=0.0.45ccc>=0.5.0)"])
    world.assembly(program("app", ["aaa"]), before=LINUX)

    world.done("lock")

    assert locked(world) == {"aaa": "1.0"}
