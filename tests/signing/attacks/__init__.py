"""Published attacks on signed PDF, each rebuilt on a file that our own signer made.

Mladenov et al. 2019 (incremental saving, wrapping, universal forgery), Mainka et al. 2021 (shadow attacks;
certified documents), and what verifiers of CMS have been fooled with.
"""
