"""`exclude-newer` in all its forms."""

import pytest
from inline_snapshot import snapshot

from tests.config.assemblies import HEAD, faults, project

INDEX = '[index.main]\nurl = "https://a.example/"\ndefault = true\n'


def test_a_table_has_a_rule_for_each_distribution():
    lock = project(
        f"{HEAD}[lock]\n"
        'exclude-newer = { default = "7 days", Num_Py = false, torch = 2026-10-01 }\n'
    ).lock

    assert lock.exclude_newer == "7 days"
    assert lock.exclude_newer_of == {"num-py": "false", "torch": "2026-10-01"}


@pytest.mark.parametrize("said", ["false", "{ default = false }", "{}"])
def test_nothing_is_left_out(said: str):
    lock = project(f"{HEAD}[lock]\nexclude-newer = {said}\n").lock

    assert (lock.exclude_newer, lock.exclude_newer_of) == (None, {})


def test_an_index_has_a_rule_of_its_own():
    (route,) = project(f'{HEAD}{INDEX}exclude-newer = "1 day"\nupload-time = false\n').indexes
    assert (route.exclude_newer, route.upload_time) == ("1 day", False)

    (route,) = project(f"{HEAD}{INDEX}exclude-newer = false\n").indexes
    assert (route.exclude_newer, route.upload_time) == ("false", True)


def test_mistakes():
    text = '[lock]\nexclude-newer = { lib = "later", "a b" = false, Lib = false, c = true }\n'
    assert faults(HEAD + text) == snapshot("""\
`lock.exclude-newer.c` must be text or `false`, not a boolean
  at assembly.toml:5:66 |true|
  hint: write "true"\
""")
    text = '[lock]\nexclude-newer = { lib = "later", "a b" = false, Lib = false }\n'
    assert faults(HEAD + text) == snapshot("""\
`later` is neither a date nor a duration
  at assembly.toml:5:25 |"later"|
  hint: write "2026-10-01", "2026-10-01T12:00:00Z" or "7 days"
`a b` is no name of a distribution
  at assembly.toml:5:34 |"a b"|
`Lib` is there twice
  at assembly.toml:5:49 |Lib|
  `lib` is at assembly.toml:5\
""")
    assert faults(f'{HEAD}{INDEX}exclude-newer = "later"\n') == snapshot("""\
`later` is neither a date nor a duration
  at assembly.toml:7:17 |"later"|
  hint: write "2026-10-01", "2026-10-01T12:00:00Z" or "7 days"\
""")


def test_one_index_with_two_rules():
    other = '[index.other]\nurl = "https://a.example/"\nonly = ["x"]\nexclude-newer = "1 day"\n'
    assert faults(HEAD + INDEX + other) == snapshot("""\
`main` and `other` are one index, with two `exclude-newer`
  at assembly.toml:7:8 |other|
  hint: say the same in both\
""")
