//! What all matching articles come to, for people: facets, and bars by the time of publication.
//!
//! ```text
//! source of 1,204 articles
//!     312  The Courier
//!      48  Bay Post
//!     and 7 more values; 31 articles without
//!
//! month    articles    share
//! 2025-04       312    4.1 %  ████████████
//! ```

use std::io::{self, Write};

use anstyle::Style;
use jiff::civil::Date;

use crate::hits::{Facet, Hits, Reading};
use crate::timeline::{Period, Timeline, Unit};

use super::layout::{Block, Page};
use super::summary::{articles, grouped};
use super::text::Paint;

/// Columns of the longest bar, where there is room.
const BAR: usize = 40;
/// And where there is not.
const BAR_MIN: usize = 8;
/// More periods without an article than this, one after the other, are one line.
const MOST_EMPTY: usize = 3;

/// Writes the facets of an answer, with an empty line between them.
pub(super) fn facets(
    out: &mut dyn Write,
    hits: &Hits,
    page: Page,
    paint: &Paint,
) -> io::Result<()> {
    for (index, facet) in hits.facets.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        self::facet(out, facet, hits, page, paint)?;
    }
    Ok(())
}

fn facet(
    out: &mut dyn Write,
    facet: &Facet,
    hits: &Hits,
    page: Page,
    paint: &Paint,
) -> io::Result<()> {
    let mut head = Block::default();
    head.add(&facet.field.to_string(), paint.strong);
    head.add(&format!(" of {}", counted(hits)), paint.faint).write(out, page, "", Style::new())?;
    for value in &facet.values {
        let mut block = Block::default();
        block.add(&value.value, Style::new());
        if let Some(within) = value.within.as_deref().filter(|one| !value.value.ends_with(one)) {
            block.add(&format!(" ({within})"), paint.faint);
        }
        block.write(out, page, &format!("{:>8}  ", grouped(value.articles)), paint.faint)?;
    }
    let mut rest = Vec::new();
    match (facet.values.len(), facet.more) {
        (0, 0) => rest.push("no values".to_owned()),
        (_, 0) => {}
        (0, more) => rest.push(format!("{} values", grouped(more))),
        (_, 1) => rest.push("and 1 more value".to_owned()),
        (_, more) => rest.push(format!("and {} more values", grouped(more))),
    }
    if facet.without > 0 {
        rest.push(format!("{} without", articles(facet.without)));
    }
    if rest.is_empty() {
        return Ok(());
    }
    Block::default().add(&rest.join("; "), paint.faint).write(out, page, "    ", Style::new())
}

/// Which articles were counted, for people.
fn counted(hits: &Hits) -> String {
    let all = articles(hits.total);
    match hits.reading {
        Reading::All => all,
        Reading::Any | Reading::Relaxed => format!("{all} that hold any of the words"),
    }
}

/// Writes a timeline as bars, with the share of all that is indexed in each period.
pub(super) fn timeline(
    out: &mut dyn Write,
    timeline: &Timeline,
    page: Page,
    paint: &Paint,
) -> io::Result<()> {
    let width = match timeline.unit {
        Some(Unit::Day | Unit::Week) => "2025-04-25".len(),
        _ => "undated".len(),
    };
    let lead = |period: &str, articles: &str| format!("{period:<width$}  {articles:>8}  ");
    let line = |out: &mut dyn Write, lead: &str, text: &str, style: Style| {
        Block::default().add(text, style).write(out, page, lead, paint.faint)
    };
    let most = timeline.periods.iter().map(|period| period.articles).max().unwrap_or_default();
    if let Some(unit) = timeline.unit.filter(|_| most > 0) {
        let unit = match unit {
            Unit::Week => "week from".to_owned(),
            unit => unit.to_string(),
        };
        line(out, &(lead(&unit, "articles") + "   "), "share", paint.faint)?;
    }
    let same = |a: &Period, b: &Period| (a.articles == 0) == (b.articles == 0);
    for run in timeline.periods.chunk_by(same) {
        if run.len() > MOST_EMPTY && run[0].articles == 0 {
            let unit = timeline.unit.map_or_else(String::new, |unit| unit.to_string());
            let none = format!("· {} {unit}s without any", grouped(run.len() as u64));
            line(out, &format!("{}{:10}", lead("", ""), ""), &none, paint.faint)?;
            continue;
        }
        for Period { first, articles, indexed } in run {
            let lead = lead(&period(*first, timeline.unit), &grouped(*articles));
            let lead = format!("{lead}{:>8}  ", share(*articles, *indexed));
            let room = page.width.saturating_sub(lead.len()).clamp(BAR_MIN, BAR) as u64;
            let bar = match articles {
                0 => "·".to_owned(),
                _ => "\u{2588}".repeat((articles * room).div_ceil(most) as usize),
            };
            line(out, &lead, &bar, Style::new())?;
        }
    }
    for (count, period, what) in [
        (timeline.only_month, "", "known to the month only"),
        (timeline.only_year, "", "known to the year only"),
        (timeline.undated, "undated", "without a date"),
    ] {
        if count > 0 {
            line(out, &lead(period, &grouped(count)), what, paint.faint)?;
        }
    }
    Ok(())
}

/// `4.1 %` of all; a dash where there is nothing to be a share of.
fn share(articles: u64, indexed: u64) -> String {
    let percent = 100.0 * articles as f64 / indexed as f64;
    match (articles, indexed) {
        (_, 0) => "-".to_owned(),
        (0, _) => "0 %".to_owned(),
        _ if percent < 0.05 => "<0.1 %".to_owned(),
        _ => format!("{percent:.1} %"),
    }
}

/// How a period is called: `2025`, `2025-04`, `2025-04-25`; a week by its Monday.
pub(super) fn period(first: Date, unit: Option<Unit>) -> String {
    let format = match unit {
        Some(Unit::Year) => "%Y",
        Some(Unit::Month) => "%Y-%m",
        _ => "%Y-%m-%d",
    };
    first.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::super::samples;
    use super::*;
    use crate::hits::{FacetField, FacetValue};
    use crate::timeline::{Dates, Scale};

    fn written(
        write: impl Fn(&mut dyn Write, Page, &Paint) -> io::Result<()>,
        width: usize,
    ) -> String {
        let mut out = Vec::new();
        write(&mut out, Page::on(width, false), &Paint::new(false)).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn value(value: &str, within: Option<&str>, articles: u64) -> FacetValue {
        FacetValue { value: value.into(), within: within.map(str::to_owned), articles }
    }

    #[test]
    fn values_are_harmless_and_a_cut_is_told() {
        let values = vec![
            value("Paris", Some("Texas"), 1204),
            value("Washington, D.C.", Some("D.C."), 3),
            value("\x1b]0;owned\x07 of a very long name that wraps", None, 1),
        ];
        let places = Facet { field: FacetField::Place, values, more: 1, without: 2 };
        let langs = Facet { field: FacetField::Lang, values: vec![], more: 0, without: 12 };
        let hits = Hits { total: 12, facets: vec![places, langs], ..samples::empty() };
        let shown = written(|out, page, paint| facets(out, &hits, page, paint), 40);
        insta::assert_snapshot!(shown, @"
        place of 12 articles
           1,204  Paris (Texas)
               3  Washington, D.C.
               1  ␛]0;owned␇ of a very long name
                  that wraps
            and 1 more value; 2 articles without

        lang of 12 articles
            no values; 12 articles without
        ");
    }

    #[test]
    fn bars_fit_the_page() {
        let (mut some, mut all) = (Dates::default(), Dates::default());
        for (day, articles) in [("2025-01-01", 3), ("2025-01-03", 1), ("2025-02-01", 2000)] {
            let day: Date = day.parse().unwrap();
            some.add(day, crate::article::Precision::Day, articles);
            all.add(day, crate::article::Precision::Day, 2000);
        }
        some.undated = 7;
        let told = Timeline::of(&some, &all, Scale::Of(Unit::Day));
        for width in [20, 45, 100] {
            let shown = written(|out, page, paint| timeline(out, &told, page, paint), width);
            assert!(shown.lines().all(|line| line.width() <= width.max(42)), "{shown}");
        }
        insta::assert_snapshot!(
            written(|out, page, paint| timeline(out, &told, page, paint), 60),
            @"
        day         articles     share
        2025-01-01         3     0.1 %  █
        2025-01-02         0         -  ·
        2025-01-03         1     0.1 %  █
                                        · 28 days without any
        2025-02-01     2,000   100.0 %  ████████████████████████████
        undated            7  without a date
        "
        );
        let undated: Dates = [None].into_iter().collect();
        let none = Timeline::of(&undated, &all, Scale::Fitting);
        insta::assert_snapshot!(
            written(|out, page, paint| timeline(out, &none, page, paint), 60),
            @"undated         1  without a date"
        );
    }
}
