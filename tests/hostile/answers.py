"""Servers that break off, stall, send others away, or change their mind."""

from collections.abc import Iterator

from tests.hostile.case import (
    FILE,
    INTEGRITY,
    NETWORK,
    PAGE,
    UNSATISFIABLE,
    VERSION,
    VICTIM,
    WHEEL,
    Case,
    Setting,
    honest,
)
from tests.servers import Answer, IndexServer
from tests.wheels import make_wheel

CONTENT = make_wheel(VICTIM, VERSION)[1]
OTHER = make_wheel(VICTIM, VERSION, files={"victim/__init__.py": "evil = True\n"})[1]
LOST = "connection lost"


def always(path: str, answer: Answer) -> Setting:
    """Answer so whenever the path is asked for."""

    def publish(index: IndexServer) -> None:
        honest(index)
        index.always[path] = answer

    return publish


def at_first(path: str, *answers: Answer) -> Setting:
    """Answer so before behaving well."""

    def publish(index: IndexServer) -> None:
        honest(index)
        index.script(path, *answers)

    return publish


def page_then(answer: Answer) -> Setting:
    """Offer a wheel without metadata beside it, and answer so when it is asked for."""

    def publish(index: IndexServer) -> None:
        honest(index)
        index.always[FILE] = answer

    return publish


def led_round(index: IndexServer) -> None:
    """Send requests for the page round in a circle."""
    honest(index)
    index.always[PAGE] = Answer(302, headers={"Location": "/simple/other/"})
    index.always["/simple/other/"] = Answer(302, headers={"Location": PAGE})


def led(location: str, path: str = PAGE) -> Setting:
    """Send requests elsewhere."""
    return always(path, Answer(302, headers={"Location": location}))


REFUSED: dict[str, tuple[Setting, str, int]] = {
    "nobody finds the project": (always(PAGE, Answer(404)), "`victim`", UNSATISFIABLE),
    "the project is gone": (always(PAGE, Answer(410)), "`victim`", UNSATISFIABLE),
    "nobody may read the page": (always(PAGE, Answer(403)), "403", NETWORK),
    "nobody may log in": (always(PAGE, Answer(401)), "401", NETWORK),
    "the page is a server's error": (always(PAGE, Answer(500)), "500", NETWORK),
    "the page is always too busy": (
        always(PAGE, Answer(503, headers={"Retry-After": "0"})),
        "503",
        NETWORK,
    ),
    "the page asks to come back tomorrow": (
        always(PAGE, Answer(429, headers={"Retry-After": "86400"})),
        "429",
        NETWORK,
    ),
    "the page has an odd status": (always(PAGE, Answer(299)), PAGE, NETWORK),
    "the page is a teapot": (always(PAGE, Answer(418)), "418", NETWORK),
    "the page breaks off": (always(PAGE, Answer(200, b"{" * 99, cut=5)), PAGE, NETWORK),
    "the page stalls": (
        always(PAGE, Answer(200, b"{", {"Content-Length": "99"}, stall=True)),
        PAGE,
        NETWORK,
    ),
    "the page leads round in a circle": (led_round, "redirects", NETWORK),
    "the page leads to a file of this machine": (led("file:///etc/passwd"), "file", NETWORK),
    "the page leads to plain http elsewhere": (
        led("http://evil.invalid/simple/victim/"),
        "evil.invalid",
        NETWORK,
    ),
    "the page leads to nowhere": (led(""), PAGE, NETWORK),
    "the page leads to another scheme": (led("gopher://127.0.0.1/"), "gopher", NETWORK),
    "the file is gone": (page_then(Answer(404)), WHEEL, NETWORK),
    "the file is a server's error": (page_then(Answer(500)), WHEEL, NETWORK),
    "the file is a page of HTML": (
        page_then(Answer(200, b"<html>log in</html>")),
        WHEEL,
        INTEGRITY,
    ),
    "the file is empty": (page_then(Answer(200, b"")), WHEEL, INTEGRITY),
    "the file is another one": (page_then(Answer(200, OTHER)), WHEEL, INTEGRITY),
    "the file has one bit flipped": (
        page_then(Answer(200, CONTENT[:99] + bytes([CONTENT[99] ^ 1]) + CONTENT[100:])),
        WHEEL,
        INTEGRITY,
    ),
    "the file is too long": (page_then(Answer(200, CONTENT + b"\0")), WHEEL, INTEGRITY),
    "the file never ends": (
        page_then(Answer(200, CONTENT + bytes(1 << 20))),
        WHEEL,
        INTEGRITY,
    ),
    "the file always breaks off": (page_then(Answer(200, CONTENT, cut=99)), WHEEL, NETWORK),
    "the file stalls": (
        page_then(Answer(200, CONTENT, cut=99, stall=True)),
        WHEEL,
        NETWORK,
    ),
    "the file leads to plain http elsewhere": (
        led(f"http://evil.invalid/{WHEEL}", FILE),
        "evil.invalid",
        NETWORK,
    ),
    "the file leads to a file of this machine": (
        led("file:///etc/hostname", FILE),
        "file",
        NETWORK,
    ),
}

SURVIVED: dict[str, Setting] = {
    "the page is too busy at first": at_first(
        PAGE, Answer(503, headers={"Retry-After": "0"}), Answer(429, headers={"Retry-After": "0"})
    ),
    "the page is a gateway's error at first": at_first(PAGE, Answer(502), Answer(504)),
    "the page breaks off at first": at_first(PAGE, Answer(200, b"{" * 99, cut=5)),
    "the file is too busy at first": at_first(FILE, Answer(503, headers={"Retry-After": "0"})),
    "the file breaks off at first": at_first(FILE, Answer(200, CONTENT, cut=99)),
    "the file breaks off three times": at_first(FILE, *[Answer(200, CONTENT, cut=99)] * 3),
    "the file stalls at first": at_first(FILE, Answer(200, CONTENT, cut=99, stall=True)),
    "the metadata are not where they were announced": always(f"{FILE}.metadata", Answer(404)),
    "the page has moved": at_first(PAGE, Answer(301, headers={"Location": PAGE})),
}


def cases() -> Iterator[Case]:
    """Each for the page or the file of `victim`."""
    for name, (publish, reason, code) in REFUSED.items():
        yield Case(name=name, publish=publish, refused=reason, code=code)
    for name, publish in SURVIVED.items():
        yield Case(name=name, publish=publish)
