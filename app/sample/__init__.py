"""Fictional papers, accounts and records for `serve --sample`, the demonstration and the tests."""

from app.sample.preparation import prepare

__all__ = ["prepare"]
