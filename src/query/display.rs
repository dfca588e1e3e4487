//! Tree to query text that parses back to the identical tree.
//!
//! That holds for canonical trees, as [`super::parse()`] makes them. Any other tree prints as the
//! nearest thing that can be written.

use std::fmt::{self, Display, Formatter};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::lex::one_line;
use super::parse::{is_shouted, scores};
use super::{Filter, Pattern, Query, Text, TextField, parse};
use crate::proximity::Nearness;

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = Tree(self).to_string();
        // In parentheses the operators among nothing but capitals stay operators.
        if is_shouted(&text) { write!(f, "({text})") } else { f.write_str(&text) }
    }
}

/// A tree or a part of one.
struct Tree<'q>(&'q Query);

impl Display for Tree<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Query::All => f.write_str("*"),
            Query::Text(text) => text.fmt(f),
            Query::Filter(filter) => filter.fmt(f),
            Query::Words(words) => join(f, words, " ", |word| {
                matches!(word, Query::Words(_) | Query::And(_) | Query::Or(_) | Query::Near { .. })
            }),
            Query::And(all) => {
                // Conditions may stand beside the last of what scores without an AND.
                for (i, query) in all.iter().enumerate() {
                    let separator = if scores(query) { " AND " } else { " " };
                    f.write_str(if i > 0 { separator } else { "" })?;
                    let group = matches!(query, Query::And(_) | Query::Or(_) | Query::Near { .. });
                    grouped(f, query, group)?;
                }
                Ok(())
            }
            Query::Or(any) => {
                join(f, any, " OR ", |query| matches!(query, Query::Or(_) | Query::Near { .. }))
            }
            Query::Near { left, right, nearness } => {
                let group = |side: &Query| !matches!(side, Query::Text(_));
                grouped(f, left, group(left))?;
                match nearness {
                    Nearness::Within { words, ordered: false } => write!(f, " w/{words} ")?,
                    Nearness::Within { words, ordered: true } => write!(f, " pre/{words} ")?,
                    Nearness::Sentence => f.write_str(" /s ")?,
                    Nearness::Paragraph => f.write_str(" /p ")?,
                }
                grouped(f, right, group(right))
            }
            Query::AtLeast { count, of } => write!(f, "atleast{count}({})", Tree(of)),
            Query::Boost { weight, of } => {
                let bare = format!("{}^{weight}", Tree(of));
                let short = matches!(**of, Query::Text(_)) && reads_as(&bare, self.0);
                if short { f.write_str(&bare) } else { write!(f, "({})^{weight}", Tree(of)) }
            }
            Query::Not(inner) => {
                let group = matches!(
                    **inner,
                    Query::Words(_) | Query::And(_) | Query::Or(_) | Query::Near { .. }
                );
                let text = Tree(inner).to_string();
                let glues =
                    |first: char| first.is_alphanumeric() || matches!(first, '"' | '=' | '*');
                // Glued, `--flag` would be text; and so would be the minus before another.
                let glues = !matches!(**inner, Query::Not(_)) && text.starts_with(glues);
                f.write_str(if group || glues { "-" } else { "NOT " })?;
                if group { write!(f, "({text})") } else { f.write_str(&text) }
            }
        }
    }
}

fn join(
    f: &mut Formatter<'_>,
    queries: &[Query],
    separator: &str,
    group: impl Fn(&Query) -> bool,
) -> fmt::Result {
    for (i, query) in queries.iter().enumerate() {
        if i > 0 {
            f.write_str(separator)?;
        }
        grouped(f, query, group(query))?;
    }
    Ok(())
}

fn grouped(f: &mut Formatter<'_>, query: &Query, group: bool) -> fmt::Result {
    let tree = Tree(query);
    if group { write!(f, "({tree})") } else { tree.fmt(f) }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let field = match self.field {
            TextField::Any => "",
            TextField::Title => "title:",
            TextField::Lead => "lead:",
        };
        let (bare, typed) = match &self.pattern {
            Pattern::Word(word) | Pattern::Wildcard(word) => (word.clone(), word),
            Pattern::Exact(word) => (format!("={word}"), word),
            Pattern::Fuzzy { word, distance } => (format!("{word}~{distance}"), word),
            Pattern::Phrase { words, exact, slop } => {
                let sign = if *exact { "=" } else { "" };
                write!(f, "{field}{sign}\"{}\"", one_line(words))?;
                return if *slop > 0 { write!(f, "~{slop}") } else { Ok(()) };
            }
            Pattern::Regex(inside) => return write!(f, "{field}/{inside}/"),
        };
        let bare = format!("{field}{bare}");
        if reads_as(&bare, &Query::Text(self.clone())) {
            return f.write_str(&bare);
        }
        write!(f, "{field}\"{}\"", one_line(typed))
    }
}

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Filter::Undated => f.write_str("date:none"),
            Filter::Date { from: Some(from), until: Some(until) } => {
                period(f, "date", *from, *until)
            }
            Filter::Mentions { from: Some(from), until: Some(until) } => {
                period(f, "mentions", *from, *until)
            }
            Filter::Mentions { from: Some(from), until: None } => {
                write!(f, "mentions:{}..", instant(*from))
            }
            Filter::Mentions { from: None, until: Some(until) } => {
                let last = until.checked_sub(1.second()).unwrap_or(*until);
                match midnight(*until) {
                    Some(_) => write!(f, "mentions:..{}", day(last)),
                    None => write!(f, "mentions:..{last}"),
                }
            }
            Filter::Mentions { from: None, until: None } => f.write_str("mentions:1000..2999"),
            // The year 3000 cannot be written, but the end of 2999 can.
            Filter::Date { from: Some(from), until: None } if year(*from) > 2999 => {
                f.write_str("after:2999")
            }
            Filter::Date { from: None, until: Some(until) } if year(*until) > 2999 => {
                f.write_str("until:2999")
            }
            Filter::Date { from: Some(from), until: None } => write!(f, "since:{}", instant(*from)),
            Filter::Date { from: None, until: Some(until) } => {
                write!(f, "before:{}", instant(*until))
            }
            Filter::Date { from: None, until: None } => f.write_str("date:1000..2999"),
            Filter::Field { field, value } => {
                let bare = format!("{field}:{value}");
                if reads_as(&bare, &Query::Filter(self.clone())) {
                    f.write_str(&bare)
                } else {
                    write!(f, "{field}:\"{}\"", one_line(value))
                }
            }
        }
    }
}

/// Whether it can stand without quotes. The parser knows best.
fn reads_as(bare: &str, query: &Query) -> bool {
    // A parenthesis is fine in a bare URL, but would end a group around it.
    let quiet = !bare.contains(['(', ')']);
    quiet && parse(bare, Timestamp::UNIX_EPOCH).is_ok_and(|parsed| parsed == *query)
}

/// A period as briefly as it can be written: a year, a month, a day, a range of days, or a range
/// of instants, whose last one is the last second that belongs to it.
fn period(f: &mut Formatter<'_>, field: &str, from: Timestamp, until: Timestamp) -> fmt::Result {
    let last = until.checked_sub(1.second()).unwrap_or(until);
    let (Some(first), Some(_)) = (midnight(from), midnight(until)) else {
        let from_text = instant(from);
        let last_text = last.to_string();
        return if from == last {
            write!(f, "{field}:{last_text}")
        } else if midnight(until).is_some() {
            write!(f, "{field}:{from_text}..{}", day(last))
        } else {
            write!(f, "{field}:{from_text}..{last_text}")
        };
    };
    let last = day(last);
    if first == last {
        write!(f, "{field}:{first}")
    } else if first == first.first_of_year() && last == first.last_of_year() {
        write!(f, "{field}:{:04}", first.year())
    } else if first == first.first_of_month() && last == first.last_of_month() {
        write!(f, "{field}:{:04}-{:02}", first.year(), first.month())
    } else {
        write!(f, "{field}:{first}..{last}")
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn year(at: Timestamp) -> i16 {
    day(at).year()
}

fn midnight(at: Timestamp) -> Option<Date> {
    let zoned = at.to_zoned(TimeZone::UTC);
    (zoned.time() == jiff::civil::Time::midnight()).then(|| zoned.date())
}

/// A day where the instant is its start.
fn instant(at: Timestamp) -> String {
    midnight(at).map_or_else(|| at.to_string(), |day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::MetaField;
    use proptest::prelude::*;
    use strum::VariantArray;

    fn now() -> Timestamp {
        "2025-08-06T12:00:00Z".parse().unwrap()
    }

    /// Words that are words wherever they stand.
    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            6 => "[a-z]{1,8}",
            1 => "[A-Z][a-zé]{1,6}",
            1 => proptest::sample::select(vec![
                "U.S.", "C++", "12:30", "https://a.example/b?c=d", "AT&T", "don't", "--flag",
                "#tag", "@handle", "$5m", "24/7", "and", "or", "not", "title:", "a=b", "x^2",
                "=>a", "漢字", "war?", "10~20", "[x]", "~5", "|a", "C:\\x",
            ]).prop_map(str::to_owned),
        ]
    }

    fn phrase() -> impl Strategy<Value = String> {
        prop_oneof![
            proptest::collection::vec(word(), 1..4).prop_map(|words| words.join(" ")),
            proptest::sample::select(vec![
                "AND",
                "w/5",
                "(a) b",
                "a:b",
                "/x/",
                "a*",
                "“a” b",
                "-a"
            ])
            .prop_map(str::to_owned),
        ]
    }

    fn text() -> impl Strategy<Value = Query> {
        let field =
            proptest::sample::select(vec![TextField::Any, TextField::Title, TextField::Lead]);
        let pattern = prop_oneof![
            4 => word().prop_map(Pattern::Word),
            1 => "[a-z]{1,6}".prop_map(Pattern::Exact),
            2 => (phrase(), any::<bool>(), prop_oneof![Just(0), 0..=100_u32])
                .prop_map(|(words, exact, slop)| Pattern::Phrase { words, exact, slop }),
            1 => "\\*[a-z]{2,6}|[a-z]{2,5}\\*|[a-z][?*][a-z]{1,3}".prop_map(Pattern::Wildcard),
            1 => ("[a-z]{1,6}", 1..=2_u8)
                .prop_map(|(word, distance)| Pattern::Fuzzy { word, distance }),
            1 => proptest::sample::select(vec!["colou?r", "(a|b)c+", r"a\/b", "[a-z]{2}"])
                .prop_map(|regex| Pattern::Regex(regex.to_owned())),
        ];
        (field, pattern).prop_map(|(field, pattern)| Query::Text(Text { field, pattern }))
    }

    fn instant() -> impl Strategy<Value = Timestamp> {
        // The years 1000 to 2999; every second one a midnight, some the start of a year.
        let day = 86_400_i64;
        prop_oneof![
            -30_610_224_000..32_503_680_000_i64,
            (-354_285..376_200_i64).prop_map(move |days| days * day),
            proptest::sample::select(vec![
                -30_610_224_000,
                1_735_689_600,
                1_743_465_600,
                1_746_057_600
            ]),
        ]
        .prop_map(|second| Timestamp::from_second(second).unwrap())
    }

    fn filter() -> impl Strategy<Value = Query> {
        let date = (instant(), instant(), 0..4_u8).prop_map(|(a, b, ends)| {
            let (from, until) = (a.min(b), a.max(b));
            match ends {
                0 => Filter::Date { from: Some(a), until: None },
                1 => Filter::Date { from: None, until: Some(a) },
                _ if from == until => Filter::Undated,
                2 => Filter::Mentions { from: Some(from), until: Some(until) },
                _ => Filter::Date { from: Some(from), until: Some(until) },
            }
        });
        let field = (proptest::sample::select(MetaField::VARIANTS), phrase())
            .prop_map(|(field, value)| Filter::Field { field, value });
        prop_oneof![1 => Just(Filter::Undated), 4 => date, 4 => field].prop_map(Query::Filter)
    }

    /// What has places in a text.
    fn placed() -> impl Strategy<Value = Query> {
        text().prop_recursive(3, 8, 3, |inner| {
            let nearness = prop_oneof![
                (1..=255_u32, any::<bool>())
                    .prop_map(|(words, ordered)| Nearness::Within { words, ordered }),
                Just(Nearness::Sentence),
                Just(Nearness::Paragraph),
            ];
            prop_oneof![
                proptest::collection::vec(inner.clone(), 2..4).prop_map(or),
                (inner.clone(), inner, nearness).prop_map(|(left, right, nearness)| Query::Near {
                    left: Box::new(left),
                    right: Box::new(right),
                    nearness,
                }),
            ]
        })
    }

    /// Canonical trees, as the module `parse` defines them.
    fn canonical() -> impl Strategy<Value = Query> {
        let counted = (1..=255_u32, placed())
            .prop_map(|(count, of)| Query::AtLeast { count, of: Box::new(of) });
        let leaf = prop_oneof![6 => text(), 2 => filter(), 2 => placed(), 1 => counted];
        let tree = leaf.prop_recursive(5, 32, 4, |inner| {
            let several = proptest::collection::vec(inner.clone(), 2..5);
            prop_oneof![
                several.clone().prop_map(words),
                several.clone().prop_map(and),
                several.prop_map(or),
                inner.clone().prop_map(|inner| Query::Not(Box::new(inner))),
                (inner, 1..=10_000_u16).prop_map(|(of, weight)| {
                    let weight = f32::from(weight) / 100.0;
                    if scores(&of) { Query::Boost { weight, of: Box::new(of) } } else { of }
                }),
            ]
        });
        prop_oneof![1 => Just(Query::All), 20 => tree]
    }

    // Written apart from the parser's own, so that the two check each other: members that may not
    // stand there are wrapped or left out.
    fn words(several: Vec<Query>) -> Query {
        let first = several[0].clone();
        let (positive, rest): (Vec<_>, Vec<_>) = several.into_iter().partition(scores);
        let words: Vec<Query> =
            positive.into_iter().filter(|query| !matches!(query, Query::Words(_))).collect();
        match words.len() {
            0 if rest.is_empty() => first,
            0 => and(rest),
            1 => and(words.into_iter().chain(rest).collect()),
            _ => Query::Words(words),
        }
    }

    fn and(several: Vec<Query>) -> Query {
        let rest = || several.iter().filter(|query| !matches!(query, Query::And(_)));
        let positive = rest().filter(|query| scores(query));
        let conditions = rest().filter(|q| !scores(q) && !matches!(q, Query::Not(_)));
        let exclusions = rest().filter(|query| matches!(query, Query::Not(_)));
        let all: Vec<Query> = positive.chain(conditions).chain(exclusions).cloned().collect();
        match all.as_slice() {
            [] => several[0].clone(),
            [one] => one.clone(),
            _ => Query::And(all),
        }
    }

    fn or(several: Vec<Query>) -> Query {
        let any: Vec<Query> =
            several.iter().filter(|query| !matches!(query, Query::Or(_))).cloned().collect();
        match any.as_slice() {
            [] => several[0].clone(),
            [one] => one.clone(),
            _ => Query::Or(any),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_canonical_tree_parses_back(query in canonical()) {
            let text = query.to_string();
            prop_assert_eq!(parse(&text, now()), Ok(query), "{}", text);
        }

        /// Made of what the language is made of, in any order.
        #[test]
        fn what_parses_parses_back(
            pieces in proptest::collection::vec(
                (proptest::sample::select(vec![
                    "a", "word", "Élysée", "AND", "OR", "NOT", "and", "|", "-", "--", "(", ")", "((",
                    "\"", "“", "”", "„", "«", "»", "=", "~", "~2", "^", "^2", "*", "?", "el*", "w?d",
                    "title:", "source:", "url:", "id:", "date:", "on:", "since:", "until:", "by:",
                    "2025-04", "7d", "..", "none", "3000", "/", "w/", "5", ":", ",", ".", "…", "🎉",
                    "\t", "\u{0}", "http://x.example/(a)", "'", "—", "foo:", "abc~", "\u{301}",
                    "w/5", "PRE/2", "/s", "/p", "/ab+/", "near3", "atleast2", "atleast2(", "lead:",
                    "^0.5", "//", "title:(",
                ]), prop_oneof![2 => Just(""), 3 => Just(" ")]),
                0..14,
            )
        ) {
            let text: String = pieces.into_iter().flat_map(|(piece, gap)| [piece, gap]).collect();
            match parse(&text, now()) {
                Ok(query) => {
                    let printed = query.to_string();
                    prop_assert_eq!(parse(&printed, now()), Ok(query), "{} -> {}", text, printed);
                }
                Err(error) => {
                    prop_assert!(text.get(error.at.clone()).is_some());
                    prop_assert!(error.hint.is_some());
                    let _ = error.render(&text);
                }
            }
        }

        #[test]
        fn any_text_that_parses_parses_back(text in "\\PC*|(?s:.*)") {
            match parse(&text, now()) {
                Ok(query) => prop_assert_eq!(parse(&query.to_string(), now()), Ok(query)),
                Err(error) => {
                    prop_assert!(text.get(error.at.clone()).is_some());
                    let _ = error.render(&text);
                }
            }
        }
    }

    fn assert_parses_back(text: &str) {
        let query = parse(text, now()).expect(text);
        let printed = query.to_string();
        assert_eq!(parse(&printed, now()), Ok(query), "{printed}");
    }

    #[test]
    fn the_ends_of_the_calendar_can_be_written() {
        for text in [
            "date:2999",
            "after:2999",
            "until:2999",
            "before:1000",
            "date:1000..2999",
            "date:2999-12-31T23:59:59Z",
            "date:2025-04-25T23:59:59Z",
            "date:12h..1h",
        ] {
            assert_parses_back(text);
        }
    }

    #[test]
    fn what_fuzzing_found_parses_back() {
        for text in [
            "title:(//talks pre/2 Kremlin)",
            "lead:(a //b)",
            "atleast2(NATO AND Kremlin oil)",
            "atleast2((a b) AND (c d) AND (e OR f))",
        ] {
            assert_parses_back(text);
        }
    }

    #[test]
    fn what_no_query_can_say_prints_as_the_nearest() {
        let text = |pattern| Query::Text(Text { field: TextField::Any, pattern });
        let cases = [
            (text(Pattern::Word("two words".into())), "\"two words\""),
            (text(Pattern::Word("sorce:bbc".into())), "\"sorce:bbc\""),
            (text(Pattern::Word("AND".into())), "\"AND\""),
            (Query::Filter(Filter::Date { from: None, until: None }), "date:1000..2999"),
        ];
        for (query, printed) in cases {
            assert_eq!(query.to_string(), printed);
        }
    }
}
