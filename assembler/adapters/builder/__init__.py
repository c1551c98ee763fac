"""Build back ends (PEP 517 and PEP 660), each isolated."""

from assembler.adapters.builder.builder import BuilderSettings, EnvironmentMaker, IsolatedBuilder

__all__ = ["BuilderSettings", "EnvironmentMaker", "IsolatedBuilder"]
