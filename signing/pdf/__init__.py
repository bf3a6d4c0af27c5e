"""Untrusted PDF as a viewer reaches it: its versions, its objects, the bytes that a signature covers."""
