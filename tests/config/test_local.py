"""A local layer, which is not committed, decides nothing that is locked."""

from pathlib import PurePath

import pytest

from assembler.adapters.plugins import recipes
from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.schema import load
from assembler.errors import AssemblerError, Faults
from assembler.model.part import PartName
from assembler.model.project import Project
from tests.config.assemblies import HEAD, RECIPES, told

APP = '[parts.app]\nrecipe = "program"\nrequires = ["${vars.kernel}", "x"]\n'
KERNEL = '[vars]\nkernel = ["ipykernel"]\nversion = ">=1"\n'


def project(text: str, local: str) -> Project:
    documents = [
        parse(HEAD + text, "assembly.toml"),
        parse(local, "assembly.local.toml", local=True),
    ]
    return load(compose(documents), recipes=RECIPES, folder=PurePath("/srv/shop"), environment={})


def refused(text: str, local: str) -> str:
    with pytest.raises(AssemblerError) as caught:
        project(text, local)
    error = caught.value
    return "\n".join(map(told, error.errors if isinstance(error, Faults) else [error]))


def test_it_may_change_what_does_not_matter_to_the_solve():
    local = (
        '[assembly]\nprefix = "mine"\n[vars]\nport = 1\n[parts.app]\nenv.A = "${vars.port}"\n'
        '[parts.more]\nrecipe = "file"\nto = "a"\n[parts.other]\nenabled = false\n'
    )
    found = project(KERNEL + APP + '[parts.other]\nrecipe = "program"\nrequires = []\n', local)
    assert found.prefix == "mine"
    assert list(found.parts) == ["app", "more"]
    assert found.parts[PartName("app")].values["env"] == {"A": 1}


def test_it_says_what_is_locked():
    local = (
        '[assembly]\npython = "3.13"\n[lock]\nconstraints = { a = "<2" }\n'
        '[parts.app]\nrequires.add = ["y"]'
    )
    tail = "  hint: write it in `assembly.toml`"
    message = "`assembly.local.toml` can't decide what is locked, as it is not committed"
    assert refused(KERNEL + APP, local) == "\n".join(
        f"{message}\n  at assembly.local.toml:{place}\n{tail}"
        for place in ('2:10 |"3.13"|', '4:21 |"<2"|', '6:17 |"y"|')
    )


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ('recipe = "test"\nprogram = "app"', 'runner = "unittest"'),
        ('recipe = "test"\nprogram = "app"', 'program = "more"'),
        ('recipe = "node"\noutputs = ["dist"]', 'node = "22"'),
        ('recipe = "supervisor"\nprograms = {}', 'version = ">=4.3"'),
        ('recipe = "git"\nurl = "https://git.example/a.git"', 'rev = "v2"'),
        ('recipe = "git"\nurl = "https://git.example/a.git"', "submodules = true"),
    ],
)
def test_it_names_nothing_that_standard_recipes_lock(part: str, key: str):
    programs = "".join(
        f'[parts.{name}]\nrecipe = "program"\nrequires = []\n' for name in ("app", "more")
    )
    documents = [
        parse(f"{HEAD}{programs}[parts.one]\n{part}\n", "assembly.toml"),
        parse(f"[parts.one]\n{key}", "assembly.local.toml", local=True),
    ]
    with pytest.raises(AssemblerError) as caught:
        load(compose(documents), recipes=recipes(), folder=PurePath("/srv"), environment={})

    assert caught.value.message == (
        "`assembly.local.toml` can't decide what is locked, as it is not committed"
    )
    assert caught.value.origin is not None
    assert caught.value.origin.line == 2


def test_it_says_a_variable_that_decides_what_is_locked():
    assert refused(KERNEL + APP, '[vars]\nkernel = ["a"]') == (
        "`assembly.local.toml` can't decide what is locked, as it is not committed\n"
        '  at assembly.local.toml:2:11 |"a"|\n'
        "  hint: write it in `assembly.toml`"
    )
    text = KERNEL + '[parts.app]\nrecipe = "program"\nrequires = ["x${vars.version}"]\n'
    assert refused(text, '[vars]\nversion = "<1"') == (
        "`assembly.local.toml` can't decide what is locked, as it is not committed\n"
        '  at assembly.local.toml:2:11 |"<1"|\n'
        "  `parts.app.requires.0` is made from it, at assembly.toml:9\n"
        "  hint: write it in `assembly.toml`"
    )
