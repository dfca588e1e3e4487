//! The date that a story's own words give: its dateline, and lines at its head and foot.
//!
//! Knows articles whose text is read; not the format that they came in. A dateline without a year
//! is a date only where the year is known from elsewhere.

use super::date_line::{self, published_line};
use super::dates::{self, Clock, Date};
use crate::article::{Article, DateFrom, Precision, Published, RefusedDate};
use crate::calendar;

/// So many paragraphs at the head are looked at, and so many at the foot.
const HEAD: usize = 4;
const FOOT: usize = 2;

/// A longer paragraph is no line about the article, in bytes.
const LONGEST_LINE: usize = 140;

/// A dateline ends within so many bytes.
const LONGEST_DATELINE: usize = 110;

/// Reads the date of an article off its text, where nothing that is trusted more says it to the day.
pub(super) fn settle(article: &mut Article, clock: &Clock) {
    let known = article.published;
    let trusted = |date: Published| date.from < DateFrom::FileTime;
    if known.is_some_and(|date| date.precision >= Precision::Day && trusted(date)) {
        return;
    }
    let clock = clock.in_language(article.lang.as_deref());
    let told = line(article, &clock)
        .map(|date| (date, DateFrom::Text))
        .or_else(|| Some((dateline(&article.body, &clock)?, DateFrom::Dateline)));
    let Some((told, from)) = told.and_then(|(told, from)| match told {
        Told::Whole(date) => Some((date, from)),
        Told::WithoutYear { month, day } => {
            let known = known.filter(|known| trusted(*known))?;
            let zoned = known.at.to_zoned(jiff::tz::TimeZone::UTC);
            let date = dates::parse(&format!("{}-{month:02}-{day:02}", zoned.year()), &clock)?;
            Some((date, from))
        }
    }) else {
        return;
    };
    let told = told.read_from(from);
    let agrees = known.is_none_or(|known| {
        known.from == DateFrom::FileTime || (known.at <= told.at && told.at < known.end())
    });
    if agrees {
        article.published = Some(told);
    }
}

/// What a text says of its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Whole(Date),
    WithoutYear { month: i8, day: i8 },
}

/// "Published: 3 March 2025", "By Ann Smith, 3 March 2025", or a line that is a date.
fn line(article: &mut Article, clock: &Clock) -> Option<Told> {
    let body = article.body.as_str();
    let head = body.split("\n\n").take(HEAD);
    let foot = body.rsplit("\n\n").take(FOOT);
    let mut refused: Vec<RefusedDate> = Vec::new();
    let mut found = None;
    for paragraph in head.chain(foot) {
        if paragraph.len() > LONGEST_LINE || !paragraph.bytes().any(|b| b.is_ascii_digit()) {
            continue;
        }
        found = published_line(paragraph, clock)
            .or_else(|| byline(paragraph, clock))
            .or_else(|| labelled(paragraph, clock, &mut refused));
        if found.is_some() {
            break;
        }
    }
    for date in refused {
        if !article.refused_dates.contains(&date) {
            article.refused_dates.push(date);
        }
    }
    found.map(Told::Whole)
}

/// "By Ann Smith, 3 March 2025": the names, and the date at the end.
fn byline(line: &str, clock: &Clock) -> Option<Date> {
    const LONGEST_NAMES: usize = 80;
    let starts = ["By ", "BY ", "Von ", "Par ", "Por ", "Di ", "Door ", "Av ", "Af "];
    if !starts.iter().any(|start| line.starts_with(start)) {
        return None;
    }
    let (date, range) = dates::find(line, clock)?;
    let ends = line.get(range.end..)?.trim_matches(|c: char| !c.is_alphanumeric()).is_empty();
    (ends && range.start <= LONGEST_NAMES).then_some(date)
}

/// "Date: 31 June 2025": what is said to be the date and cannot be.
fn labelled(line: &str, clock: &Clock, refused: &mut Vec<RefusedDate>) -> Option<Date> {
    let (label, rest) = line.split_once(':')?;
    if label.len() > 30 || !date_line::PUBLISHED.is_match(&format!("{}:", label.to_lowercase())) {
        return None;
    }
    dates::parse_or_note(rest, clock, DateFrom::Text, refused)
        .filter(|date| date.precision >= Precision::Day)
}

/// "MOSCOW, Aug 6 (Reuters) - ", "WASHINGTON, March 3, 2025 (AP) \u{2014} ".
fn dateline(body: &str, clock: &Clock) -> Option<Told> {
    let paragraph = body.split("\n\n").find(|paragraph| paragraph.len() > LONGEST_LINE / 2)?;
    let start = paragraph.get(..paragraph.floor_char_boundary(LONGEST_DATELINE))?;
    let end = ["(", " - ", " -- ", " \u{2013} ", " \u{2014} ", "\u{2014}", ".- "]
        .iter()
        .filter_map(|mark| start.find(mark))
        .min()?;
    let (head, rest) = start.split_at(end);
    // An agency in parentheses, and then a dash.
    let rest = match rest.strip_prefix('(') {
        Some(inner) => inner.split_once(')')?.1.trim_start_matches([' ', ',', '.', ':']),
        None => rest.trim_start_matches('.').trim_start(),
    };
    if !rest.starts_with(['-', '\u{2013}', '\u{2014}']) {
        return None;
    }
    let (place, date) = head.split_once(", ")?;
    let is_place = place.chars().next().is_some_and(char::is_uppercase)
        && place.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '/'));
    if !is_place {
        return None;
    }
    // "KYIV, Ukraine, March 3": more of the place may come before the date.
    let mut date = date.trim();
    while let Some((more, rest)) = date.split_once(", ")
        && !more.bytes().any(|b| b.is_ascii_digit())
        && calendar::weekday(&more.to_lowercase()).is_none()
    {
        date = rest.trim();
    }
    let date = date.trim_end_matches([',', '.']);
    if let Some(date) = dates::parse(date, clock) {
        return (date.precision >= Precision::Day).then_some(Told::Whole(date));
    }
    let mut words = date.split([' ', ',']).filter(|word| !word.is_empty());
    let bare = |word: &str| word.trim_end_matches('.').to_lowercase();
    let mut first = bare(words.next()?);
    if calendar::weekday(&first).is_some() {
        first = bare(words.next()?);
    }
    let second = bare(words.next()?);
    if words.next().is_some() {
        return None;
    }
    let day = |word: &str| word.parse::<i8>().ok().filter(|day| (1..=31).contains(day));
    let (month, day) = match (calendar::month_or_short(&first), day(&first)) {
        (Some(month), _) => (month, day(&second)?),
        (None, Some(day)) => (calendar::month_or_short(&second)?, day),
        (None, None) => return None,
    };
    Some(Told::WithoutYear { month, day })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Published, Refusal};

    fn settled(body: &str, published: Option<Published>) -> Article {
        let clock = Clock::at("2026-01-01T00:00:00Z".parse().unwrap());
        let mut article = Article { body: body.to_owned(), published, ..Article::default() };
        settle(&mut article, &clock);
        article
    }

    fn by_path(text: &str) -> Option<Published> {
        let clock = Clock::at("2026-01-01T00:00:00Z".parse().unwrap());
        dates::parse(text, &clock).map(|date| date.read_from(DateFrom::Path))
    }

    const STORY: &str = "The council closed the bridge on Tuesday, after engineers had found cracks \
                         in two of its piers, and said that it would stay shut for months.";

    #[test]
    fn lines_and_datelines() {
        let cases = [
            ("Published: 3 March 2025\n\n{}", Some(("2025-03-03", DateFrom::Text))),
            ("By Ann Smith, 3 March 2025\n\n{}", Some(("2025-03-03", DateFrom::Text))),
            (
                "{}\n\nVer\u{f6}ffentlicht am 3. M\u{e4}rz 2025",
                Some(("2025-03-03", DateFrom::Text)),
            ),
            ("ODESA, March 3, 2025 (AP) \u{2014} {}", Some(("2025-03-03", DateFrom::Dateline))),
            ("KYIV, Ukraine, 3 March 2025 - {}", Some(("2025-03-03", DateFrom::Dateline))),
            ("Odesa, Aug 6 (Reuters) - {}", None),
            ("Odesa, the port of 3 March 2025 - {}", None),
            ("{} It was on 3 March 2025.", None),
            ("By Ann Smith\n\n{}", None),
        ];
        for (text, expected) in cases {
            let article = settled(&text.replace("{}", STORY), None);
            let got = article.published.map(|date| (date.display(), date.from));
            let got = got.as_ref().map(|(day, from)| (day.as_str(), *from));
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn the_year_comes_from_elsewhere() {
        let wire = format!("MOSCOW, Aug 6 (Reuters) - {STORY}");
        let cases = [
            (by_path("2019"), "2019-08-06", DateFrom::Dateline),
            (by_path("2019-08"), "2019-08-06", DateFrom::Dateline),
            // It contradicts what is known.
            (by_path("2019-07"), "2019-07", DateFrom::Path),
            (by_path("2019-08-05"), "2019-08-05", DateFrom::Path),
        ];
        for (known, day, from) in cases {
            let published = settled(&wire, known).published.unwrap();
            assert_eq!((published.display().as_str(), published.from), (day, from), "{known:?}");
        }
    }

    #[test]
    fn a_date_that_cannot_be_is_noted() {
        let article = settled(&format!("Date: 31 June 2025\n\n{STORY}"), None);
        assert_eq!(article.published, None);
        let [refused] = article.refused_dates.as_slice() else { panic!("one is refused") };
        assert_eq!((refused.text.as_str(), refused.why), ("31 June 2025", Refusal::Impossible));
    }
}
