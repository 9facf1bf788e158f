from datetime import UTC, date, datetime

from portal.text import dates


def test_day_and_moment_read_on_french_clocks():
    late_evening_in_london = datetime(2027, 3, 31, 22, 5, tzinfo=UTC)

    assert dates.day(late_evening_in_london) == "1er avril 2027"
    assert dates.moment(late_evening_in_london) == "1er avril 2027 à 0\u00a0h\u00a005"
    assert dates.day(date(2027, 3, 12), weekday=True) == "vendredi 12 mars 2027"
    assert dates.day(date(2027, 3, 12), year=False) == "12 mars"
    assert dates.moment(None) == "–"


def test_figures_are_those_of_the_french_day():
    assert dates.figures(datetime(2027, 3, 31, 22, 5, tzinfo=UTC)) == "01/04/2027"
    assert dates.figures(date(2027, 3, 12)) == "12/03/2027"


def test_papers_never_cut_a_date_and_give_the_second_of_an_instant():
    received = datetime(2027, 3, 12, 7, 4, 5, 999999, tzinfo=UTC)

    assert dates.printed_day(date(2027, 8, 1)) == "1\u00a0août\u00a02027"
    assert dates.printed_day(datetime(2027, 3, 31, 22, 5, tzinfo=UTC)) == "1\u00a0avril\u00a02027"
    assert dates.printed_moment(received) == ("12\u00a0mars\u00a02027 à 08\u00a0h\u00a004\u00a0min\u00a005\u00a0s (heure de Paris)")
