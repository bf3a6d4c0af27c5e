"""The place of a mark: in its corner as a reader sees the page, however that is turned."""

from hypothesis import given
from hypothesis import strategies as st

from signing.appearance import PageGeometry, place, positions, time_line
from tests.signing.conftest import NOW

sizes = st.floats(60, 5000)


@given(
    sizes,
    sizes,
    st.sampled_from([0, 90, 180, 270]),
    st.sampled_from(["agency", "person"]),
    st.floats(-500, 500),
)
def test_a_mark_lies_within_its_corner(
    width: float, height: float, rotation: int, kind: str, origin: float
) -> None:
    page = PageGeometry(origin, origin, origin + width, origin + height, rotation)
    x0, y0, x1, y1 = place(positions()[kind], page)
    assert page.x0 <= x0 < x1 <= page.x1
    assert page.y0 <= y0 < y1 <= page.y1
    across, down = (x0 + x1) / 2 - origin, (y0 + y1) / 2 - origin
    left = {0: across < width / 2, 90: down < height / 2, 180: across > width / 2, 270: down > height / 2}
    top = {0: down > height / 2, 90: across < width / 2, 180: down < height / 2, 270: across > width / 2}
    assert top[rotation]
    assert left[rotation] == (kind == "person")


def test_the_time_is_vietnams_and_says_so() -> None:
    assert time_line(NOW).endswith(" +07:00")
