"""URLs of archives and repositories that people write, checked."""

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

import msgspec

from assembler.errors import ConfigurationError
from assembler.model.sources import REPOSITORY_SCHEMES, is_repository, is_revision
from assembler.origin import Origin

_SCP = r"(?P<host>[\w.-]+@[\w.-]+):(?P<path>[^/].*)"


def url_fault(url: str, schemes: Sequence[str], origin: Origin) -> ConfigurationError | None:
    """What is wrong with a URL that must have one of these schemes and no credentials."""
    listed = ", ".join(f"`{scheme}://`" for scheme in schemes)
    hints = (f"it begins with one of {listed}",)
    if converted := ssh_url(url):
        hints = (f"write `{converted}`",)
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    local = parts.scheme == "file" and parts.path.startswith("/")
    if parts.scheme not in schemes or not (parts.netloc or local) or re.search(r"\s", url):
        return ConfigurationError(f"`{url}` is no URL", origin=origin, hints=hints)
    if _holds_credentials(parts):
        where = msgspec.structs.replace(origin, excerpt="")
        hints = ("keep them in `~/.netrc` or in git's credential helper",)
        message = "a URL in the file can't hold credentials"
        return ConfigurationError(message, origin=where, hints=hints)
    return None


def repository_fault(url: str, origin: Origin) -> ConfigurationError | None:
    """What is wrong with the URL of a repository."""
    schemes = (*REPOSITORY_SCHEMES, *(("http",) if is_repository(url) else ()))
    return url_fault(url, schemes, origin)


def revision_fault(rev: str, origin: Origin) -> ConfigurationError | None:
    """What is wrong with a branch, tag or commit."""
    if is_revision(rev):
        return None
    hints = ("write a branch, a tag or a commit",)
    return ConfigurationError(f"`{rev}` is no revision", origin=origin, hints=hints)


def ssh_url(place: str) -> str | None:
    """The URL of `user@host:path`, or `None` where a text is nothing of the kind."""
    scp = re.fullmatch(_SCP, place)
    return f"ssh://{scp['host']}/{scp['path']}" if scp else None


def _holds_credentials(parts: SplitResult) -> bool:
    """Whether there is a password, or a user name where it may be a token."""
    return parts.password is not None or (parts.username is not None and parts.scheme != "ssh")
