"""Who reads: networks and Tesseract behind ports, and one result of what they say."""
