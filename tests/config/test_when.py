"""`[[when]]` blocks hold for some targets only."""

import pytest

from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.plain import plain
from assembler.errors import AssemblerError, Faults
from assembler.model.platforms import PLATFORMS
from tests.config.assemblies import told


def vars_on(target: str, *texts: str) -> object:
    documents = [parse(text, f"{index}.toml") for index, text in enumerate(texts)]
    found = compose(documents, PLATFORMS[target]).root.child("vars")
    return found and plain(found)


def refused(text: str) -> str:
    with pytest.raises(AssemblerError) as caught:
        compose([parse(text, "assembly.toml")], PLATFORMS["linux-x86_64"])
    error = caught.value
    return "\n".join(map(told, error.errors if isinstance(error, Faults) else [error]))


LAYERED = """
[vars]
x = ["a"]
[[when]]
marker = "sys_platform == 'darwin'"
vars.x.add = ["darwin"]
[[when]]
marker = "platform_machine == 'arm64' or platform_machine == 'aarch64'"
vars.x.add = ["arm"]
[[when]]
marker = "platform_system == 'msdos'"
vars.x.add = ["msdos"]
"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("linux-x86_64", ("a",)),
        ("linux-aarch64", ("a", "arm")),
        ("macos-arm64", ("a", "darwin", "arm")),
        ("macos-x86_64", ("a", "darwin")),
    ],
)
def test_blocks_lie_over_their_file_in_order(target: str, expected: tuple[str, ...]):
    assert vars_on(target, LAYERED) == {"x": expected}


def test_the_blocks_of_a_file_lie_below_what_extends_it():
    assert vars_on("macos-arm64", LAYERED, "[vars]\nx.remove = ['darwin']\n") == {"x": ("a", "arm")}


def test_a_block_may_hold_any_table():
    text = (
        "[[when]]\nmarker = \"os_name == 'posix'\"\n"
        "[when.for-each.a]\nnames = ['x']\nvars.\"${name}\" = 1\n"
    )
    assert vars_on("linux-x86_64", text) == {"x": 1}


def test_without_a_target_no_block_holds():
    found = compose([parse(LAYERED, "assembly.toml")]).root
    assert plain(found) == {"vars": {"x": ("a",)}}


def block(marker: str) -> str:
    return refused(f"[[when]]\nmarker = {marker}\n")


def test_markers_are_data():
    assert block("\"__import__('os').system('true')\"") == (
        "`__import__('os').system('true')` is no environment marker\n"
        "  at assembly.toml:2:10 |\"__import__('os').system('true')\"|\n"
        "  hint: write for example \"sys_platform == 'darwin'\""
    )


def test_markers_that_are_about_something_else():
    assert block("\"python_version < '3.11'\"") == (
        "`python_version` depends on a program's Python, not on the platform\n"
        "  at assembly.toml:2:11 |python_version|\n"
        "  hint: write the marker into the requirement itself, such as "
        "\"tomli; python_version < '3.11'\""
    )
    assert block("\"extra == 'x'\"") == (
        "`extra` means nothing for a whole assembly\n"
        "  at assembly.toml:2:11 |extra|\n"
        "  hint: a block may depend on `os_name`, `platform_machine`, `platform_release`, "
        "`platform_system`, `platform_version`, `sys_platform`"
    )
    assert block("\"sys_plattform == 'x'\"") == (
        "`sys_plattform == 'x'` is no environment marker\n"
        "  at assembly.toml:2:10 |\"sys_plattform == 'x'\"|\n"
        "  hint: did you mean `sys_platform`?"
    )


def test_blocks_that_are_wrong():
    assert refused("[[when]]\nvars.x = 1\n") == (
        "missing key `marker` of a `[[when]]` block\n  at assembly.toml:1:3 |when|"
    )
    assert block("1") == "`marker` must be text, not a whole number\n  at assembly.toml:2:10 |1|"
    assert refused("[when]\nmarker = 'os_name'\n") == (
        "`when` is written as `[[when]]`, with two brackets\n  at assembly.toml:1:2 |when|"
    )


def test_what_can_not_depend_on_the_target():
    text = (
        "[[when]]\nmarker = \"os_name == 'nt'\"\nassembly.extends = []\nlock.targets = []\n"
        "lock.file = 'x'\n[when.targets]\n[[when.when]]\n"
    )
    assert [line for line in refused(text).splitlines() if not line.startswith(" ")] == [
        (
            "`assembly.extends` can't stand in a `[[when]]` block: "
            "what a file extends can't depend on the target"
        ),
        "`lock.targets` can't stand in a `[[when]]` block: targets can't depend on the target",
        "`lock.file` can't stand in a `[[when]]` block: the lock can't depend on the target",
        "`targets` can't stand in a `[[when]]` block: targets can't depend on the target",
        "`when` can't stand in a `[[when]]` block: blocks can't stand in each other",
    ]
