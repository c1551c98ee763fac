"""Mistakes in references, and the exact words for them."""

import pytest
from inline_snapshot import snapshot

from tests.config.assemblies import HEAD, faults

APP = '[parts.app]\nrecipe = "program"\nrequires = ["shop"]\n'


def test_an_unknown_variable():
    text = '[vars]\nport = 8080\n[parts.app]\nrecipe = "file"\nto = "x"\ntext = "p=${vars.prt}"\n'
    assert faults(HEAD + text) == snapshot("""\
unknown name `vars.prt`
  at assembly.toml:9:11 |${vars.prt}|
  hint: did you mean `port`?\
""")


def test_an_unknown_table_in_a_reference():
    assert faults(HEAD + APP + 'env.A = "${var.x}"\n') == snapshot("""\
unknown name `var` in a reference
  at assembly.toml:7:10 |${var.x}|
  hint: did you mean `vars`?\
""")


def test_an_unknown_part_in_a_reference():
    assert faults(HEAD + APP + 'env.A = "${parts.ap.dir}"\n') == snapshot("""\
unknown part `ap`
  at assembly.toml:7:10 |${parts.ap.dir}|
  hint: did you mean `app`?\
""")


def test_a_disabled_part_in_a_reference():
    off = '[parts.off]\nrecipe = "program"\nenabled = false\n'
    assert faults(HEAD + APP + 'env.A = "${parts.off.dir}"\n' + off) == snapshot("""\
part `off` is disabled
  at assembly.toml:7:10 |${parts.off.dir}|
  hint: take away its `enabled = false`\
""")


def test_an_unknown_part_in_needs():
    assert faults(HEAD + APP + 'needs = ["other", "app2"]\n') == snapshot("""\
unknown part `other`
  at assembly.toml:7:10 |"other"|
unknown part `app2`
  at assembly.toml:7:19 |"app2"|
  hint: did you mean `app`?\
""")


def test_a_disabled_part_in_needs():
    off = '[parts.off]\nrecipe = "program"\nenabled = false\n'
    assert faults(HEAD + APP + 'needs = ["off"]\n' + off) == snapshot("""\
part `off` is disabled
  at assembly.toml:7:10 |"off"|
  hint: take it out of `needs`\
""")


def test_a_part_without_an_output():
    assert faults(HEAD + APP + 'env.A = "${parts.app}"\n') == snapshot("""\
`${parts.app}` names a part, not an output of it
  at assembly.toml:7:10 |${parts.app}|
  hint: name one of its outputs, such as `${parts.app.dir}`\
""")


def test_a_launcher_with_a_dot():
    assert faults(HEAD + APP + 'env.A = "${parts.app.bin.jp.py}"\n') == snapshot("""\
`${parts.app.bin.jp.py}` names no launcher
  at assembly.toml:7:10 |${parts.app.bin.jp.py}|
  hint: write `${parts.app.bin."jp.py"}`\
""")


def test_a_path_below_a_directory():
    assert faults(HEAD + APP + 'env.A = "${parts.app.dir.etc}"\n') == snapshot("""\
`parts.app.dir` has no `etc`
  at assembly.toml:7:10 |${parts.app.dir.etc}|
  hint: write `${parts.app.dir}/etc`\
""")


def test_an_option_that_is_not_set():
    assert faults(HEAD + APP + 'env.A = "${self.wrkers}"\nworkers = 2\n') == snapshot("""\
part `app` sets no `wrkers`
  at assembly.toml:7:10 |${self.wrkers}|
  hint: did you mean `workers`?\
""")


def test_self_outside_of_a_part():
    assert faults(HEAD + '[vars]\na = "${self.name}"\n') == snapshot("""\
`self` has a meaning only in a part
  at assembly.toml:5:6 |${self.name}|\
""")


def test_an_unknown_name_of_the_assembly():
    assert faults(HEAD + '[vars]\na = "${assembly.prefx}"\n') == snapshot("""\
unknown name `assembly.prefx`
  at assembly.toml:5:6 |${assembly.prefx}|
  hint: did you mean `prefix`?\
""")


def test_a_ring_of_references():
    assert faults(HEAD + '[vars]\na = "${vars.b}"\nb = "${vars.a}"\n') == snapshot("""\
references form a cycle: vars.a → vars.b → vars.a
  at assembly.toml:6:6 |${vars.a}|
  `vars.a` refers to `vars.b` at assembly.toml:5
  `vars.b` refers to `vars.a` at assembly.toml:6
  hint: take one of these references away\
""")


def test_a_ring_through_an_option():
    text = 'env.A = "${self.env.B}"\nenv.B = "x${self.env.A}"\n'
    assert faults(HEAD + APP + text) == snapshot("""\
references form a cycle: parts.app.env.A → parts.app.env.B → parts.app.env.A
  at assembly.toml:8:11 |${self.env.A}|
  `parts.app.env.A` refers to `parts.app.env.B` at assembly.toml:7
  `parts.app.env.B` refers to `parts.app.env.A` at assembly.toml:8
  hint: take one of these references away\
""")


def test_a_table_within_text():
    assert faults(HEAD + '[vars]\nt = { a = 1 }\nx = "a ${vars.t}"\n') == snapshot("""\
`${vars.t}` is a table and can't stand within text
  at assembly.toml:6:8 |${vars.t}|\
""")


def test_a_name_below_a_number():
    assert faults(HEAD + '[vars]\nport = 1\nx = "${vars.port.a}"\n') == snapshot("""\
`vars.port` is a whole number and has no `a`
  at assembly.toml:6:6 |${vars.port.a}|\
""")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            "${vars.x",
            snapshot("""\
a reference is not closed by `}`
  at assembly.toml:5:10 |${vars.x|
  hint: a literal `${` is written `$${`\
"""),
        ),
        (
            "${}",
            snapshot("""\
a name is missing in a reference
  at assembly.toml:5:10 |${}|
  hint: a literal `${` is written `$${`\
"""),
        ),
        (
            "${vars.}",
            snapshot("""\
a name is missing in a reference
  at assembly.toml:5:10 |${vars.}|
  hint: a literal `${` is written `$${`\
"""),
        ),
        (
            "${vars..x}",
            snapshot("""\
a name is missing in a reference
  at assembly.toml:5:10 |${vars..x}|
  hint: a literal `${` is written `$${`\
"""),
        ),
        (
            "${vars x}",
            snapshot("""\
` ` can't stand in a reference
  at assembly.toml:5:10 |${vars x}|
  hint: a literal `${` is written `$${`\
"""),
        ),
        (
            "${vars}",
            snapshot("""\
`${vars}` names no value
  at assembly.toml:5:10 |${vars}|\
"""),
        ),
        (
            "${env}",
            snapshot("""\
`${env}` names no value
  at assembly.toml:5:10 |${env}|\
"""),
        ),
        (
            "${vars.${vars.a}}",
            snapshot("""\
only `${self.…}` may stand inside a reference
  at assembly.toml:5:10 |${vars.${vars.a}}|
  hint: a literal `${` is written `$${`\
"""),
        ),
        (
            "${vars.${self.${self.name}}}",
            snapshot("""\
references are nested twice
  at assembly.toml:5:10 |${vars.${self.${self.name}|
  hint: a literal `${` is written `$${`\
"""),
        ),
        (
            "${vars.'x}",
            snapshot("""\
a quoted name is not closed
  at assembly.toml:5:10 |${vars.'x}|
  hint: a literal `${` is written `$${`\
"""),
        ),
        (
            "${env.1X}",
            snapshot("""\
`1` can't stand in a reference
  at assembly.toml:5:10 |${env.1X}|
  hint: a literal `${` is written `$${`\
"""),
        ),
        (
            "${vars.x:-1}",
            snapshot("""\
`:` can't stand in a reference
  at assembly.toml:5:10 |${vars.x:-1}|
  hint: names in it are separated by `.`: `${parts.web.dir}`
  hint: a literal `${` is written `$${`\
"""),
        ),
    ],
)
def test_a_malformed_reference(reference: str, message: str):
    assert faults(f'{HEAD}[vars]\na = "see {reference}"\n') == message


def test_a_variable_of_the_environment_that_is_not_set():
    assert faults(HEAD + APP + 'env.A = "${env.TOKEN}"\n') == snapshot("""\
the environment variable `TOKEN` is not set
  at assembly.toml:7:10 |${env.TOKEN}|
  hint: set it, or give a default: `${env.TOKEN:-…}`\
""")


def test_the_environment_in_what_is_locked():
    text = '[vars]\npin = "==${env.PIN:-2}"\n[parts.app]\nrecipe = "program"\n'
    text += 'requires = ["a", "shop${vars.pin}"]\npython = "${env.PY}"\n'
    assert faults(HEAD + text, environment={"PY": "3.11"}) == snapshot("""\
the environment variable `PIN` can't decide what is locked
  at assembly.toml:8:18 |"shop${vars.pin}"|
  hint: write the value here, or pass it with `--set`
the environment variable `PY` can't decide what is locked
  at assembly.toml:9:10 |"${env.PY}"|
  hint: write the value here, or pass it with `--set`\
""")


def test_the_environment_in_the_assembly_and_the_lock():
    text = '[assembly]\nname = "shop"\npython = "${env.PY:-3.12}"\n'
    text += '[lock.constraints]\nnumpy = "<${env.MAX:-3}"\n'
    text += '[index.a]\nurl = "https://${env.HOST:-h}/"\nonly = ["a"]\n'
    assert faults(text) == snapshot("""\
the environment variable `PY` can't decide what is locked
  at assembly.toml:3:10 |"${env.PY:-3.12}"|
  hint: write the value here, or pass it with `--set`
the environment variable `MAX` can't decide what is locked
  at assembly.toml:5:9 |"<${env.MAX:-3}"|
  hint: write the value here, or pass it with `--set`
the environment variable `HOST` can't decide what is locked
  at assembly.toml:7:7 |"https://${env.HOST:-h}/"|
  hint: write the value here, or pass it with `--set`\
""")


def test_a_place_in_what_is_locked():
    text = '[parts.app]\nrecipe = "program"\nrequires = ["${assembly.project}/x"]\n'
    assert faults(HEAD + text) == snapshot("""\
`parts.app.requires.0` must be known before the build, but it is `<project>/x`
  at assembly.toml:6:13 |"${assembly.project}/x"|\
""")


def test_a_fault_in_a_variable_is_told_once():
    text = '[vars]\na = "${vars.nope}"\nb = "${vars.a}"\n'
    text += APP + 'env = { A = "${vars.b}", B = "${vars.a}" }\n'
    assert faults(HEAD + text) == snapshot("""\
unknown name `vars.nope`
  at assembly.toml:5:6 |${vars.nope}|\
""")


def test_a_quoted_name_within_quotes():
    assert faults(HEAD + APP + r'env.A = "x ${parts.ap.bin.\"jp.py\"}"' + "\n") == snapshot("""\
unknown part `ap`
  at assembly.toml:7:12 |${parts.ap.bin.\\"jp.py\\"}|
  hint: did you mean `app`?\
""")
