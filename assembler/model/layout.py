"""Where things stand in a prefix."""

from pathlib import PurePath

import msgspec

OWN = ".assembly"
"""The directory in a prefix that holds everything but the stable paths."""

STATE = "var"
"""The directory in a prefix for state, which outlasts generations."""

STABLE = f"{OWN}/current/root"
"""Where the stable paths of a prefix lead."""

KEPT_GENERATIONS = 3
"""How many generations a prefix keeps unless the assembly file says."""


def default_prefix(file: str) -> str:
    """The prefix beside a file: `build`, or `build-NAME` for another name than `assembly`."""
    stem = PurePath(file).stem
    return "build" if stem == "assembly" else f"build-{stem}"


class Prefix(msgspec.Struct, frozen=True):
    """A prefix, and the places in it."""

    path: PurePath

    @property
    def own(self) -> PurePath:
        """The directory that is assembler's own."""
        return self.path / OWN

    @property
    def current(self) -> PurePath:
        """The link to the live generation."""
        return self.own / "current"

    @property
    def generations(self) -> PurePath:
        """The generations, by number."""
        return self.own / "generations"

    @property
    def parts(self) -> PurePath:
        """The immutable directories of parts, and a record of each."""
        return self.own / "parts"

    @property
    def store(self) -> PurePath:
        """The unpacked wheels, by key."""
        return self.own / "store"

    @property
    def live(self) -> PurePath:
        """The files that hold secrets, by part and path."""
        return self.own / "live"

    @property
    def live_record(self) -> PurePath:
        """What is known about the live files that were written."""
        return self.own / "live.json"

    @property
    def deployed(self) -> PurePath:
        """The record of what is deployed from here."""
        return self.own / "deployed.json"

    @property
    def effects(self) -> PurePath:
        """What parts did outside and is to be undone, by the parts' directories."""
        return self.own / "undo"

    @property
    def damaged(self) -> PurePath:
        """What verifying found damaged: the first such path of a part, by the part's directory."""
        return self.own / "damaged"

    @property
    def log(self) -> PurePath:
        """The output of commands."""
        return self.own / "log"

    @property
    def edited(self) -> PurePath:
        """What was changed by hand in parts and generations that are gone."""
        return self.own / "edited"

    @property
    def scratch(self) -> PurePath:
        """What commands have as home and for temporary files."""
        return self.own / "scratch"

    @property
    def journal(self) -> PurePath:
        """The file that stands while generations are switched."""
        return self.own / "journal"

    @property
    def lock(self) -> PurePath:
        """The file that is locked while the prefix is written."""
        return self.own / "lock"

    def generation(self, number: int) -> PurePath:
        """The directory of a generation."""
        return self.generations / str(number)

    def manifest(self, number: int) -> PurePath:
        """The manifest of a generation."""
        return self.generation(number) / "manifest.json"

    def part(self, directory: str) -> PurePath:
        """A part's directory."""
        return self.parts / directory

    def effect(self, directory: str) -> PurePath:
        """What a part in a directory did outside."""
        return self.effects / f"{directory}.json"

    def record(self, directory: str) -> PurePath:
        """The record of a part's directory, which stands when the directory is whole."""
        return self.parts / f"{directory}.json"
