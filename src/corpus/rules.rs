//! Rule files: what a `dateline.toml` says of everything under its folder.
//!
//! Knows TOML, paths and patterns; not what is in the files that the rules are for. Rules are read
//! before anything else is: one that cannot be understood ends the run. An inner folder's rules win
//! over an outer one's, key by key; what a rule states outright wins over what an article says, and
//! its `[defaults]` and its path fill only what is missing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::tz::{Offset, TimeZone};
use serde::Deserialize;
use walkdir::WalkDir;
use xxhash_rust::xxh3::Xxh3Default;

use super::dates::{self, Clock, Order};
use super::mapping::{self, Defaults, Fields, Mapping, Paths};
use super::walk::{CONFIGURATION, Root, WalkOptions};
use super::{Reading, format, language};
use crate::article::{Article, DateFrom};

/// Larger files are no rules, in bytes.
const LARGEST: u64 = 256 << 10;

/// Longer names do not occur on disk, in bytes.
const LONGEST_NAME: usize = 255;

/// Parts that one folder or file name of a path pattern may have.
const MOST_PARTS: usize = 16;

/// What is said of the files in one folder, by its own rule file and those above it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// The publisher.
    pub source: Option<String>,
    /// The language, ISO 639-1.
    pub lang: Option<String>,
    /// The zone of times that name none.
    pub zone: Option<TimeZone>,
    /// The order of day and month.
    pub order: Option<Order>,
    /// Whether an article without any date gets the time of its file.
    pub file_time: bool,
    mapping: Mapping,
    path: Option<PathRule>,
    include: Option<Globs>,
    exclude: Option<Globs>,
}

impl Rules {
    /// How to read files under these rules, `reading` being how the root is read: what was asked
    /// for on the command line wins.
    pub(super) fn reading(&self, reading: &Reading) -> Reading {
        let Clock { now, zone, order } = reading.clock.clone();
        let zone = self.zone.clone().unwrap_or(zone);
        let clock = Clock { now, zone, order: self.order.or(order) };
        Reading { mapping: reading.mapping.clone().or(&self.mapping), clock }
    }

    /// The rule file that leaves out the file with this key, if one does.
    #[must_use]
    pub fn leave_out(&self, key: &str) -> Option<&str> {
        let unwanted = self.include.as_ref().filter(|globs| !globs.match_key(key));
        unwanted.or_else(|| self.excluding(key)).map(|globs| globs.by.as_str())
    }

    /// The same for an archive: what is included is asked of its entries, as with a folder.
    #[must_use]
    pub fn leave_out_archive(&self, key: &str) -> Option<&str> {
        self.excluding(key).map(|globs| globs.by.as_str())
    }

    fn excluding(&self, key: &str) -> Option<&Globs> {
        self.exclude.as_ref().filter(|globs| globs.match_key(key))
    }

    /// Adds to an article what the rules say of it. `key` is that of its file.
    pub(super) fn complete(&self, article: &mut Article, key: &str, clock: &Clock) {
        if let Some(source) = &self.source {
            article.source.name = Some(source.clone());
        }
        if let Some(lang) = &self.lang {
            article.lang = Some(lang.clone());
        }
        let Some(found) = self.path.as_ref().and_then(|rule| rule.find(key)) else { return };
        if article.published.is_none() {
            let date = found.date().and_then(|date| dates::parse(&date, clock));
            article.published = date.map(|date| date.read_from(DateFrom::Path));
        }
        let source = &mut article.source;
        source.name = source.name.take().or_else(|| found.text(Slot::Source));
        article.section = article.section.take().or_else(|| found.text(Slot::Section));
    }

    /// These rules with those of a file in an inner folder, `prefix`, put over them.
    fn with(&self, prefix: &str, written: Written) -> Result<Self> {
        let by = format!("{prefix}{CONFIGURATION}");
        let mut rules = self.clone();
        if let Some(source) = written.source {
            rules.source = Some(source);
        }
        if let Some(lang) = written.lang {
            let known = language::normalise(&lang);
            rules.lang = Some(known.with_context(|| format!("`lang`: unknown language `{lang}`"))?);
        }
        if let Some(zone) = written.zone {
            rules.zone = Some(zone_named(&zone)?);
        }
        if let Some(order) = written.order {
            rules.order = Some(match order.as_str() {
                "day-first" => Order::DayFirst,
                "month-first" => Order::MonthFirst,
                _ => bail!("`order` is `{order}`; it can be `day-first` or `month-first`"),
            });
        }
        if let Some(path) = written.path {
            let patterns: Result<Vec<_>> = path.iter().map(Pattern::parse).collect();
            let patterns = patterns.context("in `path`")?;
            rules.path = Some(PathRule { base: prefix.to_owned(), patterns });
        }
        if let Some(globs) = written.include {
            rules.include = Some(Globs::new(prefix, &by, &globs).context("in `include`")?);
        }
        if let Some(globs) = written.exclude {
            rules.exclude = Some(Globs::new(prefix, &by, &globs).context("in `exclude`")?);
        }
        if let Some(file_time) = written.file_time {
            rules.file_time = file_time;
        }
        let mapping = Mapping { fields: written.fields, defaults: written.defaults };
        rules.mapping = mapping.or(&self.mapping);
        Ok(rules)
    }
}

/// A rule file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Written {
    source: Option<String>,
    lang: Option<String>,
    zone: Option<String>,
    order: Option<String>,
    path: Option<Paths>,
    include: Option<Paths>,
    exclude: Option<Paths>,
    file_time: Option<bool>,
    fields: Fields,
    defaults: Defaults,
}

const KEYS: &[&str] = &[
    "source",
    "lang",
    "zone",
    "order",
    "path",
    "include",
    "exclude",
    "file_time",
    "fields",
    "defaults",
];

impl Written {
    fn from_toml(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse()?;
        mapping::expect_known("key", table.keys(), KEYS)?;
        mapping::expect_known_fields(&table)?;
        Ok(table.try_into()?)
    }
}

/// `Europe/Kyiv`, `UTC`, `+02:00`.
fn zone_named(name: &str) -> Result<TimeZone> {
    let name = name.trim();
    if let Some(offset) = offset(name) {
        return Ok(TimeZone::fixed(offset));
    }
    TimeZone::get(name).map_err(|_| {
        anyhow!("`zone`: no time zone is called `{name}`; write one like `Europe/Kyiv` or `+02:00`")
    })
}

fn offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let sound = (0..=18).contains(&hours) && (0..60).contains(&minutes);
    sound.then(|| Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()).flatten()
}

/// The rules of all folders under a root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleTree {
    /// What the keys of the root begin with.
    root: String,
    /// By what the keys of a folder begin with.
    folders: HashMap<String, Arc<Rules>>,
    /// Tells one set of rule files from another; `None` where there are none.
    digest: Option<String>,
}

impl RuleTree {
    /// Reads the rule files under a root, and nothing else.
    ///
    /// # Errors
    /// If one of them cannot be read or understood.
    pub fn gather(root: &Root, options: &WalkOptions) -> Result<Self> {
        let mut files: BTreeMap<(usize, String), PathBuf> = BTreeMap::new();
        let shown = |name: &std::ffi::OsStr| name.to_str().is_some_and(|n| !n.starts_with('.'));
        let entries = WalkDir::new(&root.path)
            .follow_links(options.follow)
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || shown(entry.file_name()));
        // What cannot be looked into is told by the walk that looks for articles.
        for entry in entries.filter_map(Result::ok) {
            let is_rules = entry.depth() > 0 && entry.file_name() == CONFIGURATION;
            if is_rules && !entry.file_type().is_dir() {
                let key = root.key(entry.path());
                let prefix = key.strip_suffix(CONFIGURATION).unwrap_or_default().to_owned();
                files.insert((entry.depth(), prefix), entry.path().to_owned());
            }
        }
        let mut tree = Self { root: root.prefix.clone(), ..Self::default() };
        let mut hash = Xxh3Default::new();
        // Outer folders come first.
        for ((_, prefix), path) in &files {
            let inside = || format!("in the rule file {}", path.display());
            let text = text_of(path, options.follow)?;
            for part in [prefix.as_str(), text.as_str()] {
                hash.update(&(part.len() as u64).to_le_bytes());
                hash.update(part.as_bytes());
            }
            let written = Written::from_toml(&text).with_context(inside)?;
            let outer = tree.of(prefix).unwrap_or_default();
            let rules = outer.with(prefix, written).with_context(inside)?;
            tree.folders.insert(prefix.clone(), Arc::new(rules));
        }
        tree.digest = (!files.is_empty()).then(|| format!("{:016x}", hash.digest()));
        Ok(tree)
    }

    /// The rules for a key: those of the nearest folder above it.
    #[must_use]
    pub fn of(&self, key: &str) -> Option<Arc<Rules>> {
        if self.folders.is_empty() {
            return None;
        }
        let mut folders = memchr::memrchr_iter(b'/', key.as_bytes());
        let nearest = folders.find_map(|end| self.folders.get(key.get(..=end)?));
        nearest.or_else(|| self.folders.get(&self.root)).cloned()
    }

    /// Tells one set of rule files from another; `None` where there are none.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }
}

fn text_of(path: &Path, follow: bool) -> Result<String> {
    let cannot = || format!("cannot read the rule file {}", path.display());
    let metadata = if follow { fs::metadata(path) } else { fs::symlink_metadata(path) };
    let metadata = metadata.with_context(cannot)?;
    if !metadata.is_file() {
        bail!("{}: it is not a regular file; put one in its place", cannot());
    }
    if metadata.len() > LARGEST {
        bail!("{}: it is larger than {} KiB", cannot(), LARGEST >> 10);
    }
    fs::read_to_string(path).with_context(cannot)
}

/// Globs, and the folder that they are relative to.
#[derive(Debug, Clone)]
struct Globs {
    base: String,
    /// The key of the rule file.
    by: String,
    written: Vec<String>,
    set: GlobSet,
}

impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        (&self.base, &self.written) == (&other.base, &other.written)
    }
}

impl Eq for Globs {}

impl Globs {
    fn new(base: &str, by: &str, globs: &Paths) -> Result<Self> {
        let written: Vec<String> = globs.iter().map(str::to_owned).collect();
        let mut set = GlobSetBuilder::new();
        for glob in &written {
            // As in other tools: a name alone is meant in any folder, a folder with all in it.
            let mut whole = glob.trim_start_matches("./").to_owned();
            if whole.ends_with('/') {
                whole.push_str("**");
            }
            let whole = match whole.strip_prefix('/') {
                Some(anchored) => anchored.to_owned(),
                None if glob.trim_end_matches('/').contains('/') => whole,
                None => format!("**/{whole}"),
            };
            let glob = GlobBuilder::new(&whole).literal_separator(true).build();
            set.add(glob.map_err(|error| anyhow!("{error}"))?);
        }
        let set = set.build()?;
        Ok(Self { base: base.to_owned(), by: by.to_owned(), written, set })
    }

    fn match_key(&self, key: &str) -> bool {
        key.strip_prefix(&self.base).is_some_and(|path| self.set.is_match(path))
    }
}

/// Where things stand in the path of a file, and the folder that it is relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PathRule {
    base: String,
    patterns: Vec<Pattern>,
}

impl PathRule {
    fn find(&self, key: &str) -> Option<Found> {
        let path = key.strip_prefix(&self.base)?;
        self.patterns.iter().find_map(|pattern| pattern.find(path))
    }
}

/// `{year}/{month}/{day}`: folders, and in each its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    folders: Vec<Vec<Part>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// `*`
    Anything,
    Slot(Slot),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
enum Slot {
    Year,
    Month,
    Day,
    Source,
    Section,
}

const SLOTS: &[&str] = &["year", "month", "day", "source", "section"];

/// What a path says.
#[derive(Debug, Default)]
struct Found {
    slots: Vec<(Slot, String)>,
}

impl Found {
    fn get(&self, wanted: Slot) -> Option<&str> {
        self.slots.iter().find(|(slot, _)| *slot == wanted).map(|(_, text)| text.as_str())
    }

    fn text(&self, wanted: Slot) -> Option<String> {
        self.get(wanted).map(str::to_owned)
    }

    /// The date, as the reader of dates takes it.
    fn date(&self) -> Option<String> {
        let year = self.get(Slot::Year)?;
        let Some(month) = self.get(Slot::Month) else { return Some(year.to_owned()) };
        let day = self.get(Slot::Day);
        if month.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(match day {
                Some(day) => format!("{year}-{month:0>2}-{day:0>2}"),
                None => format!("{year}-{month:0>2}"),
            });
        }
        Some(format!("{} {month} {year}", day.unwrap_or_default()).trim().to_owned())
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self> {
        let folders = text.trim_matches('/').split('/').map(parts).collect::<Result<Vec<_>>>()?;
        let has = |slot| folders.iter().flatten().any(|part| *part == Part::Slot(slot));
        let slots = folders.iter().flatten().filter(|part| matches!(part, Part::Slot(_))).count();
        if slots == 0 {
            bail!("`{text}` names nothing; write something like `{{year}}/{{month}}/{{day}}`");
        }
        if (has(Slot::Day) && !has(Slot::Month)) || (has(Slot::Month) && !has(Slot::Year)) {
            bail!("`{text}` has a day without its month, or a month without its year");
        }
        Ok(Self { folders })
    }

    /// Matches the start of a path, folder by folder.
    fn find(&self, path: &str) -> Option<Found> {
        let mut names = path.split('/').peekable();
        let mut found = Found::default();
        for parts in &self.folders {
            let name = names.next()?;
            if matches(parts, name, &mut found) {
                continue;
            }
            // The last name is that of the file, and its endings are no part of what it says.
            if names.peek().is_some() {
                return None;
            }
            let unpacked = format::unpacked_name(name);
            let stem = unpacked.rsplit_once('.').map_or(unpacked, |(stem, _)| stem);
            if !matches(parts, unpacked, &mut found) && !matches(parts, stem, &mut found) {
                return None;
            }
        }
        Some(found)
    }
}

/// The parts of one folder of a pattern.
fn parts(text: &str) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '*' => {
                parts.push(Part::Anything);
                rest.trim_start_matches('*')
            }
            '{' => {
                let (name, after) = rest
                    .strip_prefix('{')
                    .and_then(|rest| rest.split_once('}'))
                    .ok_or_else(|| anyhow!("`{text}` opens a brace and does not close it"))?;
                mapping::expect_known("placeholder", [&name.to_owned()].into_iter(), SLOTS)?;
                parts.push(Part::Slot(name.parse()?));
                after
            }
            _ => {
                let end = rest.find(['*', '{']).unwrap_or(rest.len());
                let (literal, after) = rest.split_at(end);
                parts.push(Part::Literal(literal.to_owned()));
                after
            }
        };
    }
    if parts.len() > MOST_PARTS {
        bail!("`{text}` has more than {MOST_PARTS} parts");
    }
    Ok(parts)
}

/// Whether a name is what the parts say; then what it holds is added to `found`.
fn matches(parts: &[Part], name: &str, found: &mut Found) -> bool {
    if name.len() > LONGEST_NAME {
        return false;
    }
    let before = found.slots.len();
    let matched = matches_from(parts, name, 0, found, &mut HashSet::new());
    if !matched {
        found.slots.truncate(before);
    }
    matched
}

/// Calls itself once for each part; what failed once is not tried again.
fn matches_from(
    parts: &[Part],
    name: &str,
    at: usize,
    found: &mut Found,
    failed: &mut HashSet<(usize, usize)>,
) -> bool {
    let rest = name.get(at..).unwrap_or_default();
    let Some((part, after)) = parts.split_first() else { return rest.is_empty() };
    if failed.contains(&(parts.len(), at)) {
        return false;
    }
    let held = found.slots.len();
    for length in lengths(part, rest) {
        if let Part::Slot(slot) = part {
            found.slots.push((*slot, rest.get(..length).unwrap_or_default().to_owned()));
        }
        if matches_from(after, name, at + length, found, failed) {
            return true;
        }
        found.slots.truncate(held);
    }
    failed.insert((parts.len(), at));
    false
}

/// How much of `rest` a part can take, the likeliest first.
fn lengths(part: &Part, rest: &str) -> Vec<usize> {
    let run = |of: fn(&u8) -> bool| rest.bytes().take_while(of).count();
    let digits = run(u8::is_ascii_digit);
    let ends = || rest.char_indices().map(|(at, c)| at + c.len_utf8());
    match part {
        Part::Literal(text) => {
            if rest.starts_with(text.as_str()) {
                vec![text.len()]
            } else {
                Vec::new()
            }
        }
        Part::Anything => std::iter::once(0).chain(ends()).collect(),
        Part::Slot(Slot::Source | Slot::Section) => ends().collect(),
        Part::Slot(Slot::Year) => {
            if digits >= 4 {
                vec![4]
            } else {
                Vec::new()
            }
        }
        Part::Slot(Slot::Month) if digits == 0 => {
            let letters = rest.chars().take_while(|c| c.is_alphabetic());
            let length = letters.map(char::len_utf8).sum();
            if length > 2 { vec![length] } else { Vec::new() }
        }
        Part::Slot(Slot::Month | Slot::Day) => (1..=digits.min(2)).rev().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::at("2026-01-01T00:00:00Z".parse().unwrap())
    }

    fn gather(files: &[(&str, &str)]) -> Result<RuleTree> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let root = Root { path: dir.path().to_owned(), prefix: "p:".into() };
        RuleTree::gather(&root, &WalkOptions::default())
    }

    #[test]
    fn inner_folders_win_key_by_key() {
        let tree = gather(&[
            ("dateline.toml", "source = \"Outer\"\nlang = \"en\"\n[fields]\ntitle = \"h\"\n"),
            ("a/dateline.toml", "lang = \"uk\"\nzone = \"Europe/Kyiv\"\n[fields]\nbody = \"t\"\n"),
            ("a/b/c.txt", "text"),
            (".hidden/dateline.toml", "nonsense"),
        ])
        .unwrap();
        let outer = tree.of("p:x.txt").unwrap();
        assert_eq!((outer.source.as_deref(), outer.lang.as_deref()), (Some("Outer"), Some("en")));
        let inner = tree.of("p:a/b/c.txt").unwrap();
        assert_eq!((inner.source.as_deref(), inner.lang.as_deref()), (Some("Outer"), Some("uk")));
        assert_eq!(inner.zone, Some(TimeZone::get("Europe/Kyiv").unwrap()));
        let typed = Mapping::from_toml("[fields]\ntitle = \"typed\"").unwrap();
        let reading = inner.reading(&Reading { mapping: typed, clock: clock() });
        let fields = reading.mapping.fields;
        assert_eq!(fields.title.unwrap().to_string(), "typed");
        assert_eq!(fields.body.unwrap().to_string(), "t");
        assert_eq!(reading.clock.zone, TimeZone::get("Europe/Kyiv").unwrap());
    }

    #[test]
    fn the_digest_tells_rule_files_apart() {
        let digest = |files: &[(&str, &str)]| gather(files).unwrap().digest().map(str::to_owned);
        let one = digest(&[("a/dateline.toml", "lang = \"en\"")]);
        assert_eq!(digest(&[("a/x.txt", "text")]), None);
        assert_eq!(one, digest(&[("a/dateline.toml", "lang = \"en\""), ("b.txt", "")]));
        assert_ne!(one, digest(&[("a/dateline.toml", "lang = \"de\"")]));
        assert_ne!(one, digest(&[("b/dateline.toml", "lang = \"en\"")]));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("sorce = \"x\"", "unknown key `sorce`; did you mean `source`?"),
            ("timezone = \"x\"", "unknown key `timezone`; did you mean `zone`?"),
            ("[fields]\ntitel = \"x\"", "unknown key `titel`; did you mean `title`?"),
            ("path = \"{yaer}\"", "unknown placeholder `yaer`; did you mean `year`?"),
            ("path = \"a/b\"", "`a/b` names nothing; write something like `{year}/{month}/{day}`"),
            (
                "path = \"{day}\"",
                "`{day}` has a day without its month, or a month without its year",
            ),
            ("path = \"{year\"", "`{year` opens a brace and does not close it"),
            ("lang = \"klingon!\"", "`lang`: unknown language `klingon!`"),
            (
                "zone = \"Kyiv\"",
                "`zone`: no time zone is called `Kyiv`; write one like `Europe/Kyiv` or `+02:00`",
            ),
            ("order = \"dmy\"", "`order` is `dmy`; it can be `day-first` or `month-first`"),
        ];
        for (text, message) in cases {
            let error = gather(&[("a/dateline.toml", text)]).unwrap_err();
            assert_eq!(error.root_cause().to_string(), message);
            assert!(error.to_string().contains("dateline.toml"), "{error}");
        }
        for text in ["= 3", "include = [\"a[\"]", "file_time = \"yes\""] {
            let error = gather(&[("dateline.toml", text)]).unwrap_err();
            assert!(error.to_string().contains("dateline.toml"), "{error:#}");
        }
    }

    #[test]
    fn what_stands_in_paths() {
        let cases = [
            ("{year}/{month}/{day}", "2024/05/01/a.html", Some("2024-05-01")),
            ("{year}/{month}/{day}", "2024/5/1/a.html", Some("2024-05-01")),
            ("{year}/{month}/{day}", "2024/may/1/a.html", Some("2024-05-01")),
            ("{year}-{month}-{day}", "2024-05-01.html.gz", Some("2024-05-01")),
            ("*{year}{month}{day}*", "issue-20240501-a.html", Some("2024-05-01")),
            ("*/{year}/{month}", "any/2024/05/a.html", Some("2024-05")),
            ("{source}-{year}", "the-paper-2024/a.html", Some("2024")),
            ("{year}", "x.zip/2024/a.html", None),
            ("{year}/{month}", "2024/13/a.html", None),
            ("{year}/{month}", "2024", None),
        ];
        for (pattern, path, expected) in cases {
            let pattern = Pattern::parse(pattern).unwrap();
            let date = pattern.find(path).and_then(|found| found.date());
            let date = date.and_then(|date| dates::parse(&date, &clock()));
            let shown = date.map(|date| date.read_from(DateFrom::Path).display());
            assert_eq!(shown.as_deref(), expected, "{path}");
        }
        let found = Pattern::parse("{source}/{section}-{year}").unwrap().find("ab/c-d-2024/x");
        let found = found.unwrap();
        assert_eq!((found.get(Slot::Source), found.get(Slot::Section)), (Some("ab"), Some("c-d")));
    }

    #[test]
    fn patterns_that_fail_in_many_ways_end() {
        let pattern = Pattern::parse(&format!("{}{{year}}", "*a".repeat(7))).unwrap();
        let start = std::time::Instant::now();
        assert!(pattern.find(&"a".repeat(255)).is_none());
        assert!(pattern.find(&"a".repeat(4000)).is_none());
        assert!(start.elapsed().as_secs() < 5);
    }

    #[test]
    fn globs() {
        let cases = [
            ("*.html", "a/b.html", true),
            ("*.html", "b.htm", false),
            ("/*.html", "a/b.html", false),
            ("drafts/", "a/drafts/x/b.txt", true),
            ("a/*", "a/b/c.txt", false),
            ("a/**", "a/b/c.txt", true),
        ];
        for (glob, path, expected) in cases {
            let globs = Globs::new("p:", "", &Paths::One(glob.into())).unwrap();
            assert_eq!(globs.match_key(&format!("p:{path}")), expected, "{glob} {path}");
        }
    }

    #[test]
    fn zones() {
        for (name, seconds) in [("+02:00", 7200), ("-0330", -12_600), ("+5", 0), ("+05", 18_000)] {
            let expected = Offset::from_seconds(seconds).ok().filter(|_| seconds != 0);
            assert_eq!(offset(name), expected, "{name}");
        }
    }
}
