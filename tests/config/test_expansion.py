"""References that grow without bound."""

import pytest
from inline_snapshot import snapshot

from assembler.config.compose import compose
from assembler.config.document import parse
from assembler.config.resolved import resolve
from assembler.model.limits import Limits
from tests.config.assemblies import HEAD, faults


def test_values_that_grow_without_bound():
    lines = [f'v{i} = ["${{vars.v{i + 1}}}", "${{vars.v{i + 1}}}"]' for i in range(30)]
    text = HEAD + "[vars]\n" + "\n".join(lines) + '\nv30 = ["x"]\n'
    assert faults(text) == snapshot("""\
`vars.v13` grows beyond 100000 values
  at assembly.toml:18:7 |["${vars.v14}", "${vars.v14}"]|
  hint: the limit is `limits.array-values = 100000`, and the user configuration can raise it\
""")


def test_text_that_grows_without_bound():
    lines = [f'v{i} = "${{vars.v{i + 1}}}${{vars.v{i + 1}}}"' for i in range(40)]
    text = HEAD + "[vars]\n" + "\n".join(lines) + '\nv40 = "x"\n'
    assert faults(text) == snapshot("""\
the text grows beyond 1000000 characters
  at assembly.toml:25:7 |"${vars.v21}${vars.v21}"|
  hint: the limit is `limits.text-length = 1000000`, and the user configuration can raise it\
""")


def test_tables_that_grow_without_bound():
    lines = [f'v{i} = {{ a = "${{vars.v{i + 1}}}", b = "${{vars.v{i + 1}}}" }}' for i in range(25)]
    text = HEAD + "[vars]\n" + "\n".join(lines) + "\nv25 = 1\n"
    assert faults(text) == snapshot("""\
`vars.v9` grows beyond 100000 values
  at assembly.toml:14:6 |{ a = "${vars.v10}", b = "${vars.v10}" }|
  hint: the limit is `limits.array-values = 100000`, and the user configuration can raise it\
""")


def test_references_that_lead_too_deep():
    lines = [f'v{i} = "${{vars.v{i + 1}}}"' for i in range(200)]
    text = HEAD + "[vars]\n" + "\n".join(lines) + "\nv200 = 1\n"
    assert faults(text) == snapshot("""\
references lead deeper than 60 levels
  at assembly.toml:65:8 |${vars.v61}|
  hint: the limit is `limits.reference-depth = 60`, and the user configuration can raise it
references lead deeper than 60 levels
  at assembly.toml:126:9 |${vars.v122}|
  hint: the limit is `limits.reference-depth = 60`, and the user configuration can raise it
references lead deeper than 60 levels
  at assembly.toml:187:9 |${vars.v183}|
  hint: the limit is `limits.reference-depth = 60`, and the user configuration can raise it\
""")


BOMBS = {
    "texts": (
        '[vars]\na = "' + "x" * 900_000 + '"\nb = [' + '"${vars.a}!", ' * 5000 + "]\n",
        "references make texts of more than 67108864 characters",
    ),
    "arrays": (
        f"[vars]\na = {[0] * 90_000}\n"
        + "".join(f'b{number} = ["${{vars.a}}"]\n' for number in range(5000)),
        "references make more than 1000000 values",
    ),
    "whole values": (
        f"[vars]\na = {[0] * 90_000}\n[parts]\n"
        + "".join(
            f'p{number} = {{ recipe = "program", requires = "${{vars.a}}" }}\n'
            for number in range(2000)
        ),
        "references make more than 1000000 values",
    ),
    "presets": (
        f'[presets.p]\nrecipe = "program"\nrequires = {["x"] * 90_000}\n[parts]\n'
        + "".join(f'p{number} = {{ inherits = ["p"] }}\n' for number in range(2000)),
        "the configuration grows beyond 1000000 values",
    ),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_are_refused_before_they_go_off(kind: str):
    text, message = BOMBS[kind]
    assert message in faults(HEAD + text)


def test_the_deepest_references_that_a_limit_allows():
    limits = Limits(reference_depth=100)
    lines = [f'v{i} = "${{vars.v{i + 1}}}"' for i in range(98)]
    text = HEAD + "[vars]\n" + "\n".join(lines) + "\nv98 = 1\n"
    resolved = resolve(compose([parse(text, "assembly.toml", limits=limits)]), {})
    first = resolved.root.child("vars", "v0")
    assert first is not None
    assert first.value == 1
