"""Pages of an index that are wrong, lie, or lead elsewhere."""

import gzip
import hashlib
import json
from collections.abc import Iterator

from tests.hostile.case import (
    FILE,
    INTEGRITY,
    NETWORK,
    PAGE,
    UNSATISFIABLE,
    WHEEL,
    Case,
    Setting,
    honest,
)
from tests.servers import HTML, JSON, Answer, IndexServer
from tests.wheels import make_wheel

NAME, CONTENT = make_wheel("victim", "1.0")
DIGEST = hashlib.sha256(CONTENT).hexdigest()
NO_PAGE = "is not a page of a package index"
NOT_FOUND = "`victim`"


def entry(**changes: object) -> dict[str, object]:
    """A file of a JSON page; `None` leaves a field out."""
    plain = {"filename": NAME, "url": FILE, "hashes": {"sha256": DIGEST}, "size": len(CONTENT)}
    return {key: value for key, value in {**plain, **changes}.items() if value is not None}


def page(*files: object, **changes: object) -> bytes:
    """A JSON page of these files."""
    plain = {"meta": {"api-version": "1.1"}, "name": "victim", "files": list(files)}
    return json.dumps({**plain, **changes}).encode()


def answered(body: bytes, kind: str = JSON, status: int = 200, **headers: str) -> Setting:
    """Offer an honest wheel, and this for its page."""
    sent = {"Content-Type": kind} | {name.replace("_", "-"): text for name, text in headers.items()}

    def publish(index: IndexServer) -> None:
        honest(index)
        index.always[PAGE] = Answer(status, body, sent)

    return publish


def listed(**changes: object) -> Setting:
    """Offer an honest wheel on a page that tells something else of it."""
    return answered(page(entry(**changes)))


def html(text: str) -> Setting:
    """Offer an honest wheel, and this HTML for its page."""
    return answered(text.encode(), HTML)


LINK = f'<a href="{FILE}#sha256={DIGEST}">{NAME}</a>'
WIDE = "[" * 100_000

REFUSED: dict[str, tuple[Setting, str, int]] = {
    "a page that is empty": (answered(b""), NO_PAGE, NETWORK),
    "a page that is cut off": (answered(page(entry())[:-20]), NO_PAGE, NETWORK),
    "a page that is an array": (answered(b"[]"), NO_PAGE, NETWORK),
    "a page that is a string": (answered(b'"victim"'), NO_PAGE, NETWORK),
    "a page that is not UTF-8": (answered(b"\xff\xfe\x00"), NO_PAGE, NETWORK),
    "a page that is nested without end": (answered(WIDE.encode()), NO_PAGE, NETWORK),
    "a page with more that is nested without end": (
        answered(page(entry())[:-1] + b', "more": ' + WIDE.encode()),
        NO_PAGE,
        NETWORK,
    ),
    "a page of what is quarantined": (
        answered(page(entry(), **{"project-status": {"status": "quarantined"}})),
        "`victim` is quarantined on",
        UNSATISFIABLE,
    ),
    "a page of HTML of what is quarantined": (
        html(f'<meta name="pypi:project-status" content="quarantined">{LINK}'),
        "`victim` is quarantined on",
        UNSATISFIABLE,
    ),
    "a page whose files are numbers": (answered(page(1, 2)), NO_PAGE, NETWORK),
    "a page whose files are a table": (answered(page(files={})), NO_PAGE, NETWORK),
    "a page of HTML that says it is JSON": (answered(LINK.encode()), NO_PAGE, NETWORK),
    "a page of version 2": (
        answered(page(entry(), meta={"api-version": "2.0"})),
        "speaks version 2.0 of the Simple API",
        NETWORK,
    ),
    "a page of HTML of version 2": (
        html(f'<meta name="pypi:repository-version" content="2.0">{LINK}'),
        "speaks version 2.0 of the Simple API",
        NETWORK,
    ),
    "a page that is an image": (
        answered(b"\x89PNG\r\n", "image/png"),
        NOT_FOUND,
        UNSATISFIABLE,
    ),
    "a page that is too long": (
        answered(page(entry()) + b" " * (5 << 20)),
        "is larger than 4194304 bytes",
        INTEGRITY,
    ),
    "a page that is too long, unpacked": (
        answered(gzip.compress(page(entry()) + b" " * (64 << 20)), Content_Encoding="gzip"),
        "is larger than 4194304 bytes",
        INTEGRITY,
    ),
    "a page that is damaged gzip": (
        answered(gzip.compress(page(entry()))[:-9] + b"damaged!!", Content_Encoding="gzip"),
        PAGE,
        NETWORK,
    ),
    "a page in an encoding that nobody asked for": (
        answered(page(entry()), Content_Encoding="x-evil"),
        PAGE,
        NETWORK,
    ),
    "a page with a byte order mark": (
        answered(b"\xef\xbb\xbf" + page(entry())),
        NO_PAGE,
        NETWORK,
    ),
    "a page of HTML with a base elsewhere": (
        html(f'<base href="http://evil.invalid/">{LINK}'),
        "is not encrypted",
        NETWORK,
    ),
    "a page without files": (answered(page()), NOT_FOUND, UNSATISFIABLE),
    "a page of another project's files": (
        answered(page(entry(filename="evil-1.0-py3-none-any.whl"))),
        NOT_FOUND,
        UNSATISFIABLE,
    ),
    "a page that leads to a file of this machine": (
        listed(url="file:///etc/hostname"),
        NOT_FOUND,
        UNSATISFIABLE,
    ),
    "a page that leads to ftp": (
        listed(url=f"ftp://127.0.0.1/{NAME}"),
        NOT_FOUND,
        UNSATISFIABLE,
    ),
    "a page that leads to data in a URL": (
        listed(url="data:application/zip;base64,UEsFBg=="),
        NOT_FOUND,
        UNSATISFIABLE,
    ),
    "a page that leads to another host": (
        listed(url=f"https://evil.invalid/{NAME}"),
        "evil.invalid",
        NETWORK,
    ),
    "a page that leads to plain http elsewhere": (
        listed(url=f"http://evil.invalid/{NAME}"),
        "is not encrypted",
        NETWORK,
    ),
    "a page that leads to a broken URL": (
        listed(url="http://[::1"),
        NOT_FOUND,
        UNSATISFIABLE,
    ),
    "a file name that leads outside": (
        listed(filename=f"../../{NAME}"),
        NOT_FOUND,
        UNSATISFIABLE,
    ),
    "a file name with a NUL": (listed(filename=f"\0{NAME}"), NOT_FOUND, UNSATISFIABLE),
    "a file name that is a number": (listed(filename=7), NO_PAGE, NETWORK),
    "a hash of another file": (
        listed(hashes={"sha256": "0" * 64}),
        "sha256",
        INTEGRITY,
    ),
    "a size of another file that has no hash": (
        listed(hashes={}, size=len(CONTENT) + 1),
        f"`{WHEEL}` has {len(CONTENT)} bytes, where its index says {len(CONTENT) + 1}",
        INTEGRITY,
    ),
    "a size of another file": (listed(size=len(CONTENT) + 1), WHEEL, INTEGRITY),
    "a size that is text": (listed(size="many"), NO_PAGE, NETWORK),
    "metadata of another hash": (
        listed(**{"core-metadata": {"sha256": "0" * 64}}),
        f"the metadata of `{WHEEL}` has another hash",
        INTEGRITY,
    ),
    "a Python that does not exist": (
        listed(**{"requires-python": ">=99"}),
        NOT_FOUND,
        UNSATISFIABLE,
    ),
}

SURVIVED: dict[str, Setting] = {
    "a page with keys that nobody knows": answered(page(entry(evil=[{}]), evil={"a": 1})),
    "a page without a size": listed(size=None),
    "a page without hashes": listed(hashes={}),
    "a page with a hash of another kind as well": listed(
        hashes={"md5": "0" * 32, "sha256": DIGEST}
    ),
    "a page with files that nobody can read": answered(
        page(entry(), entry(filename="victim.exe"), entry(filename="victim-2.0.egg"))
    ),
    "a page with versions that are none": answered(
        page(entry(), entry(filename="victim-evil-py3-none-any.whl"))
    ),
    "a page with another project's file besides": answered(
        page(entry(), entry(filename="evil-9.0-py3-none-any.whl"))
    ),
    "a page with a newer version for no Python": answered(
        page(
            entry(),
            entry(filename="victim-2.0-py3-none-any.whl", **{"requires-python": ">=99"}),
        )
    ),
    "a page with a specifier of Pythons that is none": listed(**{"requires-python": ">=3.*.evil"}),
    "a page with a newer version that was yanked": answered(
        page(entry(), entry(filename="victim-2.0-py3-none-any.whl", yanked="evil"))
    ),
    "a page of HTML that is not closed": html(f"<html><body>{LINK}<a href='"),
    "a page of HTML with a script": html(f"<script>alert('<a href=evil>')</script>{LINK}"),
    "a page of HTML with odd quotes": html(LINK.replace('"', "'")),
    "a page of another name": answered(page(entry(), name="evil")),
    "a hash that is too short": listed(hashes={"sha256": DIGEST[:40]}),
    "a size that is negative": listed(size=-1),
    "a page of ten thousand files": answered(
        page(*(entry(filename=f"victim-0.{n}-py3-none-any.whl") for n in range(10_000)), entry())
    ),
}


def cases() -> Iterator[Case]:
    """Each for the page of `victim`."""
    for name, (publish, reason, code) in REFUSED.items():
        yield Case(name=name, publish=publish, refused=reason, code=code)
    for name, publish in SURVIVED.items():
        yield Case(name=name, publish=publish)
