"""Indexes that hold for some targets only, and flat ones."""

import pytest
from inline_snapshot import snapshot

from tests.config.assemblies import HEAD, faults, project

URL = "https://wheels.acme.example"
TORCH = f'[index.torch]\nurl = "{URL}/simple"\nonly = ["torch"]\n'


def test_a_marker_and_a_format():
    text = f"""{HEAD}{TORCH}marker = "sys_platform  ==  'linux'"

[index.links]
url = "{URL}/links.html"
only = ["acme-*"]
format = "flat"
"""
    torch, links, *_ = project(text).indexes
    assert (torch.url, torch.marker, torch.flat) == (
        f"{URL}/simple/",
        "sys_platform == 'linux'",
        False,
    )
    assert (links.url, links.marker, links.flat) == (f"{URL}/links.html", "", True)


def test_a_marker_that_is_none():
    assert faults(f'{HEAD}{TORCH}marker = "linux"\n') == snapshot("""\
`linux` is no marker
  at assembly.toml:7:10 |"linux"|
  hint: write for example `sys_platform == 'linux'`\
""")


@pytest.mark.parametrize("variable", ["python_version", "extra", "dependency_groups"])
def test_a_marker_about_what_is_no_machine(variable: str):
    message = f"`{variable}` says nothing of a target, so that no index can depend on it"
    assert faults(f"{HEAD}{TORCH}marker = \"{variable} >= '3'\"\n").startswith(message)


def test_a_word_in_quotes_is_no_variable():
    marker = "platform_release != 'extra'"
    assert project(f'{HEAD}{TORCH}marker = "{marker}"\n').indexes[0].marker == marker


def test_the_default_index_is_for_all_targets():
    text = f"""{HEAD}[index.own]
url = "{URL}"
default = true
marker = "sys_platform == 'linux'"
"""
    assert faults(text) == snapshot("""\
the default index holds for all targets, and can't have a `marker`
  at assembly.toml:7:10 |"sys_platform == 'linux'"|
  hint: give it `only` instead of `default`\
""")


def test_a_format_that_there_is_not():
    assert faults(f'{HEAD}{TORCH}format = "links"\n') == snapshot("""\
`index.torch.format` must be `simple` or `flat`, not "links"
  at assembly.toml:7:10 |"links"|\
""")
