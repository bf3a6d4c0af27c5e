"""What proves a signature later: timestamps, certificates and revocation data, from a file or the network."""
