"""Page pictures made fit for reading."""
