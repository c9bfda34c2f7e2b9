"""Mail as a door: raw bytes become a `Mail`, its reply, its verdict and what it may belong to.

What is named in `PURE` (tests/mail/test_purity.py) knows no framework: bytes and values go in, frozen dataclasses of
`tickets.mail.shapes` come out.
"""
