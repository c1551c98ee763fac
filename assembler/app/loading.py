"""From a checkout to its project."""

from pathlib import PurePath

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from assembler import __version__
from assembler.app.checkout import Checkout
from assembler.app.layers import Doors, Layers, read_layers
from assembler.app.services import Services
from assembler.config.compose import compose
from assembler.config.document import Document
from assembler.config.layers import depends_on_target
from assembler.config.schema import Checked, check
from assembler.errors import ConfigurationError, MachineError
from assembler.model.foreign import RecipeSource
from assembler.model.platforms import target_named
from assembler.model.project import Project
from assembler.model.target import Target


def load_document(checkout: Checkout, services: Services) -> Document:
    """Read and compose the layers of an assembly file. Raises `ConfigurationError`."""
    return composed(read_layers(checkout, services), checkout, services)


def composed(
    layers: Layers, checkout: Checkout, services: Services, target: Target | None = None
) -> Document:
    """Compose the layers for a target, by default the platform of this machine."""
    if target is None and depends_on_target(layers.documents):
        target = target_named(services.machine.platform)
    return compose(layers.documents, target, file=checkout.file)


def load_project(checkout: Checkout, services: Services, *, local: bool = True) -> Project:
    """Read, compose and check the assembly file, without the `local` layer if need be.

    Raises `ConfigurationError` or `Faults`, and `MachineError` where another assembler is required.
    """
    return check_project(checkout, services, local=local).project


def check_project(
    checkout: Checkout, services: Services, *, local: bool = True, doors: Doors | None = None
) -> Checked:
    """The project as `load_project` gives it, and the values that it was made from.

    Files are read through `doors` where some are given.
    """
    return checked_project(
        read_layers(checkout, doors or services, local=local), checkout, services
    )


def checked_project(
    layers: Layers, checkout: Checkout, services: Services, target: Target | None = None
) -> Checked:
    """The project that layers say for a target, by default the platform of this machine."""
    document = composed(layers, checkout, services, target)
    check_version(document)
    recipes: tuple[RecipeSource, ...] = ()
    if "recipes" in document.root.table:
        from assembler.app.foreign.using import use_recipes  # noqa: PLC0415 - few have them

        recipes = use_recipes(document, checkout, services)
    checked = check(
        document,
        recipes=services.recipes,
        folder=checkout.folder,
        environment=services.environment,
    )
    services.use_indexes(checked.project.indexes)
    project = msgspec.structs.replace(checked.project, paths=layers.paths, recipes=recipes)
    return msgspec.structs.replace(checked, project=project)


def project_prefix(checkout: Checkout, project: Project) -> PurePath:
    """The prefix of a loaded project. Raises `ConfigurationError` for one no launcher can hold."""
    prefix = checkout.prefix or checkout.folder / project.prefix
    if not (str(prefix) + str(checkout.folder)).isprintable():
        raise ConfigurationError(
            f"the path {str(prefix)!r} has characters that can't be printed",
            hints=("build in another folder, or with `--prefix DIR`",),
        )
    return prefix


def check_version(document: Document) -> None:
    """Say that another assembler is required before faulting what only that one knows."""
    node = document.root.child("assembly", "requires-assembler")
    if node is None or not isinstance(node.value, str):
        return
    try:
        wanted = SpecifierSet(node.value)
    except InvalidSpecifier:
        raise ConfigurationError(
            f"`{node.value}` is no version specifier",
            origin=node.origin,
            hints=('write for example ">=0.1"',),
        ) from None
    if not wanted.contains(__version__, prereleases=True):
        raise MachineError(
            f"this project requires assembler {node.value}, and this is {__version__}",
            origin=node.origin,
        )
