"""What programs require and what narrows it, read without asking anyone."""

import msgspec

from assembler.app.declaring import Declared
from assembler.app.policy import policy_of
from assembler.model.platforms import target_named
from assembler.model.project import Project
from assembler.model.upload_times import Cutoffs
from assembler.solve.programs import parties
from assembler.solve.question import Question
from assembler.solve.requirements import Requirements


def check_requirements(project: Project, declared: Declared) -> None:
    """Raise `ConfigurationError`, or `Faults`, for what is no requirement or no specifier."""
    targets = tuple(target_named(name, project.targets) for name in project.lock.targets)
    programs = declared.programs
    if not targets:
        programs = tuple(msgspec.structs.replace(program, targets=()) for program in programs)
    question = Question(
        programs=programs,
        targets=targets,
        policy=policy_of(project, Cutoffs()),
        routes=project.indexes,
    )
    parties(question, Requirements())
