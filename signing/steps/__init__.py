"""The steps of the recipe of `signing.validation`."""
