"""Mistakes in names, indexes, sources and the lock's rules, and the exact words for them."""

import pytest
from inline_snapshot import snapshot

from tests.config.assemblies import HEAD, faults


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "a/b",
            snapshot("""\
the name "a/b" of a part holds a slash
  at assembly.toml:4:8 |"a/b"|\
"""),
        ),
        (
            "..",
            snapshot("""\
the name ".." of a part begins with `.`
  at assembly.toml:4:8 |".."|\
"""),
        ),
        (
            "-a",
            snapshot("""\
the name "-a" of a part begins with `-`
  at assembly.toml:4:8 |"-a"|\
"""),
        ),
        (
            ".a",
            snapshot("""\
the name ".a" of a part begins with `.`
  at assembly.toml:4:8 |".a"|\
"""),
        ),
        (
            "a..b",
            snapshot("""\
the name "a..b" of a part holds `..`
  at assembly.toml:4:8 |"a..b"|\
"""),
        ),
        (
            "",
            snapshot("""\
the name "" of a part is empty
  at assembly.toml:4:8 |""|\
"""),
        ),
        (
            "a\\tb",
            snapshot("""\
the name "a\\tb" of a part holds a control character
  at assembly.toml:4:8 |"a\\tb"|\
"""),
        ),
        (
            "a\\u202eb",
            snapshot("""\
the name "a\\u202eb" of a part holds a control character
  at assembly.toml:4:8 |"a\\u202eb"|\
"""),
        ),
        (
            "a ",
            snapshot("""\
the name "a " of a part begins or ends with a blank
  at assembly.toml:4:8 |"a "|\
"""),
        ),
    ],
)
def test_a_bad_name_of_a_part(name: str, message: str):
    text = f'{HEAD}[parts."{name}"]\nrecipe = "program"\nrequires = []\n'
    assert faults(text) == message


def test_a_name_of_a_part_that_is_too_long():
    text = f'{HEAD}[parts.{"x" * 101}]\nrecipe = "program"\nrequires = []\n'
    assert f'{"x" * 101}" of a part is longer than 100 bytes' in faults(text)


def test_a_bad_name_of_the_assembly():
    assert faults('[assembly]\nname = "a/b"\npython = "3.12"\n') == snapshot("""\
the name "a/b" of the assembly holds a slash
  at assembly.toml:2:8 |"a/b"|\
""")


def test_names_that_only_differ_in_case():
    text = 'recipe = "program"\nrequires = []\n'
    assert faults(f"{HEAD}[parts.My_App]\n{text}[parts.my-app]\n{text}") == snapshot("""\
the parts `My_App` and `my-app` differ only in case or separators
  at assembly.toml:7:8 |my-app|
  `My_App` is at assembly.toml:4\
""")


@pytest.mark.parametrize(
    ("python", "message"),
    [
        (
            "3",
            snapshot("""\
`3` is no version of Python such as `3.12` or `3.12.4`
  at assembly.toml:3:10 |"3"|\
"""),
        ),
        (
            "3.8",
            snapshot("""\
Python 3.8 is too old: 3.9 is the oldest that is supported
  at assembly.toml:3:10 |"3.8"|\
"""),
        ),
        (
            ">=3.12",
            snapshot("""\
`>=3.12` is no version of Python such as `3.12` or `3.12.4`
  at assembly.toml:3:10 |">=3.12"|
  hint: write "3.12": a minor version and all its patches\
"""),
        ),
    ],
)
def test_a_bad_python(python: str, message: str):
    assert faults(f'[assembly]\nname = "shop"\npython = "{python}"\n') == message


@pytest.mark.parametrize("prefix", ["", ".", "./"])
def test_a_prefix_that_is_no_folder_of_its_own(prefix: str):
    assert faults(f'{HEAD}prefix = "{prefix}"\n').startswith("the prefix must be a folder")


def test_an_index_that_says_nothing():
    assert faults(HEAD + '[index.internal]\nurl = "https://pypi.acme.example/"\n') == snapshot("""\
`index.internal` says neither `only` nor `default`
  at assembly.toml:4:8 |internal|
  hint: add `only = ["NAME-*"]`: these names come from here and from nowhere else
  hint: or add `default = true`: it takes the place of PyPI\
""")


def test_two_default_indexes():
    text = '[index.a]\nurl = "https://a.example/"\ndefault = true\n'
    text += '[index.b]\nurl = "https://b.example/"\ndefault = true\n'
    assert faults(HEAD + text) == snapshot("""\
the indexes `a` and `b` are both the default
  at assembly.toml:7:8 |b|
  hint: give one of them `only = ["…"]` instead of `default = true`\
""")


def test_a_default_index_with_names_of_its_own():
    text = '[index.a]\nurl = "https://a.example/"\ndefault = true\nonly = ["x"]\n'
    assert faults(HEAD + text) == snapshot("""\
`index.a` is the default index and has `only`
  at assembly.toml:4:8 |a|
  hint: take away one of the two\
""")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "ftp://a.example/",
            snapshot("""\
`ftp://a.example/` is no URL of an index
  at assembly.toml:5:7 |"ftp://a.example/"|
  hint: write for example `https://pypi.acme.example/simple/`\
"""),
        ),
        (
            "pypi.example",
            snapshot("""\
`pypi.example` is no URL of an index
  at assembly.toml:5:7 |"pypi.example"|
  hint: write for example `https://pypi.acme.example/simple/`\
"""),
        ),
        (
            "https://[",
            snapshot("""\
`https://[` is no URL: Invalid IPv6 URL
  at assembly.toml:5:7 |"https://["|\
"""),
        ),
    ],
)
def test_a_url_that_is_none(url: str, message: str):
    assert faults(f'{HEAD}[index.a]\nurl = "{url}"\nonly = ["x"]\n') == message


def test_credentials_in_a_url_are_not_repeated():
    text = '[index.our-own]\nurl = "https://me:secret@a.example/"\nonly = ["x"]\n'
    assert faults(HEAD + text) == snapshot("""\
a URL in the file can't hold credentials
  at assembly.toml:5:7 ||
  hint: set ASSEMBLER_INDEX_OUR_OWN_USERNAME and ASSEMBLER_INDEX_OUR_OWN_PASSWORD\
""")


def test_a_date_that_is_none():
    assert faults(HEAD + '[lock]\nexclude-newer = "yesterday"\n') == snapshot("""\
`yesterday` is neither a date nor a duration
  at assembly.toml:5:17 |"yesterday"|
  hint: write "2026-10-01", "2026-10-01T12:00:00Z" or "7 days"\
""")


def test_a_name_of_a_distribution_that_is_none():
    text = '[lock]\nprereleases = ["a b"]\nsdists = ["ok", "!"]\n'
    assert faults(HEAD + text + '[lock.constraints]\n"numpy<3" = "1"\n') == snapshot("""\
`a b` is no name of a distribution
  at assembly.toml:5:16 |"a b"|
`!` is no name of a distribution
  at assembly.toml:6:17 |"!"|
`numpy<3` is no name of a distribution
  at assembly.toml:8:1 |"numpy<3"|\
""")


def test_one_constraint_in_two_spellings():
    assert faults(HEAD + '[lock.constraints]\nSpam = "1"\nspam = "2"\n') == snapshot("""\
`spam` is constrained twice
  at assembly.toml:6:1 |spam|
  `Spam` is at assembly.toml:5\
""")


def test_a_source_that_is_neither_a_path_nor_a_name():
    assert faults(HEAD + '[sources]\n"a b" = { path = "x" }\n') == snapshot("""\
`a b` is neither a path nor the name of a distribution
  at assembly.toml:5:1 |"a b"|
  hint: write a path with a slash: `"./a b"`\
""")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            '{ git = "git@acme.example:team/a.git" }',
            snapshot("""\
`git@acme.example:team/a.git` is no URL
  at assembly.toml:5:13 |"git@acme.example:team/a.git"|
  hint: write `ssh://git@acme.example/team/a.git`\
"""),
        ),
        (
            '{ git = "http://git.acme.example/a.git" }',
            snapshot("""\
`http://git.acme.example/a.git` is no URL
  at assembly.toml:5:13 |"http://git.acme.example/a.git"|
  hint: it begins with one of `https://`, `ssh://`, `file://`\
"""),
        ),
        (
            '{ git = "ext::sh -c true" }',
            snapshot("""\
`ext::sh -c true` is no URL
  at assembly.toml:5:13 |"ext::sh -c true"|
  hint: it begins with one of `https://`, `ssh://`, `file://`\
"""),
        ),
        (
            '{ git = "https://me:secret@acme.example/a.git" }',
            snapshot("""\
a URL in the file can't hold credentials
  at assembly.toml:5:13 ||
  hint: keep them in `~/.netrc` or in git's credential helper\
"""),
        ),
        (
            '{ git = "https://acme.example/a.git", rev = "--upload-pack=true" }',
            snapshot("""\
`--upload-pack=true` is no revision
  at assembly.toml:5:49 |"--upload-pack=true"|
  hint: write a branch, a tag or a commit\
"""),
        ),
        (
            '{ git = "https://acme.example/a.git", subdirectory = "../b" }',
            snapshot("""\
`../b` leads out of its folder
  at assembly.toml:5:58 |"../b"|\
"""),
        ),
        (
            '{ git = "https://acme.example/a.git", branch = "main" }',
            snapshot("""\
unknown key `branch` of `sources.a`
  at assembly.toml:5:43 |branch|
  hint: it is called `rev` here\
"""),
        ),
        (
            '{ url = "https://acme.example/a.txt" }',
            snapshot("""\
`https://acme.example/a.txt` is no wheel and no sdist
  at assembly.toml:5:13 |"https://acme.example/a.txt"|
  hint: its name must end with `.whl`, `.tar.gz` or `.zip`\
"""),
        ),
        (
            '{ url = "https://acme.example/a-1.tar.gz", sha256 = "abc" }',
            snapshot("""\
`abc` is no sha256
  at assembly.toml:5:57 |"abc"|\
"""),
        ),
        (
            '{ url = "a-1.tar.gz" }',
            snapshot("""\
`a-1.tar.gz` is no URL
  at assembly.toml:5:13 |"a-1.tar.gz"|
  hint: it begins with one of `https://`, `http://`, `file://`\
"""),
        ),
        (
            "{ editable = true }",
            snapshot("""\
missing key `path` of `sources.a`
  at assembly.toml:5:1 |a|\
"""),
        ),
    ],
)
def test_a_source_that_can_not_be(source: str, message: str):
    assert faults(HEAD + f"[sources]\na = {source}\n") == message
