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
from assembler.model.lock import LockedArtifact
from assembler.model.part import ExpandedPart, Part, part_name
from assembler.model.project import Constraint, GroupRequest, Override, Root, SolveGroup, TargetName
from assembler.model.relative import relative_path
from assembler.model.resolution import ProgramRequest
from assembler.model.step import (
    AtDeployment,
    CheckOutput,
    Expose,
    ExtractArchive,
    FetchFile,
    KeepDirectory,
    LinkWheels,
    MakeDirectory,
    MakeSymlink,
    RunCommand,
    Step,
    WriteFile,
    WriteLiveFile,
    text_file,
)
from assembler.model.target import Interpreter, Target
from assembler.model.text import Output, Place, Secret, Text
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
    "CallFunction",
    "CheckOutput",
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
    "LinkWheels",
    "LockedArtifact",
    "MakeDirectory",
    "MakeSymlink",
    "ManageService",
    "Needs",
    "Origin",
    "Output",
    "Outputs",
    "Override",
    "Part",
    "Place",
    "ProgramRequest",
    "Recipe",
    "Refresh",
    "Root",
    "RunAtDeployment",
    "RunBinary",
    "RunCommand",
    "RunInterpreter",
    "RunModule",
    "RunScript",
    "Secret",
    "SolveGroup",
    "Step",
    "StoredWheel",
    "Target",
    "TargetName",
    "Text",
    "WheelSet",
    "WriteFile",
    "WriteLiveFile",
    "command_words",
    "file_name",
    "is_reference",
    "is_variable",
    "is_word",
    "launcher_script",
    "part_name",
    "quoted",
    "relative_path",
    "split_words",
    "text_file",
]
