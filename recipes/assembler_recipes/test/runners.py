"""What runs tests, and how each is told what to run and where to report."""

from collections.abc import Mapping, Sequence

import msgspec

from assembler.api import Text


class Runner(msgspec.Struct, frozen=True, kw_only=True):
    """A module that runs tests, and what it requires.

    `report` is its option for a report. `defaults` is Python code that completes a command line
    which names nothing to run; `own` in it is the number of words before the user's, `paths` what
    is to be run.
    """

    module: str
    requires: tuple[str, ...]
    report: str
    defaults: str = ""

    def initialisation(self, arguments: Sequence[Text], paths: Sequence[str]) -> str:
        """The code that runs first."""
        return self.defaults.format(own=len(arguments) + 1, paths=list(paths))


_PYTEST = """\
if __name__ == "__main__":
    named = [word.partition("::")[0] for word in sys.argv[{own}:]]
    if not any(map(os.path.exists, named)):
        sys.argv += {paths!r}
"""

_UNITTEST = """\
if __name__ == "__main__":
    sys.path.append(os.getcwd())
    words = ["", *sys.argv[{own}:]]
    named = [
        word
        for before, word in zip(words, words[1:])
        if before != "-k" and not word.startswith("-")
    ]
    if not named:
        sys.argv.insert(1, "discover")
        for path in {paths!r}:
            sys.argv += ["-s", path]
"""

_RUNNERS: Mapping[str, Runner] = {
    "pytest": Runner(module="pytest", requires=("pytest",), report="--junit-xml", defaults=_PYTEST),
    "unittest": Runner(module="unittest", requires=(), report="", defaults=_UNITTEST),
    "zope.testrunner": Runner(
        module="zope.testrunner", requires=("zope.testrunner",), report="--xml"
    ),
}

_REPORTING_UNITTEST = Runner(
    module="xmlrunner",
    requires=("unittest-xml-reporting",),
    report="--output-file",
    defaults=_UNITTEST,
)


def runner(name: str, *, reports: bool) -> Runner:
    """The runner of this name, such as it is where it must write a report."""
    return _REPORTING_UNITTEST if reports and name == "unittest" else _RUNNERS[name]
