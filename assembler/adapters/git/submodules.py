"""The file `.gitmodules`: which submodules a commit has, and where they come from."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit, urlunsplit

from assembler.errors import ConfigurationError
from assembler.model.source_urls import ssh_url
from assembler.model.sources import is_repository
from assembler.model.url import shown


def declared(listing: str) -> Mapping[str, str]:
    """The URL of each submodule by its path, out of what `git config --list --null` says."""
    tables: dict[str, dict[str, str]] = {}
    for entry in listing.split("\0"):
        key, _, value = entry.partition("\n")
        section, _, rest = key.partition(".")
        name, _, option = rest.rpartition(".")
        if section == "submodule" and name:
            tables.setdefault(name, {})[option] = value
    return {table["path"]: table["url"] for table in tables.values() if {"path", "url"} <= {*table}}


def submodule_url(base: str, written: str, path: str) -> str:
    """The URL of a submodule as its repository writes it, which may be relative to its own.

    Raises `ConfigurationError` for one that is never fetched from.
    """
    url = _relative(base, written) if written.startswith(("./", "../")) else written
    url = (ssh_url(url) or url) if "://" not in url else url
    local = urlsplit(url).scheme == "file" and urlsplit(base).scheme != "file"
    if not is_repository(url) or local or any(character.isspace() for character in url):
        raise ConfigurationError(
            f"the submodule `{path}` of `{shown(base)}` is at `{shown(url)}`, "
            "where none is fetched from",
            hints=("it must be at `https://` or `ssh://`",),
        )
    return _without_password(url)


def _relative(base: str, written: str) -> str:
    parts = urlsplit(base)
    folders = [name for name in parts.path.split("/") if name]
    for name in written.rstrip("/").split("/"):
        if name == "..":
            folders = folders[:-1]
        elif name not in ("", "."):
            folders.append(name)
    return urlunsplit(parts._replace(path="/" + "/".join(folders)))


def _without_password(url: str) -> str:
    """The URL without what may be a token; over ssh the user's name is part of the place."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    kept = f"{user.partition(':')[0]}@" if at and parts.scheme == "ssh" else ""
    return urlunsplit(parts._replace(netloc=kept + host))


def gitlinks(listing: str) -> Iterator[tuple[str, str]]:
    """Path and commit of each submodule that `git ls-tree -z` lists."""
    for entry in listing.split("\0"):
        kind, _, path = entry.partition("\t")
        words = kind.split(" ")
        if words[0] == "160000":
            yield path, words[-1]
