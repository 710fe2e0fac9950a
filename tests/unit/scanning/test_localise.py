"""Where bars stand, and which way they run."""

import numpy as np
import pytest

from scanning import localise
from scanning.bench.stress import picture, texts


@pytest.mark.parametrize("degrees", range(0, 180, 20))
def test_the_place_and_the_angle_of_bars(degrees):
    """The strongest place is the code: its middle within a tenth, its direction within three degrees."""
    grey, _ = picture("Code128", texts("Code128")[0], "rotation, degrees", degrees, seed=1)
    canvas = np.full((700, 900), 190, np.uint8)
    canvas[60 : 60 + grey.shape[0], 200 : 200 + grey.shape[1]] = grey
    place = localise.places(canvas)[0]
    assert abs(place.x - (200 + grey.shape[1] / 2)) < 0.1 * place.along
    assert abs(place.y - (60 + grey.shape[0] / 2)) < 0.1 * place.along
    turned = np.degrees(place.angle) + degrees
    assert min(abs((turned - off + 90) % 180 - 90) for off in (0, 1.5, 3)) < 3
    assert localise.looks_like_bars(canvas, place)


def test_a_single_edge_is_not_bars():
    """The border of a sheet is as parallel as bars are, and is not taken for them."""
    grey = np.full((300, 400), 220, np.uint8)
    grey[:, 200:] = 40
    assert not any(localise.looks_like_bars(grey, place) for place in localise.places(grey))


def test_corners_go_back_to_the_picture():
    """A point of an upright crop maps to where it came from."""
    place = localise.Place(x=300, y=200, along=160, across=60, angle=np.radians(30), strength=1.0)
    crop = localise.upright(np.zeros((400, 600), np.uint8), place)
    middle = (crop.grey.shape[1] / 2, crop.grey.shape[0] / 2)
    found = crop.corners_in_picture((middle, middle, middle, middle))
    assert found[0] == pytest.approx((300, 200), abs=1.0)
