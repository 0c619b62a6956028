"""Whether a file may be attached: its content alone decides, read by a process of its own (applications.inspector)."""

import logging
import subprocess
import sys

from django.conf import settings

from applications.attached import LARGEST, MEGABYTE, Attachment

log = logging.getLogger(__name__)
SECONDS = 20  # by the clock; the process itself has less time of the processor

NOT_READ = (
    "ファイルの内容を確かめられませんでした。開けることを確かめ、PDFに保存し直すか、別のファイルを添付してください"
)
REFUSALS = {
    "empty": "ファイルが空です（0バイト）。内容のあるファイルを選択してください",
    "large": f"ファイルが大きすぎます。1つのファイルは{LARGEST // MEGABYTE}MBまでです。分けるか、小さくしてから添付してください",
    "type": "PDF・JPEG・PNGのファイルではありません。ファイル名ではなく内容で確かめています。PDFに変換して添付してください",
    "office": "Word・Excel・ZIPなどのファイルは添付できません。PDFに変換して添付してください",
    "heic": "HEICや動画のファイルは添付できません。写真はJPEGで保存して添付してください",
    "broken": "ファイルが途中で切れているか、壊れています。開けることを確かめ、もう一度保存してから添付してください",
    "locked": "パスワードや暗号化で保護されたPDFは添付できません。保護を外したPDFを添付してください",
    "script": "プログラム（JavaScript）を含むPDFは添付できません。印刷機能などでPDFに保存し直してから添付してください",
    "launch": "ほかのプログラムの起動や送信を行うPDFは添付できません。印刷機能などでPDFに保存し直してから添付してください",
    "embedded": "ほかのファイルや動画・入力フォームを埋め込んだPDFは添付できません。中のファイルは、別に添付してください",
    "pixels": "画像の縦横が大きすぎます。6,000万画素までの画像を添付してください",
    "complex": "ファイルの構造が複雑すぎるため、確かめられません。印刷機能などでPDFに保存し直してから添付してください",
}
TYPES = {
    Attachment.Type.PDF: "application/pdf",
    Attachment.Type.JPEG: "image/jpeg",
    Attachment.Type.PNG: "image/png",
}
# How a name ends by type; the first is put behind a name that says something else.
ENDINGS = {
    Attachment.Type.PDF: (".pdf",),
    Attachment.Type.JPEG: (".jpg", ".jpeg"),
    Attachment.Type.PNG: (".png",),
}


class Refused(Exception):
    """A file that cannot be taken. The text says why and is fit to show."""


def judge(data: bytes) -> Attachment.Type:
    """Tell the type of a file by its content; raises Refused."""
    if not data:
        raise Refused(REFUSALS["empty"])
    if len(data) > LARGEST:
        raise Refused(REFUSALS["large"])
    word = _ask(data)
    if word in Attachment.Type.values:
        return Attachment.Type(word)
    raise Refused(REFUSALS.get(word, NOT_READ))


def _ask(data: bytes) -> str:
    """Let the inspector read the bytes; "" when it did not come to its end."""
    command = [sys.executable, "-m", "applications.inspector"]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, cwd=settings.BASE_DIR, env={}, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        log.warning("the inspector of attachments took too long for %s bytes", len(data))
        return ""
    if done.returncode:
        log.warning("the inspector of attachments ended with %s: %s", done.returncode, done.stderr[-500:])
        return ""
    return done.stdout.decode()
