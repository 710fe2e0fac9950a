"""Votes over live frames, and each code told once."""

from scanning import Look, Reading, Session, Symbol

ABOVE = ((0.0, 0.0), (100.0, 0.0), (100.0, 30.0), (0.0, 30.0))
BELOW = ((0.0, 300.0), (100.0, 300.0), (100.0, 330.0), (0.0, 330.0))


def seen(text, *, family="plain", confirmed=False, corners=ABOVE, format_="Code128"):
    look = Look("zxing", family)
    return Symbol(
        text=text,
        raw=text.encode(),
        format=format_,
        corners=corners,
        engines=("zxing",),
        votes=1.0,
        confirmed=confirmed,
        looks=(look,),
    )


def frame(*symbols):
    return Reading(symbols=symbols, width=1280, height=720)


def test_two_equal_frames_confirm():
    """One plain look a frame is not enough; the same text in the next frame is."""
    session = Session()
    first = session.feed(frame(seen("LOT-1")), 0.0)
    assert [s.text for s in first.doubtful] == ["LOT-1"]
    second = session.feed(frame(seen("LOT-1")), 0.1)
    assert [s.text for s in second.fresh] == ["LOT-1"]
    assert second.fresh[0].votes == 2.0


def test_votes_grow_old():
    """Looks further apart than a second and a half do not add up."""
    session = Session()
    session.feed(frame(seen("LOT-1")), 0.0)
    assert not session.feed(frame(seen("LOT-1")), 1.6).fresh


def test_an_expected_text_needs_one_frame_and_only_a_match_does():
    """The open task's text is told at once; another text of the same frame still waits."""
    session = Session(expected=["LOT-1"])
    news = session.feed(frame(seen("LOT-1"), seen("LOT-2", corners=BELOW)), 0.0)
    assert [s.text for s in news.fresh] == ["LOT-1"]
    assert news.fresh[0].expected
    assert [s.text for s in news.doubtful] == ["LOT-2"]


def test_the_task_may_move_on():
    """After a pick the session waits for the next text without forgetting what it has seen."""
    session = Session(expected=["LOT-1"])
    session.feed(frame(seen("LOT-2", corners=BELOW)), 0.0)
    session.expect(["LOT-2"])
    assert [s.text for s in session.feed(frame(seen("LOT-2", corners=BELOW)), 0.1).fresh] == ["LOT-2"]


def test_a_rival_at_the_same_place_holds_both_back():
    """Two texts at one place are both in doubt until one has a clear lead."""
    session = Session()
    for at in (0.0, 0.1):
        news = session.feed(frame(seen("LOT-1"), seen("LOT-7")), at)
    assert not news.fresh
    assert {s.doubt for s in news.doubtful} == {"rival"}
    for at in (0.2, 0.3):
        news = session.feed(frame(seen("LOT-1")), at)
    assert not news.doubtful


def test_a_code_in_view_is_told_once():
    """While a code stays in view it is known, not fresh, however long."""
    session = Session()
    told = [session.feed(frame(seen("LOT-1", confirmed=True)), at / 10) for at in range(40)]
    assert sum(len(news.fresh) for news in told) == 1
    assert all(news.known for news in told[1:])


def test_a_code_that_comes_back_is_new():
    """Half a second out of view, and a second and a half after it was told, the same label counts again."""
    session = Session()
    session.feed(frame(seen("LOT-1", confirmed=True)), 0.0)
    assert not session.feed(frame(seen("LOT-1", confirmed=True)), 1.0).fresh
    session.feed(frame(), 1.3)
    assert session.feed(frame(seen("LOT-1", confirmed=True)), 1.8).fresh


def test_many_codes_are_all_told():
    """Labels side by side do not hold each other back."""
    places = [tuple((x + 150.0 * n, y) for x, y in ABOVE) for n in range(5)]
    symbols = [seen(f"LOT-{n}", confirmed=True, corners=place) for n, place in enumerate(places)]
    assert len(Session().feed(frame(*symbols), 0.0).fresh) == 5
