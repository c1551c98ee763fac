"""What a plan is made from."""

from collections.abc import Mapping

import msgspec

from assembler.model.layout import KEPT_GENERATIONS
from assembler.model.limits import DEFAULTS, Limits
from assembler.model.manifest import BuiltPart, Damage, Effect, Fingerprint, Manifest
from assembler.model.part import Part
from assembler.model.secret import SecretSource
from assembler.model.step import Step


class RealisedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part and the steps that make it."""

    part: Part
    steps: tuple[Step, ...]


class PlanRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What must be built, and what stands already.

    `parts` are in building order. `selection` names the parts to replace (with all that these need)
    within the current generation; `None` means all, and then what is not among `parts` goes.
    `keep` is how many generations are kept.
    `previous` is the current generation's manifest and `latest` the highest number of any
    generation. `standing` maps the names at the top of the prefix to the targets of links, or to
    nothing for what is not a link. `contents` holds what parts wrote last time: part, path, bytes.
    `secrets` says where the values for live files come from. `effects` is what parts did outside.
    `limits` bound the paths.
    """

    assembly: str
    prefix: str
    project: str
    parts: tuple[RealisedPart, ...]
    fingerprint: Fingerprint
    lock_text: str = ""
    keep: int = KEPT_GENERATIONS
    selection: frozenset[str] | None = None
    previous: Manifest | None = None
    latest: int = 0
    damage: tuple[Damage, ...] = ()
    standing: Mapping[str, str] = {}
    contents: Mapping[str, Mapping[str, bytes]] = {}
    secrets: tuple[SecretSource, ...] = ()
    effects: tuple[Effect, ...] = ()
    limits: Limits = DEFAULTS

    @property
    def standing_parts(self) -> Mapping[str, BuiltPart]:
        """The parts of the current generation."""
        return self.previous.parts if self.previous else {}
