"""Certificates, the paths between them, and whether they were in force (RFC 5280)."""
