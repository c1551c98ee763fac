from pathlib import PurePath

import pytest

from assembler.config.defaults import DEFAULT_INDEX
from assembler.model.project import IndexRoute, LockPolicy, SourceTree
from assembler.model.sources import SourceArchive, SourceRepository
from assembler.model.text import Text
from tests.config.assemblies import HEAD, Launcher, Program, part, project


def test_a_project():
    found = project(
        HEAD + 'requires-assembler = ">=0.1"\nprefix = "out"\n[parts]\n', file="assembly.toml"
    )
    assert (found.name, found.python, found.prefix) == ("shop", "3.12", "out")
    assert found.requires_assembler == ">=0.1"
    assert (found.file, found.folder) == ("assembly.toml", PurePath("/srv/shop"))
    assert (found.python_origin.line, found.python_origin.column) == (3, 10)
    assert found.parts == {}
    assert found.lock == LockPolicy()


@pytest.mark.parametrize(
    ("file", "prefix"),
    [
        ("assembly.toml", "build"),
        ("production.toml", "build-production"),
        ("a.b.toml", "build-a.b"),
    ],
)
def test_the_prefix_beside_a_file(file: str, prefix: str):
    assert project(HEAD, file=file).prefix == prefix


def test_pypi_is_the_index_where_no_other_is_the_default():
    (route,) = project(HEAD).indexes
    assert (route.name, route.url, route.default) == ("pypi", DEFAULT_INDEX, True)
    assert str(route.origin) == "built-in defaults"


def test_indexes():
    text = '[index.Internal]\nurl = "https://pypi.acme.example/simple"\nonly = ["Acme_*", "b"]\n'
    internal, pypi = project(HEAD + text).indexes
    assert internal == IndexRoute(
        name="Internal",
        url="https://pypi.acme.example/simple/",
        only=("acme-*", "b"),
        origin=internal.origin,
    )
    assert (internal.origin.line, internal.origin.key) == (4, "index.Internal")
    assert pypi.name == "pypi"


def test_a_default_index_takes_the_place_of_pypi():
    text = '[index.a]\nurl = "https://a.example/"\ndefault = true\n'
    assert [route.name for route in project(HEAD + text).indexes] == ["a"]


def test_an_index_named_pypi_that_is_not_the_default():
    text = '[index.pypi]\nurl = "https://a.example/"\nonly = ["x"]\n'
    assert [route.name for route in project(HEAD + text).indexes] == ["pypi", "default"]


def test_the_lock():
    text = '[lock]\ntargets = ["linux-x86_64"]\nexclude-newer = 2026-10-01\nprereleases = ["*"]\n'
    text += 'sdists = ["Legacy_Sdist"]\n[lock.constraints]\nNum_Py = "<3 "\nother = ""\n'
    lock = project(HEAD + text).lock
    assert lock.targets == ("linux-x86_64",)
    assert lock.exclude_newer == "2026-10-01"
    assert lock.prereleases == ("*",)
    assert lock.sdists == ("legacy-sdist",)
    assert [(each.name, each.specifier, each.origin.line) for each in lock.constraints] == [
        ("num-py", "<3", 10)
    ]


@pytest.mark.parametrize(
    "instant", ["7 days", "1 week", "2026-10-01", "2026-10-01T12:00:00Z", "12 hours"]
)
def test_an_instant_to_lock_at(instant: str):
    assert project(f'{HEAD}[lock]\nexclude-newer = "{instant}"\n').lock.exclude_newer == instant


def test_sdists_of_any_name():
    assert project(HEAD + '[lock]\nsdists = "any"\n').lock.sdists == ("any",)


def test_a_constraint_that_a_setting_takes_away_or_spells_otherwise():
    text = HEAD + '[lock.constraints]\nSpam = "<3"\neggs = "<2"\n'
    lock = project(text, ["lock.constraints.spam=<4", "lock.constraints.eggs="]).lock
    assert [(each.name, each.specifier) for each in lock.constraints] == [("spam", "<4")]


def test_sources():
    text = '[sources]\n"libs/*" = { editable = true }\n"./one" = {}\n'
    text += 'My_Shop = { path = ".", editable = true }\n'
    found = project(HEAD + text).sources
    assert found == (
        SourceTree(name="", path="libs/*", editable=True, origin=found[0].origin),
        SourceTree(name="", path="./one", origin=found[1].origin),
        SourceTree(name="my-shop", path=".", editable=True, origin=found[2].origin),
    )
    assert [each.origin.line for each in found] == [5, 6, 7]


def test_sources_elsewhere():
    text = '[sources]\nA_b = { url = "https://a.example/a_b-1.zip", sha256 = "%s" }\n' % ("0" * 64)
    text += 'c = { git = "ssh://git@a.example/c.git", rev = "v1", subdirectory = "./x/" }\n'
    found = project(HEAD + text)
    assert found.archives == (
        SourceArchive(
            name="a-b",
            url="https://a.example/a_b-1.zip",
            sha256="0" * 64,
            origin=found.archives[0].origin,
        ),
    )
    assert found.repositories == (
        SourceRepository(
            name="c",
            url="ssh://git@a.example/c.git",
            rev="v1",
            subdirectory="x",
            origin=found.repositories[0].origin,
        ),
    )


def test_a_part():
    found = part(
        '[parts.app]\nrecipe = "program"\nrequires = ["shop"]\nenv = { PORT = 8080, TZ = "UTC" }\n'
        "ratio = 2\n[parts.app.launchers]\n"
        'web = { entry-point = "a:b", args = ["-x", 1] }\npy.interpreter = true\n'
    )
    assert found.recipe == "program"
    assert found.options == Program(
        requires=("shop",),
        env={"PORT": Text(("8080",)), "TZ": Text(("UTC",))},
        ratio=2.0,
        launchers={
            "web": Launcher(entry_point="a:b", args=(Text(("-x",)), Text(("1",)))),
            "py": Launcher(interpreter=True),
        },
    )
    assert found.values == {
        "requires": ("shop",),
        "env": {"PORT": 8080, "TZ": "UTC"},
        "ratio": 2,
        "launchers": {
            "web": {"entry-point": "a:b", "args": ("-x", 1)},
            "py": {"interpreter": True},
        },
    }
    assert found.typed(Program).requires == ("shop",)


@pytest.mark.parametrize(
    ("scripts", "value"),
    [('"all"', "all"), ('["a"]', ("a",)), ('{ a = "b" }', {"a": "b"}), ("[]", ())],
)
def test_an_option_of_several_types(scripts: str, value: object):
    found = part(f'[parts.app]\nrecipe = "program"\nrequires = []\nscripts = {scripts}\n')
    assert found.typed(Program).scripts == value


def test_any_values():
    values = '{ a = [1, { b = true }], c = "${self.out}" }'
    found = part(f'[parts.app]\nrecipe = "file"\nto = "x"\nvars = {values}\n')
    assert found.options.vars["a"] == (1, {"b": True})
    assert isinstance(found.options.vars["c"], Text)


def test_a_disabled_part_is_left_out_unchecked():
    text = '[parts.off]\nrecipe = "nope"\nenabled = false\nneeds = ["x"]\nenv = "${vars.y}"\n'
    assert project(HEAD + text).parts == {}


def test_a_part_may_be_disabled_by_a_variable():
    text = '[vars]\non = false\n[parts.a]\nrecipe = "file"\nto = "x"\nenabled = "${vars.on}"\n'
    assert project(HEAD + text).parts == {}
    assert set(project(HEAD + text, ["vars.on=true"]).parts) == {"a"}


def test_parts_keep_the_order_of_the_file():
    text = "".join(f'[parts.{name}]\nrecipe = "file"\nto = "{name}"\n' for name in "cab")
    assert list(project(HEAD + text).parts) == ["c", "a", "b"]


def test_what_was_read_of_the_environment():
    text = '[vars]\na = "${env.A:-x}"\n[parts.off]\nenabled = false\nb = "${env.B}"\n'
    assert project(HEAD + text, environment={"B": "1"}).environment_read == {"A": None}
