"""Tells what a file really is, by reading all of it: `python -m applications.inspector` reads bytes, answers one word.

It runs as a process of its own with little memory and time and without our settings (applications.inspecting starts
it): what strangers send is read by C libraries, and whatever happens there ends with that process. The word is the type
(pdf, jpeg, png) or why the file is refused (the keys of inspecting.REFUSALS). It imports nothing of ours.
"""

import io
import itertools
import resource
import sys
import warnings
from collections.abc import Iterator

import pikepdf
from PIL import Image, ImageFile

BYTES, SECONDS = 1 << 30, 10  # memory that may be mapped, time of the processor
MOST_PIXELS = 60_000_000  # a page of A3 at 400 dpi has 31 million; each pixel needs up to four bytes
MOST_OBJECTS = 200_000  # of a PDF, small ones inside others included
DEEPEST = 100
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"


class Refused(Exception):
    """A file that is not taken; the text is one of the words for the reason."""


def judge(data: bytes) -> str:
    """Tell the type of a file by its content, or raise Refused."""
    if data.startswith(b"%PDF-"):
        _read_pdf(data)
        return "pdf"
    if data.startswith(b"\xff\xd8\xff"):
        _read_picture(data, "JPEG")
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        if not data.endswith(PNG_END):
            raise Refused("broken")
        _read_picture(data, "PNG")
        return "png"
    raise Refused(_what_else(data))


def _what_else(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"Rar!")):
        return "office"
    return "heic" if data[4:8] == b"ftyp" else "type"


def _read_picture(data: bytes, kind: str) -> None:
    """Decode every pixel: only so does one know that none is missing. How many there are is asked before."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands below, in front of the decoding
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # whoever else uses Pillow in this process may have allowed it
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise Refused("pixels")
            picture.load()
    except (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError) as fault:
        raise Refused("broken") from fault


def _read_pdf(data: bytes) -> None:
    """Read the whole structure without repairing it: a file that needs repair is not the one that was sent off.

    Behind its end nothing may follow: what is a PDF and something else besides is taken for the other thing somewhere.
    """
    body, found, tail = data.rpartition(b"%%EOF")
    if not (body and found) or tail.strip(b"\r\n\t \x00"):
        raise Refused("broken")
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Refused("locked")
            if not len(pdf.pages):
                raise Refused("broken")
            _search(pdf)
    except pikepdf.PasswordError as fault:
        raise Refused("locked") from fault
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as fault:
        raise Refused("broken") from fault


def _search(pdf: pikepdf.Pdf) -> None:
    """Look at every object of a PDF for what does something or carries something when it is opened."""
    count = 0
    for thing in _things(pdf):
        count += 1
        if count > MOST_OBJECTS:
            raise Refused("complex")
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            continue
        act, subtype, kind = (str(thing.get(name, "")) for name in ("/S", "/Subtype", "/Type"))
        if "/JS" in thing or "/JavaScript" in thing or act == "/JavaScript":
            raise Refused("script")
        if act in {"/Launch", "/ImportData", "/SubmitForm", "/GoToE"}:
            raise Refused("launch")
        if "/EF" in thing or "/EmbeddedFiles" in thing or "/XFA" in thing or kind == "/EmbeddedFile":
            raise Refused("embedded")
        if subtype in {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}:
            raise Refused("embedded")


def _things(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Give the trailer, every numbered object, and whatever lies directly inside one."""
    for top in itertools.chain([pdf.trailer], pdf.objects):
        waiting = [(top, 0)]
        while waiting:
            thing, depth = waiting.pop()
            yield thing
            if depth > DEEPEST:
                raise Refused("complex")
            inner: list[object] = []
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                inner = [thing.get(name) for name in sorted(thing.keys())]
            elif isinstance(thing, pikepdf.Array):
                inner = list(thing)
            waiting += [(one, depth + 1) for one in inner if isinstance(one, pikepdf.Object) and not one.is_indirect]


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Judge what comes in and answer with the word."""
    _limit()
    warnings.simplefilter("ignore")
    try:
        word = judge(sys.stdin.buffer.read())
    except Refused as reason:
        word = str(reason)
    except MemoryError:
        word = "complex"
    sys.stdout.write(word)


if __name__ == "__main__":
    main()
