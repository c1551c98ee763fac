"""Where the files of an index may be, and plain http."""

from inline_snapshot import snapshot

from assembler.config.defaults import DEFAULT_FILES
from tests.config.assemblies import HEAD, faults, project

PLAIN = '[index.own]\nurl = "http://pypi.acme.example/simple/"\ndefault = true\n'
INDEX = '[index.own]\nurl = "https://pypi.acme.example/simple/"\ndefault = true\n'


def test_hosts_and_plain_http():
    (index,) = project(f'{HEAD}{PLAIN}files = ["files.acme.example"]\ninsecure = true\n').indexes
    assert (index.files, index.insecure) == (("files.acme.example",), True)


def test_the_hosts_of_the_default_index_are_known():
    (index,) = project(HEAD).indexes
    assert (index.files, index.insecure) == (DEFAULT_FILES, False)
    (index,) = project(HEAD + INDEX).indexes
    assert index.files == ()


def test_what_is_no_host():
    hosts = '["files.acme.example:8443", "https://cdn.acme.example/"]'
    assert faults(f"{HEAD}{INDEX}files = {hosts}\n") == snapshot("""\
`https://cdn.acme.example/` is no host
  at assembly.toml:7:37 |"https://cdn.acme.example/"|
  hint: write for example `files.acme.example`, or `files.acme.example:8443`\
""")


def test_plain_http_where_it_is_encrypted():
    assert faults(f"{HEAD}{INDEX}insecure = true\n") == snapshot("""\
`insecure` is about plain http, and does nothing for `https://pypi.acme.example/simple/`
  at assembly.toml:7:1 |insecure|
  hint: take it away\
""")
