"""What the solver may choose, as a project says it."""

from assembler.model.project import Project
from assembler.model.upload_times import Cutoffs
from assembler.solve.question import Policy


def build_policy_of(project: Project, uploads: Cutoffs) -> Policy:
    """The policy of build requirements: they are wheels, and have rules of their own."""
    said = project.lock
    return Policy(
        python="",
        constraints=said.build_constraints,
        overrides=said.build_overrides,
        exclude_newer=uploads,
        builds=True,
    )


def policy_of(project: Project, uploads: Cutoffs) -> Policy:
    """The policy of all programs of a project, with what its rules about upload times leave out."""
    said = project.lock
    return Policy(
        python=project.python,
        constraints=said.constraints,
        overrides=said.overrides,
        prereleases=said.prereleases,
        sdists=said.sdists,
        from_source=said.from_source,
        unknown_extras=said.unknown_extras,
        resolution=said.resolution,
        exclude_newer=uploads,
    )
