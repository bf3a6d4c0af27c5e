"""What happened to a document after it was signed: by its objects and by its pictures."""
