"""Children that work on untrusted files, and on keys, under limits: how they are started, asked and ended."""
