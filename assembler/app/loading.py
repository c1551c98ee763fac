"""From a checkout to its project."""

from pathlib import PurePath

from assembler.app.checkout import Checkout, load_document
from assembler.app.services import Services
from assembler.config.schema import load
from assembler.model.project import Project


def load_project(checkout: Checkout, services: Services) -> Project:
    """Read, compose and check the assembly file. Raises `ConfigurationError` or `Faults`."""
    return load(
        load_document(checkout, services),
        recipes=services.recipes,
        folder=checkout.folder,
        environment=services.environment,
    )


def project_prefix(checkout: Checkout, project: Project) -> PurePath:
    """The prefix of a loaded project."""
    return checkout.prefix or checkout.folder / project.prefix
