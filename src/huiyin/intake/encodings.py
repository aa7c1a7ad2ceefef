"""Finding out which encoding a file is in: UTF-8, GB 18030 or UTF-16. Pure."""

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HIGH = re.compile(rb"[\x80-\xff]+")
SAMPLE = 1 << 20


def encoding_of(content: bytes) -> str:
    """Return the name of the encoding the file is most likely in; broken places in it do not change the answer.

    A file in neither Chinese encoding counts as UTF-8, and its broken rows are told one by one rather than guessed at.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name
    head = content[:SAMPLE]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if (even + odd) * 4 > len(head) and max(even, odd) > 8 * min(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    if _decodes(content, "utf-8"):
        return "utf-8"
    lines = [line for line in head.split(b"\n") if not line.isascii()]
    as_utf8 = sum(_decodes(line, "utf-8") for line in lines)
    as_chinese = sum(_decodes(line, "gb18030") and not _western(line) for line in lines)
    return "gb18030" if as_chinese > as_utf8 else "utf-8"


def _western(line: bytes) -> bool:
    """Tell whether the signs beyond ASCII stand mostly alone, as accents and curly quotes do and Chinese does not."""
    runs = [len(run) for run in _HIGH.findall(line)]
    return runs.count(1) * 2 > len(runs)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def leniency(encoding: str) -> str:
    """Return how the decoder treats broken places: marked so that the bytes come back, where the encoding allows it."""
    return "replace" if "16" in encoding else "surrogateescape"


def broken(text: str) -> bool:
    """Tell whether bytes of the text could not be read (lone surrogates or replacement signs stand for them)."""
    return not text.isascii() and any("\udc80" <= sign <= "\udcff" or sign == "\ufffd" for sign in text)


def original(text: str, encoding: str) -> bytes:
    """Return the bytes that the text was read from."""
    try:
        return text.encode(encoding.removesuffix("-sig"), "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def shown(text: str) -> str:
    """Return the text as it can be stored and shown: unreadable bytes and NUL become replacement signs."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\x00", "\ufffd")
