"""What `[lock.overrides]` may say."""

from inline_snapshot import snapshot

from assembler.model.project import Override
from tests.config.assemblies import HEAD, faults, project


def test_overrides_are_read():
    found = project(
        HEAD + "[lock.overrides]\n"
        'urllib3 = { version = " ==2.2.1", because = "CVE fix" }\n'
        'Some_Thing = { exclude = true, because = "Windows only" }\n'
        'gone = ""\n'
    ).lock.overrides

    assert found == (
        Override(name="urllib3", specifier="==2.2.1", because="CVE fix", origin=found[0].origin),
        Override(name="some-thing", exclude=True, because="Windows only", origin=found[1].origin),
    )
    assert [each.origin.line for each in found] == [5, 6]


def test_a_setting_takes_an_override_away():
    text = HEAD + '[lock.overrides]\na = { exclude = true, because = "b" }\n'

    assert project(text, ['lock.overrides.a=""']).lock.overrides == ()


def test_mistakes():
    assert faults(
        HEAD + "[lock.overrides]\n"
        'a = { because = "c" }\n'
        'b = { version = "1", exclude = true, because = "c" }\n'
        'c = { version = "1", because = " " }\n'
        'd = "==1"\n'
        '"f/g" = { version = "1", because = "c" }\n'
        'A = { version = "1", because = "c" }\n'
    ) == snapshot("""\
an override has either `version` or `exclude`, this one neither of them
  at assembly.toml:5:5 |{ because = "c" }|
  hint: write `{ version = "==2.2.1", because = "…" }`, or `{ exclude = true, because = "…" }`
an override has either `version` or `exclude`, this one both
  at assembly.toml:6:5 |{ version = "1", exclude = true, because = "c" }|
  hint: write `{ version = "==2.2.1", because = "…" }`, or `{ exclude = true, because = "…" }`
the override says no reason
  at assembly.toml:7:32 |" "|
an override is a table with its reason, not `==1`
  at assembly.toml:8:5 |"==1"|
  hint: write `{ version = "==2.2.1", because = "…" }`, or `{ exclude = true, because = "…" }`
`f/g` is no name of a distribution
  at assembly.toml:9:1 |"f/g"|
`A` is overridden twice
  at assembly.toml:10:1 |A|
  `a` is at assembly.toml:5\
""")


def test_a_reason_must_be_given():
    assert faults(HEAD + '[lock.overrides]\ne = { version = "1" }\n') == snapshot("""\
missing key `because` of `lock.overrides.e`
  at assembly.toml:5:1 |e|\
""")
