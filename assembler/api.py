"""All that a recipe may import."""

from assembler.errors import ConfigurationError
from assembler.launcher import (
    CallFunction,
    Launcher,
    RunBinary,
    RunInterpreter,
    RunModule,
    RunScript,
    is_reference,
    is_variable,
    launcher_script,
)
from assembler.model.deployment import (
    FileDigest,
    InstallCrontab,
    InstallFile,
    ManageService,
    Refresh,
    RunAtDeployment,
)
from assembler.model.distribution import EntryPoint, Link, StoredWheel
from assembler.model.lock import LockedArtifact, LockedRepository, LockedSubmodule
from assembler.model.part import ExpandedPart, Part, part_name, program_name
from assembler.model.patch import PatchError
from assembler.model.patch_reading import parse_patch
from assembler.model.platforms import is_target
from assembler.model.project import (
    Constraint,
    GroupRequest,
    Override,
    ProgramOf,
    Root,
    SolveGroup,
    TargetName,
)
from assembler.model.relative import relative_path
from assembler.model.resolution import ProgramRequest
from assembler.model.showing import Shown, shown_outputs
from assembler.model.source_urls import repository_fault, revision_fault, url_fault
from assembler.model.sources import RepositoryRequest
from assembler.model.step import (
    AtDeployment,
    BuildCommand,
    BuildSource,
    CheckoutCommit,
    CheckOutput,
    Expose,
    ExtractArchive,
    FetchFile,
    KeepDirectory,
    LinkSources,
    LinkWheels,
    MakeDirectory,
    MakeSymlink,
    RunCommand,
    SourcePatch,
    Step,
    WriteFile,
    WriteLiveFile,
    text_file,
)
from assembler.model.target import Interpreter, Target
from assembler.model.text import Output, Place, Secret, Text
from assembler.model.undo import Undo
from assembler.model.url import file_name
from assembler.model.words import command_words, is_word, quoted, split_words
from assembler.origin import Origin
from assembler.recipe import (
    ArtifactRequest,
    Assembled,
    HasExpansion,
    HasOutputs,
    Needs,
    Outputs,
    Recipe,
    WheelSet,
)

__all__ = [
    "ArtifactRequest",
    "Assembled",
    "AtDeployment",
    "BuildCommand",
    "BuildSource",
    "CallFunction",
    "CheckOutput",
    "CheckoutCommit",
    "ConfigurationError",
    "Constraint",
    "EntryPoint",
    "ExpandedPart",
    "Expose",
    "ExtractArchive",
    "FetchFile",
    "FileDigest",
    "GroupRequest",
    "HasExpansion",
    "HasOutputs",
    "InstallCrontab",
    "InstallFile",
    "Interpreter",
    "KeepDirectory",
    "Launcher",
    "Link",
    "LinkSources",
    "LinkWheels",
    "LockedArtifact",
    "LockedRepository",
    "LockedSubmodule",
    "MakeDirectory",
    "MakeSymlink",
    "ManageService",
    "Needs",
    "Origin",
    "Output",
    "Outputs",
    "Override",
    "Part",
    "PatchError",
    "Place",
    "ProgramOf",
    "ProgramRequest",
    "Recipe",
    "Refresh",
    "RepositoryRequest",
    "Root",
    "RunAtDeployment",
    "RunBinary",
    "RunCommand",
    "RunInterpreter",
    "RunModule",
    "RunScript",
    "Secret",
    "Shown",
    "SolveGroup",
    "SourcePatch",
    "Step",
    "StoredWheel",
    "Target",
    "TargetName",
    "Text",
    "Undo",
    "WheelSet",
    "WriteFile",
    "WriteLiveFile",
    "command_words",
    "file_name",
    "is_reference",
    "is_target",
    "is_variable",
    "is_word",
    "launcher_script",
    "parse_patch",
    "part_name",
    "program_name",
    "quoted",
    "relative_path",
    "repository_fault",
    "revision_fault",
    "shown_outputs",
    "split_words",
    "text_file",
    "url_fault",
]
