"""Sphinx configuration: Markdown pages, and reference pages made from the code."""

import sys
from pathlib import Path

from assembler import __version__

sys.path.insert(0, str(Path(__file__).parent))

project = "assembler"
author = "The assembler authors"
version = release = __version__

extensions = ["myst_parser", "sphinxcontrib.mermaid", "made_from_code"]
exclude_patterns = ["_build", "changes"]
html_theme = "furo"
html_title = "assembler"

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 3

nitpicky = True
