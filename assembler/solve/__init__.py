"""Requirements → `Resolution`."""
