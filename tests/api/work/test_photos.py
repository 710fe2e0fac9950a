"""Photos from the floor."""

import io

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor

HIDDEN = b"<script>alert(1)</script>"


def photograph(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture that lies on its side and says where it was taken, by whom, and more behind its end."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Artist] = "Anna"
    exif.get_ifd(IFD.GPSInfo)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", size, (200, 10, 10)).save(out, kind, exif=exif)
    return out.getvalue() + HIDDEN


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_is_kept_once_without_what_cannot_be_seen(demo: DemoFloor, kind: str) -> None:
    """Sent twice it is one row; a supervisor and an inspector see it upright, with no place and no name in it; a picker is refused."""
    picker = await demo.worker("picker")
    path = f"/api/floor/work/photos/{new_id()}"
    sent = photograph(kind)
    for _ in range(2):
        answer = await picker.client.put(path, content=sent, headers={"content-type": "image/jpeg"})
        assert answer.status_code == 204, answer.text
    for role in ("supervisor", "inspector"):
        shown = await (await demo.worker(role)).client.get(path)
        assert shown.headers["content-type"] == f"image/{kind.lower()}"
        assert HIDDEN not in shown.content
        assert b"Anna" not in shown.content
        with Image.open(io.BytesIO(shown.content)) as picture:
            assert (picture.size, dict(picture.getexif())) == ((20, 40), {})
    assert (await picker.client.get(path)).status_code == 403
    assert await demo.scalar("select count(*) from photo where id = :id", id=path.rsplit("/", 1)[1]) == 1


@pytest.mark.parametrize(
    "sent",
    [photograph()[:300], photograph("PNG")[:60], photograph("PNG", (10_000, 2_600)), b"\xff\xd8\xff", b""],
)
async def test_a_torn_or_immense_photo_is_refused(demo: DemoFloor, sent: bytes) -> None:
    """Nothing that nobody can look at is kept, and nothing that would fill the memory of whoever opens it."""
    picker = await demo.worker("picker")
    answer = await picker.client.put(f"/api/floor/work/photos/{new_id()}", content=sent)
    assert answer.status_code == 400, answer.text


async def test_what_is_no_picture_or_too_large_is_refused(demo: DemoFloor) -> None:
    """Bytes decide, not the name the sender gives; half a megabyte is the limit."""
    picker = await demo.worker("picker")
    path = f"/api/floor/work/photos/{new_id()}"
    script = await picker.client.put(path, content=b"<svg onload=x>", headers={"content-type": "image/jpeg"})
    assert script.status_code == 400
    large = await picker.client.put(
        path, content=photograph() + b"\0" * 600_000, headers={"content-type": "image/jpeg"}
    )
    assert large.status_code == 413
