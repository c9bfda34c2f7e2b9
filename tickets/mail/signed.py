"""The mail inside an opaque S/MIME signature: mail programs show it, so it is read. The signature is not checked."""

_DATA = bytes.fromhex("06092a864886f70d010701")  # the object identifier id-data
_SIGNED = bytes.fromhex("06092a864886f70d010702")  # id-signedData
_OCTETS, _CONSTRUCTED = 0x04, 0x24
_PIECES = 200_000  # of a content that is written in pieces


def signed_content(data: bytes) -> bytes:
    """The content of a CMS SignedData structure (DER or BER); empty for anything else. Never raises."""
    if _SIGNED not in data[:64]:
        return b""
    at = data.find(_DATA, 0, 4_000)
    if at < 0:
        return b""
    at += len(_DATA)
    if data[at : at + 1] != b"\xa0":
        return b""
    return _octets(data, _inside(data, at)[0])


def _inside(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins, and where it ends: with the data where it does not tell."""
    first = data[at + 1] if at + 1 < len(data) else 0x80
    if first < 0x80:
        return at + 2, at + 2 + first
    size = first & 0x7F
    start = at + 2 + size
    return start, (start + int.from_bytes(data[at + 2 : start], "big")) if 0 < size <= 8 else len(data)


def _octets(data: bytes, at: int) -> bytes:
    """An octet string, or the octet strings that a constructed one is made of."""
    if at >= len(data):
        return b""
    start, end = _inside(data, at)
    if data[at] == _OCTETS:
        return data[start:end]
    if data[at] != _CONSTRUCTED:
        return b""
    pieces: list[bytes] = []
    while start < min(end, len(data)) and data[start] == _OCTETS and len(pieces) < _PIECES:
        begins, ends = _inside(data, start)
        pieces.append(data[begins:ends])
        start = ends
    return b"".join(pieces)
