"""What users of the command rely on, one test a behaviour, on real projects."""
