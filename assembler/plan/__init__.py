"""Steps and the last manifest → `Plan`."""
