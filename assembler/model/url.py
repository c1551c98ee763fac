"""URLs as they may be shown and stored: without credentials."""

import re
from pathlib import PurePath
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

_SAFE_NAME = r"[A-Za-z0-9][A-Za-z0-9._+!-]{0,199}"


def without_credentials(url: str) -> str:
    """Return the URL without user name and password."""
    if "@" not in url:
        return url
    parts = urlsplit(url)
    return urlunsplit(_anonymous(parts)) if "@" in parts.netloc else url


def shown(url: str) -> str:
    """Return the URL as messages may show it: neither credentials nor query (they hold tokens)."""
    return urlunsplit(_anonymous(urlsplit(url))._replace(query="", fragment=""))


def file_name(url: str) -> str:
    """Return the last name of the URL's path if it is a plain file name, else `file`."""
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    return name if re.fullmatch(_SAFE_NAME, name) else "file"


def file_url(path: PurePath) -> str:
    """Return the URL of an absolute path."""
    return "file://" + quote(path.as_posix())


def _anonymous(parts: SplitResult) -> SplitResult:
    return parts._replace(netloc=parts.netloc.rpartition("@")[2])
