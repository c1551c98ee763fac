"""Pages of a Simple index in HTML (PEP 503, 592, 658, 714)."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from assembler.adapters.simple_index.listed import (
    Announced,
    Hashes,
    ListedFile,
    file_url,
    project_status,
)
from assembler.model.distribution import ProjectStatus


class Anchors(HTMLParser):
    """The anchors of a page, its base URL, API version and status."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: list[dict[str, str]] = []
        self.base = ""
        self.meta: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what matters of a tag."""
        attributes = {name: value or "" for name, value in attrs}
        if tag == "a" and attributes.get("href"):
            self.anchors.append(attributes)
        elif tag == "base" and not self.base:
            self.base = attributes.get("href", "")
        elif tag == "meta" and attributes.get("name", "").startswith("pypi:"):
            self.meta.setdefault(attributes["name"], attributes.get("content", ""))

    @property
    def version(self) -> str:
        """The version of the API."""
        return self.meta.get("pypi:repository-version", "1.0")

    @property
    def status(self) -> ProjectStatus | None:
        """The status of the project."""
        reason = self.meta.get("pypi:project-status-reason")
        return project_status(self.meta.get("pypi:project-status"), reason)


def anchored(page: Anchors, url: str) -> Iterator[ListedFile]:
    """Yield the files that the anchors of a page lead to; its own URL is `url`."""
    base = urljoin(url, page.base)
    for attributes in page.anchors:
        if address := file_url(base, attributes["href"]):
            yield _file(address, attributes)


def _file(address: str, attributes: Mapping[str, str]) -> ListedFile:
    plain, _, fragment = address.partition("#")
    return ListedFile(
        filename=unquote(urlsplit(plain).path.rpartition("/")[2]),
        url=plain,
        hashes=Hashes(_fragment(fragment)),
        requires_python=attributes.get("data-requires-python"),
        yanked=attributes.get("data-yanked"),
        core_metadata=_attribute(attributes.get("data-core-metadata")),
        dist_info_metadata=_attribute(attributes.get("data-dist-info-metadata")),
    )


def _fragment(fragment: str) -> str | None:
    return parse_qs(fragment).get("sha256", [None])[0]


def _attribute(value: str | None) -> Announced:
    if value is None or value == "false":
        return None
    kind, _, digest = value.partition("=")
    return {kind: digest} if digest else True
