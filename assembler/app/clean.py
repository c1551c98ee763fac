"""`assemble clean`: earlier generations go, and what they alone used."""

from pathlib import PurePath

from assembler.app.outcomes import Cleaned
from assembler.app.services import Services
from assembler.app.tools import tools
from assembler.errors import UsageError
from assembler.execute.collection import obsolete, remove, retire_live, size
from assembler.execute.generations import current_number, load
from assembler.execute.recovery import recover
from assembler.model.layout import Prefix


def clean(prefix: PurePath, services: Services, *, keep: int | None, dry: bool) -> Cleaned:
    """Remove what no kept generation of a prefix uses, or only look what that is (`dry`).

    The live generation and the one that is deployed always stay; `keep` says how many stay with
    the live one, otherwise its assembly file did. Raises `IntegrityError` where the live
    generation's manifest is damaged.
    """
    if keep is not None and keep < 1:
        raise UsageError(f"--keep must be at least 1, not {keep}")
    files = services.files
    with services.prefix_lock.hold(Prefix(prefix).lock):
        if not dry:
            recover(prefix, files)
        manifest = load(prefix, current_number(prefix, files) or 0, files)
        gone = obsolete(prefix, files, keep=manifest.keep if keep is None else keep)
        freed = size(prefix, gone, files)
        if not dry:
            remove(prefix, gone, tools(services))
            retire_live(Prefix(prefix), tools(services))
    return Cleaned(
        generations=gone.generations,
        parts=gone.parts,
        wheels=gone.wheels,
        logs=gone.logs,
        size=freed,
    )
