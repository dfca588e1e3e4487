//! The publication day of 800 pages, against what persons found for them. Nothing is told of a page
//! but the page: not even its address.
//!
//! A page for which no day is found counts against "same day" and is not wrong.

use std::collections::BTreeMap;

use jiff::tz::{Offset, TimeZone};
use serde::Deserialize;

use crate::floors;
use crate::page_set::PageSet;

#[derive(Deserialize)]
struct Gold {
    file: String,
    date: String,
}

#[test]
fn days_of_pages() {
    let Some(set) = PageSet::read("html/htmldate") else { return };
    let Some(other) = PageSet::trafilatura() else { return };
    let gold: Vec<Gold> = set.gold();
    // Pages that both sets have are kept in one of them.
    let same = set.files[0].with_file_name("same-as-trafilatura.json");
    let same: BTreeMap<String, String> =
        serde_json::from_str(&std::fs::read_to_string(same).unwrap()).unwrap();
    let (mut right, mut wrong) = (0, 0);
    for page in &gold {
        let article = match same.get(&page.file) {
            Some(file) => other.article(file),
            None => set.article(&page.file),
        };
        let Some(published) = article.and_then(|article| article.published) else { continue };
        // The day by the paper's own clock.
        let minutes = i32::from(published.offset.unwrap_or_default());
        let zone = Offset::from_seconds(minutes * 60).map_or(TimeZone::UTC, TimeZone::fixed);
        let day = published.at.to_zoned(zone).strftime("%Y-%m-%d").to_string();
        if std::env::var_os("SHOW_WRONG").is_some() && day != page.date {
            eprintln!("{}: {day} from {}, not {}", page.file, published.from, page.date);
        }
        *(if day == page.date { &mut right } else { &mut wrong }) += 1;
    }
    let share = |part: usize| part as f64 / gold.len() as f64;
    let measured = BTreeMap::from([
        ("same day".to_owned(), share(right)),
        ("not wrong".to_owned(), 1.0 - share(wrong)),
    ]);
    eprintln!("htmldate: {} pages: {measured:.4?}", gold.len());
    floors::hold(
        "htmldate",
        &floors::digest(&[set.files.as_slice(), &other.files].concat()),
        &measured,
    );
}
