"""`Lock` ↔ `pylock.toml` (PEP 751)."""
