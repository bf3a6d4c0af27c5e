"""Where the lines of a page are, found without reading them."""
