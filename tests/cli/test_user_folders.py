"""The user's folders are where platformdirs says, whether it is loaded or not."""

from collections.abc import Mapping

import platformdirs
import pytest

from assembler.cli.user_folders import cache_folder, config_folder

CONCERNED = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ANDROID_DATA")


@pytest.mark.parametrize(
    "variables",
    [
        {"HOME": "/home/anna"},
        {"HOME": "/home/anna/"},
        {"HOME": "/home/../home//anna"},
        {"HOME": "/"},
        {"HOME": "/home/Anna Lena"},
        {"HOME": "/home/anna", "XDG_CACHE_HOME": "/fast/cache"},
        {"HOME": "/home/anna", "XDG_CONFIG_HOME": "/etc/anna"},
        {"HOME": "/home/anna", "XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": " "},
        {"HOME": "/home/anna", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "~/config"},
        {"HOME": "/data", "ANDROID_DATA": "/data"},
        {"XDG_CACHE_HOME": "/fast/cache", "XDG_CONFIG_HOME": "/etc/anna"},
        {},
    ],
)
def test_folders_are_where_platformdirs_says(
    variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in CONCERNED:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert config_folder(variables) == platformdirs.user_config_path("assembler")
    assert cache_folder(variables) == platformdirs.user_cache_path("assembler")
