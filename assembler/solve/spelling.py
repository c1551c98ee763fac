"""What was probably meant by what is neither a requirement (PEP 508) nor a specifier (PEP 440)."""

import re
from difflib import get_close_matches

_NAME = r"(?P<name>[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)"
_CARET = re.compile(rf"{_NAME}?\s*\^\s*(?P<version>[0-9]+(?:\.[0-9]+)*)")
_TILDE = re.compile(rf"{_NAME}?\s*~\s*(?P<version>[0-9]+(?:\.[0-9]+)+)")
_EQUALS = re.compile(rf"{_NAME}\s*=\s*(?P<version>[^=\s]\S*)")
_BLANK = re.compile(rf"{_NAME}\s+(?P<version>[0-9]\S*)")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
_COMPARED = re.compile(r"([A-Za-z_.]+)\s*(?:[<>!=~]=?|===|\bnot in\b|\bin\b)")
_SINGLE = re.compile(r"[A-Za-z_.]\s*=\s*['\"]")
_VARIABLES = (
    "python_version",
    "python_full_version",
    "os_name",
    "sys_platform",
    "platform_machine",
    "platform_system",
    "platform_release",
    "platform_version",
    "platform_python_implementation",
    "implementation_name",
    "implementation_version",
    "extra",
)


def requirement_meant(text: str) -> tuple[str, ...]:
    """Hints at the requirement that a text was meant to be."""
    wanted, semicolon, marker = text.partition(";")
    if semicolon:
        return _marker(marker)
    for pattern, operator in ((_EQUALS, "=="), (_BLANK, "==")):
        if match := pattern.fullmatch(wanted.strip()):
            return (f"write `{match['name']}{operator}{match['version']}`",)
    return _range(wanted)


def specifier_meant(text: str) -> tuple[str, ...]:
    """Hints at the version specifier that a text was meant to be."""
    if _VERSION.fullmatch(text.strip()):
        version = text.strip()
        return (f"write `=={version}`, or `=={version}.*` for all that begin with it",)
    return _range(text)


def _range(text: str) -> tuple[str, ...]:
    """The range that `^` or `~` mean elsewhere."""
    if match := _CARET.fullmatch(text.strip()):
        upper = _next([int(number) for number in match["version"].split(".")])
    elif match := _TILDE.fullmatch(text.strip()):
        upper = ".".join([*match["version"].split(".")[:1], _after(match["version"])])
    else:
        return ()
    return (f"write `{match['name'] or ''}>={match['version']},<{upper}`",)


def _next(numbers: list[int]) -> str:
    """The first version that `^` leaves out: the leftmost number that is not zero grows."""
    place = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(str(number) for number in [*numbers[:place], numbers[place] + 1])


def _after(version: str) -> str:
    return str(int(version.split(".")[1]) + 1)


def _marker(marker: str) -> tuple[str, ...]:
    """What is wrong with an environment marker."""
    if _SINGLE.search(marker):
        return ("a marker compares with `==`",)
    unknown = [name for name in _COMPARED.findall(marker) if name not in _VARIABLES]
    near = [get_close_matches(name, _VARIABLES, n=1) for name in unknown]
    return tuple(
        f"no marker has `{name}`: did you mean `{found[0]}`?"
        for name, found in zip(unknown, near, strict=True)
        if found
    )
