"""The demo's mail server: accepts every letter by SMTP, keeps it as an .eml file and sends nothing on.

`python -m netdesk.runner.sink FD FOLDER` serves the listening socket FD, which the runner opened.
"""

import asyncio
import socket
import sys
import uuid
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone


class Keeper:
    """Writes each accepted letter into a folder; names sort by arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the letter as received, below one Delivered-To line per recipient; whole or not at all."""
        name = f"{timezone.now():%Y%m%dT%H%M%S%fZ}-{uuid.uuid4().hex[:6]}.eml"
        heads = "".join(f"Delivered-To: {recipient}\r\n" for recipient in envelope.rcpt_tos)
        draft = self.folder / f".{name}"
        draft.write_bytes(heads.encode() + (envelope.original_content or b""))
        draft.rename(self.folder / name)
        return "250 2.0.0 kept"


async def serve(listening: socket.socket, folder: Path) -> None:
    """Accept letters on `listening` for ever."""
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True), sock=listening)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])))
