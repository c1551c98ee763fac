"""What a user configuration may say."""

import pytest

from assembler.config.user import CredentialsTable, UserTable, user_settings, variables
from assembler.errors import AssemblerError, Faults
from assembler.model.limits import Limits
from tests.config.assemblies import told


def refused(text: str) -> str:
    with pytest.raises(AssemblerError) as caught:
        user_settings(text, "config.toml")
    error = caught.value
    return "\n".join(map(told, error.errors if isinstance(error, Faults) else [error]))


def test_all_of_it():
    text = """
cache = "~/cache"
jobs = 4
offline = true
timeout = 2.5
interpreters = ["/opt/python3.12"]
[mirrors]
"https://files.acme.example/" = "https://mirror.acme.example/files/"
[credentials.in-ternal]
username = "me"
password = "secret"
[credentials.other]
token = "t"
[limits]
archive-ratio = 10
stall-time = 0.5
"""
    found = user_settings(text, "config.toml")
    assert found == UserTable(
        cache="~/cache",
        jobs=4,
        offline=True,
        timeout=2.5,
        interpreters=("/opt/python3.12",),
        mirrors={"https://files.acme.example/": "https://mirror.acme.example/files/"},
        credentials={
            "in-ternal": CredentialsTable(username="me", password="secret"),
            "other": CredentialsTable(token="t"),
        },
        limits=Limits(archive_ratio=10, stall_time=0.5),
    )
    assert variables(found) == {
        "ASSEMBLER_INDEX_IN_TERNAL_USERNAME": "me",
        "ASSEMBLER_INDEX_IN_TERNAL_PASSWORD": "secret",
        "ASSEMBLER_INDEX_OTHER_TOKEN": "t",
    }


def test_what_it_may_not_say():
    assert refused('jobs = 0\n[vars]\nx = 1\n[mirrors]\n"pypi" = "https://x"\n') == (
        "`vars` can't stand in the user configuration, which changes no build\n"
        "  at config.toml:2:2 |vars|\n"
        "  hint: write it in `assembly.toml`\n"
        "`jobs`: expected `int` >= 1\n"
        "  at config.toml:1:8 |0|\n"
        "`pypi` is no beginning of URLs\n"
        '  at config.toml:5:1 |"pypi"|\n'
        "  hint: write for example `https://mirror.acme.example/simple/`\n"
        "`https://x` is no beginning of URLs\n"
        '  at config.toml:5:10 |"https://x"|\n'
        "  hint: write for example `https://mirror.acme.example/simple/`"
    )
