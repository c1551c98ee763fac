"""The user's folders: where platformdirs says, without loading it where nothing is unusual."""

import sys
from collections.abc import Mapping
from pathlib import Path

NAME = "assembler"


def config_folder(environment: Mapping[str, str]) -> Path:
    """The folder of the user configuration. Raises `RuntimeError` where there is no home."""
    if found := _usual("XDG_CONFIG_HOME", ".config", environment):
        return found
    from platformdirs import user_config_path

    return user_config_path(NAME)


def cache_folder(environment: Mapping[str, str]) -> Path:
    """The user's cache folder. Raises `RuntimeError` where there is no home."""
    if found := _usual("XDG_CACHE_HOME", ".cache", environment):
        return found
    from platformdirs import user_cache_path

    return user_cache_path(NAME)


def _usual(variable: str, folder: str, environment: Mapping[str, str]) -> Path | None:
    """The folder in a home on Linux (not Android) that no variable puts elsewhere."""
    home = environment.get("HOME", "")
    elsewhere = variable in environment or "ANDROID_DATA" in environment
    if sys.platform != "linux" or elsewhere or not home.startswith("/"):
        return None
    return Path(home, folder, NAME)
