"""The parser's own caps. They are asked before the work that they bound, so that any mail is parsed in bounded time."""

RAW = 35 * 1024 * 1024  # bytes of the whole mail; what is beyond is not looked at
HEADER_BLOCK = 200 * 1024  # bytes of one part's header
HEADER = 20 * 1024  # bytes of one header field
HEADERS = 2_000  # fields of one part
LEVELS = 100  # multiparts inside multiparts
PARTS = 500
ADDRESSES = 500  # of one header field
IDS = 200  # message ids of one header field
BOUNDARY_LINES = 300_000  # lines that begin with two hyphens
TEXT = 1_000_000  # characters of text kept of one mail
HTML = 2_000_000  # characters of HTML kept of one mail
HTML_TEXT = 1_000_000  # characters of HTML that are turned into text
TAGS = 40_000  # tags of HTML that are turned into text
SHOWN_TAGS = 100_000  # tags of HTML that is shown as it was sent
SHOWN_DEPTH = 512  # elements inside elements of such HTML: a parser's time grows with the square of them
MACHINE_TEXT = 64 * 1024  # characters kept of a delivery report and the like
ENCLOSED = 3  # messages inside messages whose text is looked for
FILE_NAME = 150  # characters
DETECT = 8 * 1024  # bytes that the detection of a charset looks at
