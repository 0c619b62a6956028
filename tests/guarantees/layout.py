"""Find what cannot be read on a drawn page."""

import pymupdf


def unread(page: pymupdf.Page) -> list[str]:
    """The lines that lie over another one or outside the margins. Boxes are cut to the height of the signs."""
    spans = [s for b in page.get_text("dict")["blocks"] for line in b.get("lines", []) for s in line["spans"]]
    boxes = []
    for span in spans:
        left, _, right, _ = span["bbox"]
        foot = span["origin"][1]
        boxes.append((pymupdf.Rect(left + 1, foot - span["size"] * 0.7, right - 1, foot), span["text"].strip()))
    paper = page.rect + (40, 30, -40, -10)
    over = [
        text
        for i, (box, text) in enumerate(boxes)
        for other, more in boxes[i + 1 :]
        if text and more and box.intersects(other)
    ]
    return over + [text for box, text in boxes if text and box not in paper]
