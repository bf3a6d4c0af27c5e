"""Fictional papers, accounts and records for `serve --sample`, the demonstration and the tests."""
