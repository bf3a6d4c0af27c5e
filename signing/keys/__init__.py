"""The port for signing keys and its adapters: files, tokens, remote services."""
