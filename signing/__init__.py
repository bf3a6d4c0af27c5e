"""PAdES signatures and their verification."""

import logging

# pyHanko logs hostile input with tracebacks and with names out of certificates; our reports say it better.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False
