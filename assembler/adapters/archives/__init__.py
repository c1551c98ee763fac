"""Archives and wheels: the strict reader, and the store of unpacked wheels."""
