"""Photos from the floor."""

from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 100


async def test_a_photo_is_kept_once_and_shown_to_whoever_decides_about_it(demo: DemoFloor) -> None:
    """Sent twice it is one row; a supervisor and an inspector get the same bytes back, a picker is refused."""
    picker = await demo.worker("picker")
    path = f"/api/floor/work/photos/{new_id()}"
    for _ in range(2):
        answer = await picker.client.put(path, content=JPEG, headers={"content-type": "image/jpeg"})
        assert answer.status_code == 204, answer.text
    for role in ("supervisor", "inspector"):
        shown = await (await demo.worker(role)).client.get(path)
        assert (shown.content, shown.headers["content-type"]) == (JPEG, "image/jpeg")
    assert (await picker.client.get(path)).status_code == 403
    assert await demo.scalar("select count(*) from photo where id = :id", id=path.rsplit("/", 1)[1]) == 1


async def test_what_is_no_picture_or_too_large_is_refused(demo: DemoFloor) -> None:
    """Bytes decide, not the name the sender gives; half a megabyte is the limit."""
    picker = await demo.worker("picker")
    path = f"/api/floor/work/photos/{new_id()}"
    script = await picker.client.put(path, content=b"<svg onload=x>", headers={"content-type": "image/jpeg"})
    assert script.status_code == 400
    large = await picker.client.put(
        path, content=JPEG + b"\0" * 600_000, headers={"content-type": "image/jpeg"}
    )
    assert large.status_code == 413
