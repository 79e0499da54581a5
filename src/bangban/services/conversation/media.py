"""Clips and recordings: sound and video typed by their content, beside pictures and documents (GB33358-4.2.4-h).

The first bytes name the container; boxes and chunks must fit the file, so that a renamed or cut file is refused.
"""

from __future__ import annotations

from bangban.services.conversation.files import type_of

AUDIO = frozenset({"audio/mpeg", "audio/amr", "audio/wav", "audio/ogg", "audio/mp4", "audio/aac"})
VIDEO = frozenset({"video/mp4", "video/3gpp", "video/quicktime", "video/webm"})
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic"})
ALLOWED = "图片（JPG、PNG、WebP、GIF、HEIC）、录音（MP3、AMR、WAV、OGG、M4A）、视频（MP4、3GP、MOV、WebM）、PDF、Word、Excel 或纯文本"
BRANDS = {
    b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime", b"heic": "image/heic", b"heix": "image/heic",
    b"mif1": "image/heic",
}  # fmt: skip
TOP_BOXES = frozenset(
    {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"moof", b"sidx", b"meta", b"styp"}
)
FEWEST_FRAMES = 2


def media_type(content: bytes) -> str:
    """Return the media type that the bytes show: documents and pictures as everywhere, sound and video; else empty."""
    return type_of(content) or _picture(content) or _sound(content) or _container(content)


def _picture(content: bytes) -> str:
    return "image/gif" if content[:6] in (b"GIF87a", b"GIF89a") and content.rstrip(b"\0").endswith(b";") else ""


def _sound(content: bytes) -> str:
    if content.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "audio/amr"
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        told = int.from_bytes(content[4:8], "little")
        return "audio/wav" if told <= len(content) or told >= 0x7FFFFF00 else ""
    if content.startswith(b"OggS\0"):
        return "audio/ogg"
    if content[:3] == b"ID3" and len(content) > 128:
        return "audio/mpeg"
    if len(content) > 4 and content[0] == 0xFF and content[1] & 0xF6 == 0xF0:
        return "audio/aac" if _aac_frames(content) >= FEWEST_FRAMES else ""
    if len(content) > 4 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0:
        return "audio/mpeg"
    return ""


def _aac_frames(content: bytes) -> int:
    place, found = 0, 0
    while found < FEWEST_FRAMES and place + 7 <= len(content) and content[place] == 0xFF:
        length = (content[place + 3] & 3) << 11 | content[place + 4] << 3 | content[place + 5] >> 5
        if length < 7:
            break
        place, found = place + length, found + 1
    return found


def _container(content: bytes) -> str:
    if content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64]:
        return "video/webm"
    if content[4:8] != b"ftyp" or not _whole(content):
        return ""
    brand = content[8:12]
    return BRANDS.get(brand) or ("video/3gpp" if brand.startswith((b"3gp", b"3g2")) else "video/mp4")


def _whole(content: bytes) -> bool:
    """Tell whether the outer boxes of an ISO file follow one another to its end."""
    place = 0
    while place + 8 <= len(content):
        size, kind = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        if size == 1:
            size = int.from_bytes(content[place + 8 : place + 16])
        if kind not in TOP_BOXES or (size and size < 8):
            return False
        if size == 0:
            return True
        place += size
    return place == len(content)


def kind_of(media: str) -> str:
    """Return what a page shows for a type: picture, audio, video or file."""
    return "picture" if media in PICTURES else "audio" if media in AUDIO else "video" if media in VIDEO else "file"
