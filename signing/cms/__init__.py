"""Signature values and the CMS objects that hold them (RFC 5652)."""
