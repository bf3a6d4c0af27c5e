"""The fields of a paper, by its kind: no value rather than a wrong one."""
