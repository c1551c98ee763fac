"""Text of `assembly.toml` → `Project`."""
