//! Which names of one article mean the same: "President Vladimir Putin", "Mr Putin" and "Putin" are
//! one person, "NATO" is the "North Atlantic Treaty Organization" where the article says so.
//!
//! Knows one article: its headline, its body and the names found in both; not other articles. What
//! is not sure stays apart: two entries for one person cost a reader less than one entry for two.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use super::person::{self, Fit, Gender, PersonName};
use super::{Found, Label, known, org, spelling};
use crate::article::EntityKind;

/// Longer names are none, in bytes.
const LONGEST_NAME: usize = 120;

/// More names than this are a list, not an article; those behind are not looked at.
const MOST: usize = 3_000;

/// The lead is the first paragraphs up to this many bytes: the first alone may be a dateline or a
/// heading.
const LEAD: usize = 200;

/// What an article names, with every mention of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// Person, organisation or place.
    pub kind: EntityKind,
    /// The fullest form in the article: a person's without titles, an organisation's without its
    /// legal form.
    pub name: String,
    /// The country, state or province that a place lies in, where the article says so.
    pub within: Option<String>,
    /// Every form as written, without titles and possessives, and how often it stands there.
    pub forms: BTreeMap<String, u32>,
    /// Where the headline mentions it, in bytes, in order.
    pub title: Vec<Range<usize>>,
    /// Where the body does.
    pub body: Vec<Range<usize>>,
    /// How much the article is about it, from 0 to 1: a mention in the headline weighs 0.4, one in
    /// the lead 0.2, and the number of mentions the rest.
    pub salience: f32,
}

/// Tells which of the names found in an article mean the same. The most salient come first, those
/// alike in the order of their first mention.
#[must_use]
pub fn resolve(
    title: Option<&str>,
    in_title: &[Found],
    body: &str,
    in_body: &[Found],
) -> Vec<Resolved> {
    let title = title.unwrap_or_default();
    let mut mentions = Vec::new();
    for (part, text, found) in [(Part::Title, title, in_title), (Part::Body, body, in_body)] {
        let mut found: Vec<&Found> = found.iter().collect();
        found.sort_by_key(|found| (found.range.start, found.range.end));
        for found in found.into_iter().take(MOST) {
            push_mentions(&mut mentions, part, text, found);
        }
    }
    take_back_possessives(&mut mentions, &Texts { title, body });
    settle_labels(&mut mentions);
    let texts = Texts { title, body };
    let pairs = acronyms_in_brackets(&mut mentions, &texts);
    mentions.retain(|mention| match mention.label {
        Label::Misc => false,
        Label::Place => !known::is_demonym(&mention.key) && is_written_as_name(&mention.form),
        Label::Org => {
            !org::is_no_name(&org::words(&mention.form)) && is_written_as_name(&mention.form)
        }
        Label::Person => is_written_as_name(&mention.form),
    });
    let mut groups = persons(&mentions, &texts);
    groups.extend(orgs(&mentions, &pairs));
    groups.extend(places(&mentions, &texts));
    let lead = lead(body);
    let mut resolved: Vec<Resolved> =
        groups.into_iter().map(|group| group.resolved(&mentions, lead)).collect();
    let first = |one: &Resolved| {
        let starts = |ranges: &[Range<usize>]| ranges.first().map(|range| range.start);
        (starts(&one.title).is_none(), starts(&one.title), starts(&one.body))
    };
    resolved
        .sort_by(|a, b| b.salience.total_cmp(&a.salience).then_with(|| first(a).cmp(&first(b))));
    resolved
}

/// Whether it has letters, and a capital, a digit or a letter without case among them.
fn is_written_as_name(form: &str) -> bool {
    form.contains(char::is_alphabetic)
        && form.chars().any(|c| c.is_alphanumeric() && !c.is_lowercase())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Title,
    Body,
}

struct Texts<'t> {
    title: &'t str,
    body: &'t str,
}

impl<'t> Texts<'t> {
    fn of(&self, part: Part) -> &'t str {
        match part {
            Part::Title => self.title,
            Part::Body => self.body,
        }
    }

    fn before(&self, mention: &Mention) -> &'t str {
        &self.of(mention.part)[..mention.range.start]
    }

    fn after(&self, mention: &Mention) -> &'t str {
        &self.of(mention.part)[mention.range.end..]
    }
}

/// A name where it stands. Those of the headline come before those of the body, so that the number
/// of a mention says what is earlier.
#[derive(Debug, Clone)]
struct Mention {
    part: Part,
    /// The name alone, without title and possessive.
    range: Range<usize>,
    label: Label,
    /// The name as it is to be shown.
    form: String,
    /// [`spelling::key`] of the form; an organisation's is without article and legal form.
    key: String,
    /// The parts of a person's name.
    person: Option<PersonName>,
}

impl Mention {
    fn new(part: Part, range: Range<usize>, label: Label, written: &str) -> Option<Self> {
        let mut mention =
            Self { part, range, label, form: String::new(), key: String::new(), person: None };
        mention.read_as(label, written)?;
        Some(mention)
    }

    /// Reads the name as one of a kind.
    fn read_as(&mut self, label: Label, written: &str) -> Option<()> {
        self.label = label;
        self.person = None;
        self.form = match label {
            Label::Person => {
                let person = PersonName::parse(written)?;
                let form = person.shown.clone();
                self.person = Some(person);
                form
            }
            Label::Org => org::shown(written),
            Label::Place | Label::Misc => without_article(written).to_owned(),
        };
        self.key = match label {
            Label::Org => spelling::join(&org::words(&self.form)),
            _ => spelling::key(&self.form),
        };
        (!self.key.is_empty()).then_some(())
    }
}

fn without_article(name: &str) -> &str {
    match name.split_once(' ') {
        Some((article, rest)) if article.eq_ignore_ascii_case("the") => rest.trim_start(),
        _ => name,
    }
}

fn push_mentions(mentions: &mut Vec<Mention>, part: Part, text: &str, found: &Found) {
    let Some(written) = text.get(found.range.clone()) else { return };
    if written.len() > LONGEST_NAME {
        return;
    }
    let cleaned = match found.label {
        // The 's of a shop is a part of its name; that of an acronym is none.
        Label::Org if !spelling::is_acronym(spelling::clean(written)) => {
            spelling::trim_marks(written)
        }
        // "Paris, Texas" as one name: the state is read behind it.
        Label::Place => match spelling::clean(written).rsplit_once(", ") {
            Some((place, region)) if known::region(&spelling::key(region)).is_some() => place,
            _ => spelling::clean(written),
        },
        Label::Person | Label::Org | Label::Misc => spelling::clean(written),
    };
    let cleaned = without_colon(cleaned);
    let Some(at) = written.find(cleaned) else { return };
    let mut start = found.range.start + at;
    let mut cleaned = cleaned;
    if found.label == Label::Person
        && let Some(couple) = person::couple(cleaned)
    {
        for (range, name) in couple {
            let range = start + range.start..start + range.end;
            mentions.extend(Mention::new(part, range, Label::Person, &name));
        }
        return;
    }
    if found.label == Label::Person {
        cleaned = before_possessive(cleaned);
        let name = without_opener(text, start, cleaned);
        start += cleaned.len() - name.len();
        cleaned = name;
    }
    if found.label == Label::Person
        && let Some(named) = with_title(text, start, cleaned)
    {
        start = start + cleaned.len() - named.len();
        cleaned = named;
    }
    if let Some(mut mention) =
        Mention::new(part, start..start + cleaned.len(), found.label, cleaned)
    {
        // The title is no part of the mention.
        if let Some(at) = cleaned.rfind(&mention.form) {
            mention.range = start + at..start + at + mention.form.len();
        }
        mentions.push(mention);
    }
}

/// Gives shops their 's back, which readers of names cut off as a possessive: an organisation that
/// stands nowhere without it has it in its name ("McDonald's").
fn take_back_possessives(mentions: &mut [Mention], texts: &Texts<'_>) {
    let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
    let is_bare_org =
        |mention: &Mention| mention.label == Label::Org && !spelling::is_acronym(&mention.form);
    for mention in mentions.iter().filter(|mention| is_bare_org(mention)) {
        let (all, owners) = counts.entry(mention.key.clone()).or_default();
        *all += 1;
        *owners += usize::from(possessive_behind(texts.after(mention)).is_some());
    }
    for mention in mentions.iter_mut().filter(|mention| is_bare_org(mention)) {
        let always =
            counts.get(&mention.key).is_some_and(|(all, owners)| *all > 1 && all == owners);
        if let Some(s) = possessive_behind(texts.after(mention)).filter(|_| always) {
            let written = format!("{}{s}", mention.form);
            mention.range.end += s.len();
            mention.read_as(Label::Org, &written);
        }
    }
}

/// The possessive that a text begins with.
fn possessive_behind(text: &str) -> Option<&'static str> {
    ["'s", "\u{2019}s"].into_iter().find(|s| {
        let after = text.strip_prefix(s);
        after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    })
}

/// The name alone where a colon without a space joins it with what is none, as page builders do:
/// "More:Biden". The side of more words, else the last one.
fn without_colon(name: &str) -> &str {
    let words = |side: &str| side.split_whitespace().count();
    match name.split_once(':') {
        Some((before, after)) if words(before) > words(after) => before,
        Some((_, after)) if !after.trim().is_empty() => after.trim_start(),
        _ => name,
    }
}

/// The owner, where what is owned was taken for a part of the name: "Simone Biles' Yurchenko".
fn before_possessive(name: &str) -> &str {
    let mut end = 0;
    for word in name.split_inclusive(' ') {
        end += word.len();
        let word = word.strip_suffix(' ').unwrap_or_default();
        let owner = ["'s", "\u{2019}s", "s'", "s\u{2019}"].iter().any(|s| word.ends_with(s));
        if owner {
            return spelling::clean(&name[..end]);
        }
    }
    name
}

/// A name without the word that opens its sentence and was taken for a forename, being a capital:
/// "Did Trump win", and "Will Trump win?", as Will is a forename in all but questions.
fn without_opener<'t>(text: &str, start: usize, name: &'t str) -> &'t str {
    const OPENERS: &[&str] = &[
        "After", "And", "As", "Before", "But", "By", "Can", "Could", "Did", "Do", "Does", "For",
        "Has", "Have", "How", "If", "Is", "Should", "Since", "Was", "What", "When", "Why", "With",
        "Would",
    ];
    let Some((opener, rest)) = name.split_once(' ') else { return name };
    let asks = || {
        let sentence = text.get(start..).unwrap_or_default();
        let end = sentence.find(['?', '!', '\n']).or_else(|| sentence.find(". "));
        let before = text.get(..start).unwrap_or_default().trim_end();
        let opens = before.is_empty() || before.ends_with(['.', '?', '!', ':', '\n', '\u{201d}']);
        let is_one = end.is_some_and(|end| sentence[..=end].ends_with('?'))
            && end.is_some_and(|end| !sentence[..end].contains(". "));
        opens && is_one
    };
    if OPENERS.contains(&opener) || opener == "Will" && asks() { rest.trim_start() } else { name }
}

/// A lone name with the title before it that it is known by: "King Charles III", "Prince Harry".
fn with_title<'t>(text: &'t str, start: usize, name: &str) -> Option<&'t str> {
    let before = text.get(..start)?.strip_suffix(' ')?;
    let from = before.rfind(char::is_whitespace).map_or(0, |gap| gap + 1);
    let title = before.get(from..)?;
    let is_lone = || PersonName::parse(name).is_some_and(|name| !name.is_full());
    (person::is_kept_title(title) && is_lone()).then(|| text.get(from..start + name.len()))?
}

/// What the mentions of one string were labelled in the body, or in the headline if it stands there
/// alone: headlines are the worse witnesses.
#[derive(Default)]
struct Votes {
    /// Person, Org, Place, Misc.
    counts: [usize; 4],
    first: Option<Label>,
    in_body: bool,
}

const LABELS: [Label; 4] = [Label::Person, Label::Org, Label::Place, Label::Misc];

impl Votes {
    fn of(&self, label: Label) -> usize {
        LABELS.iter().position(|other| *other == label).map_or(0, |at| self.counts[at])
    }

    /// The label of most mentions, the first one's where two have as many.
    fn majority(&self) -> Option<Label> {
        let most = self.counts.iter().max()?;
        self.first
            .filter(|first| self.of(*first) == *most)
            .or_else(|| LABELS.into_iter().find(|label| self.of(*label) == *most))
    }
}

/// Gives all mentions of one string one label where they disagree: that of most of them. The
/// surname of a person whose full name the article tells is a person's where labels of persons are
/// not outvoted.
fn settle_labels(mentions: &mut [Mention]) {
    let mut votes: HashMap<String, Votes> = HashMap::new();
    for mention in mentions.iter() {
        let vote = votes.entry(plain_key(mention)).or_default();
        if mention.part == Part::Body && !vote.in_body {
            *vote = Votes { in_body: true, ..Votes::default() };
        }
        if let Some(at) = LABELS.iter().position(|label| *label == mention.label) {
            vote.counts[at] += 1;
        }
        vote.first = vote.first.or(Some(mention.label));
    }
    let surnames: HashSet<String> = mentions
        .iter()
        .filter_map(|mention| mention.person.as_ref())
        .filter(|person| person.is_full())
        .map(|person| person.surname().to_owned())
        .collect();
    for mention in mentions.iter_mut() {
        let key = plain_key(mention);
        let Some(vote) = votes.get(&key) else { continue };
        let Some(majority) = vote.majority() else { continue };
        let own = vote.of(mention.label);
        let persons = vote.of(Label::Person);
        let label = if surnames.contains(&key) {
            let is_place = known::same_as(EntityKind::Place, &key).is_some();
            match mention.label {
                Label::Person => Label::Person,
                Label::Org | Label::Misc if persons > 0 && persons >= own => Label::Person,
                Label::Place if persons > own => Label::Person,
                _ if !vote.in_body && persons == 0 && !is_place => Label::Person,
                label => label,
            }
        } else {
            majority
        };
        if label != mention.label {
            let written = mention.form.clone();
            mention.read_as(label, &written);
        }
    }
}

/// The key of a mention by which the same string is told, whatever its label.
fn plain_key(mention: &Mention) -> String {
    match &mention.person {
        Some(person) if person.suffix.is_none() => spelling::join(&person.words),
        _ => mention.key.clone(),
    }
}

/// Finds acronyms beside what they are made of, "North Atlantic Treaty Organization (NATO)" or
/// "NATO (North Atlantic Treaty Organization)"; gives the pairs of their keys. What stands in the
/// brackets becomes a mention of the same kind.
fn acronyms_in_brackets(mentions: &mut Vec<Mention>, texts: &Texts<'_>) -> Vec<[String; 2]> {
    let mut pairs = Vec::new();
    let mut added = Vec::new();
    for mention in mentions.iter() {
        if !matches!(mention.label, Label::Org | Label::Place | Label::Misc) {
            continue;
        }
        let after = texts.after(mention);
        let Some(inside) = after.strip_prefix(" (") else { continue };
        let Some(end) = inside.bytes().take(LONGEST_NAME).position(|byte| byte == b')') else {
            continue;
        };
        let inside = &inside[..end];
        let written = spelling::trim_marks(inside);
        let label = match mention.label {
            Label::Misc => Label::Org,
            label => label,
        };
        let beside = spelling::is_acronym(written) && org::is_made_of(written, &mention.form);
        let reversed = spelling::is_acronym(&mention.form)
            && written.contains(' ')
            && org::is_made_of(&mention.form, written);
        let Some(at) = inside.find(written).filter(|_| beside || reversed) else { continue };
        let start = mention.range.end + " (".len() + at;
        let range = start..start + written.len();
        if let Some(other) = Mention::new(mention.part, range, label, written) {
            pairs.push([mention.key.clone(), other.key.clone()]);
            added.push(other);
        }
    }
    let keys: HashMap<&String, Label> = added
        .iter()
        .zip(&pairs)
        .flat_map(|(other, pair)| pair.iter().map(move |key| (key, other.label)))
        .collect();
    for mention in mentions.iter_mut() {
        // The expansion tells what the acronym names wherever it stands.
        let told = keys.get(&mention.key).filter(|label| **label != mention.label);
        if let Some(label) = told.copied() {
            let written = mention.form.clone();
            mention.read_as(label, &written);
        }
    }
    for other in added {
        mentions.retain(|mention| {
            mention.part != other.part
                || mention.range.end <= other.range.start
                || mention.range.start >= other.range.end
        });
        let at = mentions.partition_point(|mention| {
            (mention.part == Part::Body, mention.range.start)
                < (other.part == Part::Body, other.range.start)
        });
        mentions.insert(at, other);
    }
    pairs
}

/// Mentions that mean the same.
struct Group {
    kind: EntityKind,
    name: String,
    within: Option<String>,
    mentions: Vec<usize>,
}

impl Group {
    fn resolved(self, mentions: &[Mention], lead: usize) -> Resolved {
        let mut forms = BTreeMap::new();
        let mut ranges = [Vec::new(), Vec::new()];
        for mention in self.mentions.iter().map(|at| &mentions[*at]) {
            *forms.entry(mention.form.clone()).or_default() += 1;
            ranges[usize::from(mention.part == Part::Body)].push(mention.range.clone());
        }
        let [mut title, mut body] = ranges;
        for ranges in [&mut title, &mut body] {
            ranges.sort_by_key(|range| (range.start, range.end));
        }
        let in_lead = body.first().is_some_and(|range| range.start < lead);
        let count = self.mentions.len() as f32;
        let salience = if title.is_empty() { 0.0 } else { 0.4 }
            + if in_lead { 0.2 } else { 0.0 }
            + 0.4 * count / (count + 3.0);
        Resolved {
            kind: self.kind,
            name: self.name,
            within: self.within,
            forms,
            title,
            body,
            salience,
        }
    }
}

/// Where the lead ends.
fn lead(body: &str) -> usize {
    let mut end = 0;
    for paragraph in body.split_inclusive("\n\n") {
        end += paragraph.len();
        if end >= LEAD {
            break;
        }
    }
    end
}

/// A person of the article.
#[derive(Default)]
struct Person {
    /// The full names it bears, each once, and the mentions of any of them, in order.
    names: Vec<PersonName>,
    full: Vec<usize>,
    /// All mentions.
    mentions: Vec<usize>,
    gender: Option<Gender>,
}

impl Person {
    /// How a short name fits one of the full ones. A last word that the person also goes without
    /// ("Claudia Sheinbaum Pardo", but a stray word behind a byline as well) is not the surname.
    fn fit(&self, short: &PersonName, full: &PersonName) -> Option<Fit> {
        let goes_without = |other: &PersonName| {
            other.words.len() < full.words.len() && full.words.starts_with(&other.words)
        };
        match short.fit(full)? {
            fit if fit > Fit::Inner && self.names.iter().any(goes_without) => Some(Fit::Inner),
            fit => Some(fit),
        }
    }
}

/// The persons, found by the words of their names.
#[derive(Default)]
struct Persons {
    all: Vec<Person>,
    /// In which paragraph each mention stands, from the headline on.
    paragraphs: Vec<usize>,
    /// The words of names that go by a forename and a title.
    royals: HashSet<Vec<String>>,
    by_word: HashMap<String, BTreeSet<usize>>,
}

impl Persons {
    /// Those whose names share a word with this one, however romanised.
    fn near(&self, name: &PersonName) -> BTreeSet<usize> {
        let words = name.words.iter().map(|word| spelling::romanised(word));
        words.filter_map(|word| self.by_word.get(&word)).flatten().copied().collect()
    }

    fn add_name(&mut self, at: usize, name: &PersonName) {
        for word in &name.words {
            self.by_word.entry(spelling::romanised(word)).or_default().insert(at);
        }
        let person = &mut self.all[at];
        if !person.names.contains(name) {
            person.names.push(name.clone());
        }
        person.gender = person.gender.or(name.gender);
    }

    /// Takes a mention of a full name: of the person named nearest before who can be meant, or of
    /// a new one.
    fn add_full(&mut self, mention: usize, name: &PersonName) {
        let fits = |at: &usize| {
            let person = &self.all[*at];
            !is_other_gender(person.gender, name.gender)
                && person.names.iter().all(|other| other.can_be(name))
        };
        let near = self.near(name).into_iter().filter(fits);
        let at = near.max_by_key(|at| self.all[*at].full.last().copied()).unwrap_or_else(|| {
            self.all.push(Person::default());
            self.all.len() - 1
        });
        self.add_name(at, name);
        self.all[at].full.push(mention);
        self.all[at].mentions.push(mention);
    }

    /// Joins two surnames that were taken for a full name with the one person who bears both.
    fn join_double_surnames(&mut self) {
        for at in 0..self.all.len() {
            let Some(name) = self.all[at].names.first().cloned() else { continue };
            let is_surname_of = |other: &usize| {
                let names = &self.all[*other].names;
                *other != at && names.iter().any(|full| name.is_double_surname_of(full))
            };
            let mut bearers = self.near(&name).into_iter().filter(is_surname_of);
            if let (Some(bearer), None) = (bearers.next(), bearers.next()) {
                let joined = std::mem::take(&mut self.all[at]);
                self.all[bearer].mentions.extend(joined.mentions);
            }
        }
    }

    /// Whom a short name means.
    fn meant(&self, mention: usize, name: &PersonName, in_title: bool) -> Option<usize> {
        let mut fits: Vec<(Fit, usize)> = Vec::new();
        for at in self.near(name) {
            let person = &self.all[at];
            if is_other_gender(person.gender, name.gender) {
                continue;
            }
            let best = person.names.iter().filter_map(|full| person.fit(name, full)).max();
            fits.extend(best.map(|fit| (fit, at)));
        }
        let before = |at: usize| {
            let full = &self.all[at].full;
            full.iter().rev().find(|full| **full < mention).copied()
        };
        let surname = |(fit, _): &&(Fit, usize)| *fit > Fit::Forename;
        let earlier: Vec<(Fit, usize, usize)> = fits
            .iter()
            .filter(surname)
            .filter_map(|(fit, at)| Some((*fit, before(*at)?, *at)))
            .collect();
        // The nearest earlier full name, the better fit first.
        if let Some(nearest) = earlier.iter().max() {
            return Some(self.still_meant(mention, *nearest, &earlier));
        }
        let best = fits.iter().filter(surname).map(|(fit, _)| *fit).max();
        let mut later: Vec<usize> =
            fits.iter().filter(|(fit, _)| Some(*fit) == best).map(|(_, at)| *at).collect();
        if best.is_some() {
            // A headline is written of what follows; a body's first mention only if one can be
            // meant.
            later.sort_by_key(|at| self.all[*at].full.first().copied());
            return if in_title || later.len() == 1 { later.first().copied() } else { None };
        }
        // "Francis" is "Pope Francis" rather than "Francis Bacon".
        let royal = name.royal.is_none() && self.royals.contains(&name.words);
        match fits.as_slice() {
            [(_, at)] if !royal => Some(*at),
            _ => None,
        }
    }
}

impl Persons {
    /// Of two of one surname, the one named in full nearest before keeps it in that paragraph and
    /// the next; further on it is again of the one who has been mentioned most.
    fn still_meant(
        &self,
        mention: usize,
        (fit, full, nearest): (Fit, usize, usize),
        earlier: &[(Fit, usize, usize)],
    ) -> usize {
        if self.paragraphs[mention] - self.paragraphs[full] <= 1 {
            return nearest;
        }
        let alike = earlier.iter().filter(|(other, _, _)| *other == fit);
        let mentions = |at: usize| {
            let before = self.all[at].mentions.iter().filter(|other| **other < mention);
            before.count()
        };
        let most = alike.max_by_key(|(_, full, at)| (mentions(*at), *full));
        most.map_or(nearest, |(_, _, at)| *at)
    }
}

fn is_other_gender(one: Option<Gender>, other: Option<Gender>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

fn persons(mentions: &[Mention], texts: &Texts<'_>) -> Vec<Group> {
    let mut names: Vec<(usize, PersonName)> = Vec::new();
    for (at, mention) in mentions.iter().enumerate() {
        if mention.label == Label::Person
            && let Some(person) = &mention.person
        {
            let mut person = person.clone();
            person.gender = person.gender.or_else(|| {
                let before = texts.before(mention).split_whitespace().next_back()?;
                person::gender_of(&spelling::words(before).concat())
            });
            names.push((at, person));
        }
    }
    leave_out_fused(&mut names);
    let mut persons =
        Persons { paragraphs: paragraphs(mentions, texts.body), ..Persons::default() };
    let royals = names.iter().filter(|(_, name)| name.royal.is_some());
    persons.royals = royals.map(|(_, name)| name.words.clone()).collect();
    for (at, name) in names.iter().filter(|(_, name)| name.is_full()) {
        persons.add_full(*at, name);
    }
    persons.join_double_surnames();
    let mut unresolved: BTreeMap<String, Vec<Lone>> = BTreeMap::new();
    for (at, name) in names.iter().filter(|(_, name)| !name.is_full()) {
        let mention = &mentions[*at];
        let meant = persons.meant(*at, name, mention.part == Part::Title);
        if let Some(person) = meant {
            persons.all[person].mentions.push(*at);
            continue;
        }
        if name.is_title || is_family(&persons, name, texts.before(mention)) {
            continue;
        }
        let words: Vec<String> = name.words.iter().map(|word| spelling::romanised(word)).collect();
        let lones = unresolved.entry(words.join(" ")).or_default();
        let (suffix, title) = (name.suffix.as_deref(), name.royal.as_deref());
        match lones.iter_mut().find(|lone| lone.suffix == suffix && lone.title == title) {
            Some(lone) => lone.mentions.push(*at),
            None => lones.push(Lone { suffix, title, mentions: vec![*at] }),
        }
    }
    let known = persons.all.into_iter().filter(|person| !person.mentions.is_empty());
    let known = known.map(|person| Group {
        kind: EntityKind::Person,
        name: fullest_person(&person.full, mentions),
        within: None,
        mentions: person.mentions,
    });
    let unknown = unresolved.into_values().flat_map(join_lone).map(|at| Group {
        kind: EntityKind::Person,
        name: fullest_person(&at, mentions),
        within: None,
        mentions: at,
    });
    known.chain(unknown).collect()
}

/// In which paragraph each mention stands: the headline is before the first.
fn paragraphs(mentions: &[Mention], body: &str) -> Vec<usize> {
    let mut ends = body.match_indices("\n\n").map(|(at, _)| at).peekable();
    let mut paragraph = 1;
    let mut paragraphs = Vec::with_capacity(mentions.len());
    for mention in mentions {
        if mention.part == Part::Body {
            while ends.next_if(|end| *end < mention.range.start).is_some() {
                paragraph += 1;
            }
        }
        paragraphs.push(if mention.part == Part::Title { 0 } else { paragraph });
    }
    paragraphs
}

/// Leaves out what is two names of the article in a row, as captions without a stop give them:
/// "Steve Witkoff Dmitry Medvedev".
fn leave_out_fused(names: &mut Vec<(usize, PersonName)>) {
    const FEWEST: usize = 2;
    let full: HashSet<Vec<String>> = names
        .iter()
        .filter(|(_, name)| name.is_full())
        .map(|(_, name)| name.words.clone())
        .collect();
    names.retain(|(_, name)| {
        let words = &name.words;
        let starts = (FEWEST..words.len()).filter(|end| full.contains(&words[..*end])).min();
        let ends = (FEWEST..words.len()).filter(|start| full.contains(&words[*start..])).max();
        starts.zip(ends).is_none_or(|(first, last)| first > last)
    });
}

/// Mentions of one lone name with one title and number.
struct Lone<'n> {
    suffix: Option<&'n str>,
    title: Option<&'n str>,
    mentions: Vec<usize>,
}

/// Joins those of one name that say less with the one that says more and nothing else: "Charles"
/// and "King Charles" with "King Charles III", but none with it where there is a Charles II.
fn join_lone(mut lones: Vec<Lone<'_>>) -> Vec<Vec<usize>> {
    let says =
        |lone: &Lone<'_>| usize::from(lone.suffix.is_some()) + usize::from(lone.title.is_some());
    let agree = |a: Option<&str>, b: Option<&str>| a.is_none() || b.is_none() || a == b;
    lones.sort_by_key(|lone| Reverse(says(lone)));
    let mut joined: Vec<Lone<'_>> = Vec::new();
    for lone in lones {
        let mut more = joined.iter_mut().filter(|other| {
            says(other) > says(&lone)
                && agree(lone.suffix, other.suffix)
                && agree(lone.title, other.title)
        });
        match (more.next(), more.next()) {
            (Some(one), None) => one.mentions.extend(lone.mentions),
            _ => joined.push(lone),
        }
    }
    joined.into_iter().map(|lone| lone.mentions).collect()
}

/// Whether it is the name of a family ("the Clintons") one of whom the article names.
fn is_family(persons: &Persons, name: &PersonName, before: &str) -> bool {
    let the = before.split_whitespace().next_back().is_some_and(|w| w.eq_ignore_ascii_case("the"));
    let [word] = name.words.as_slice() else { return false };
    let Some(one) = word.strip_suffix('s').filter(|_| the) else { return false };
    let bearers = persons.by_word.get(&spelling::romanised(one));
    bearers.into_iter().flatten().any(|at| {
        persons.all[*at].names.iter().any(|full| full.words.last().is_some_and(|last| last == one))
    })
}

/// The fullest of those names that have the most words, suffix included.
fn fullest_person(at: &[usize], mentions: &[Mention]) -> String {
    let length = |at: &usize| {
        let name = mentions[*at].person.as_ref();
        name.map_or(0, |name| name.words.len() + usize::from(name.suffix.is_some()))
    };
    let longest = at.iter().map(length).max();
    let of_most_words: Vec<usize> =
        at.iter().filter(|at| Some(length(at)) == longest).copied().collect();
    fullest(&of_most_words, mentions)
}

/// The form of most words written out, the most frequent and the earliest of those; not one all in
/// capitals if it can be helped.
fn fullest(at: &[usize], mentions: &[Mention]) -> String {
    let mut counts: BTreeMap<&str, (usize, Reverse<usize>)> = BTreeMap::new();
    for at in at {
        counts.entry(&mentions[*at].form).or_insert((0, Reverse(*at))).0 += 1;
    }
    let best = counts.into_iter().max_by_key(|(form, count)| {
        let key = spelling::key(form);
        let written_out = key.split(' ').filter(|word| word.chars().nth(1).is_some()).count();
        (!spelling::is_all_capitals(form), written_out, key.split(' ').count(), *count)
    });
    best.map(|(form, _)| form.to_owned()).unwrap_or_default()
}

/// An organisation of the article, by the key of its name.
struct Org {
    words: Vec<String>,
    mentions: Vec<usize>,
    /// The one that it was joined with.
    joined: Option<usize>,
}

fn orgs(mentions: &[Mention], pairs: &[[String; 2]]) -> Vec<Group> {
    let mut orgs: Vec<Org> = Vec::new();
    let mut by_key: HashMap<&str, usize> = HashMap::new();
    let mut by_known: HashMap<&str, usize> = HashMap::new();
    let is_place: HashSet<&str> = mentions
        .iter()
        .filter(|mention| mention.label == Label::Place)
        .map(|mention| mention.key.as_str())
        .collect();
    for (at, mention) in mentions.iter().enumerate().filter(|(_, m)| m.label == Label::Org) {
        let number = *by_key.entry(&mention.key).or_insert_with(|| {
            let words = org::words(&mention.form);
            let known = known::same_as(EntityKind::Org, &mention.key);
            let joined = known.and_then(|known| by_known.get(known).copied());
            if let Some(known) = known {
                by_known.entry(known).or_insert(orgs.len());
            }
            orgs.push(Org { words, mentions: Vec::new(), joined });
            orgs.len() - 1
        });
        orgs[number].mentions.push(at);
    }
    let key_of = |org: &Org| org.mentions.first().map(|at| mentions[*at].key.as_str());
    // "NATO's" and "NATO".
    for at in 0..orgs.len() {
        let owner = key_of(&orgs[at]).and_then(|key| key.strip_suffix('s'));
        let own = orgs[at].mentions.iter().all(|at| ends_with_possessive(&mentions[*at].form));
        if let Some(bare) = owner.and_then(|key| by_key.get(key)).filter(|_| own) {
            join(&mut orgs, at, *bare);
        }
    }
    for [one, other] in pairs {
        if let (Some(one), Some(other)) = (by_key.get(one.as_str()), by_key.get(other.as_str())) {
            join(&mut orgs, *one, *other);
        }
    }
    // The longer ones first, so that what is short for both of two forms of one name is short for
    // one.
    let mut order: Vec<usize> = (0..orgs.len()).collect();
    order.sort_by_key(|at| Reverse(orgs[*at].words.len()));
    for at in order {
        let first = orgs[at].mentions[0];
        let (words, form) = (&orgs[at].words, &mentions[first].form);
        let in_title = mentions[first].part == Part::Title;
        let acronym = spelling::is_acronym(form) && words.len() == 1;
        let is_fuller = |full: &Org| {
            let earlier = full.mentions[0] < first || in_title;
            let written = &mentions[full.mentions[0]].form;
            earlier && org::is_short_for(words, &full.words, written)
                || acronym && full.words.len() > 2 && org::is_initials_of(form, &full.words)
        };
        let fuller = (0..orgs.len()).filter(|other| *other != at && is_fuller(&orgs[*other]));
        let fuller: BTreeSet<usize> = fuller.map(|other| root(&orgs, other)).collect();
        let short = key_of(&orgs[at]).is_some_and(|key| {
            !is_place.contains(key)
                && !known::is_demonym(key)
                && known::same_as(EntityKind::Place, key).is_none()
                && known::same_as(EntityKind::Org, key).is_none()
        });
        if let (Some(one), 1, true) = (fuller.first().copied(), fuller.len(), short) {
            join(&mut orgs, at, one);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..orgs.len() {
        groups.entry(root(&orgs, at)).or_default().extend(&orgs[at].mentions);
    }
    groups.into_values().map(|at| group_of(EntityKind::Org, at, mentions, None)).collect()
}

fn ends_with_possessive(form: &str) -> bool {
    ["'s", "\u{2019}s", "'S", "\u{2019}S"].iter().any(|ending| form.ends_with(ending))
}

fn root(orgs: &[Org], mut at: usize) -> usize {
    while let Some(next) = orgs[at].joined {
        at = next;
    }
    at
}

fn join(orgs: &mut [Org], one: usize, other: usize) {
    let (one, other) = (root(orgs, one), root(orgs, other));
    if one != other {
        orgs[one.max(other)].joined = Some(one.min(other));
    }
}

fn group_of(
    kind: EntityKind,
    mut at: Vec<usize>,
    mentions: &[Mention],
    within: Option<String>,
) -> Group {
    at.sort_unstable();
    // "Nasa" is no fuller than "NASA".
    let acronyms: HashSet<&str> = at
        .iter()
        .map(|at| &mentions[*at])
        .filter(|mention| spelling::is_acronym(&mention.form))
        .map(|mention| mention.key.as_str())
        .collect();
    let is_acronym = |at: &&usize| acronyms.contains(mentions[**at].key.as_str());
    let spelled_out: Vec<usize> = at.iter().filter(|at| !is_acronym(at)).copied().collect();
    let name = fullest(if spelled_out.is_empty() { &at } else { &spelled_out }, mentions);
    Group { kind, name, within, mentions: at }
}

fn places(mentions: &[Mention], texts: &Texts<'_>) -> Vec<Group> {
    let mut groups: BTreeMap<&str, Vec<(Option<&str>, usize)>> = BTreeMap::new();
    for (at, mention) in mentions.iter().enumerate().filter(|(_, m)| m.label == Label::Place) {
        let key = known::same_as(EntityKind::Place, &mention.key).unwrap_or(&mention.key);
        groups.entry(key).or_default().push((region_behind(mention, texts), at));
    }
    let mut out = Vec::new();
    for places in groups.into_values() {
        let regions: BTreeSet<&str> = places.iter().filter_map(|(region, _)| *region).collect();
        let mut last = if regions.len() == 1 { regions.first().copied() } else { None };
        let mut by_region: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (region, at) in places {
            // A bare name is of the region named nearest before.
            last = region.or(last);
            by_region.entry(last).or_default().push(at);
        }
        for (region, at) in by_region {
            out.push(group_of(EntityKind::Place, at, mentions, region.map(str::to_owned)));
        }
    }
    out
}

/// Whether what comes next is in a list of names: "Atlanta, Boston, Kentucky".
fn is_in_list(before: &str) -> bool {
    let last = before.strip_suffix(", ").and_then(|list| list.split_whitespace().next_back());
    last.is_some_and(|word| word.starts_with(char::is_uppercase))
}

/// The country or part of one named behind a place, as in "Kyiv, Ukraine" or "PORTLAND, Ore.".
fn region_behind(mention: &Mention, texts: &Texts<'_>) -> Option<&'static str> {
    const MOST_WORDS: usize = 4;
    let before = texts.before(mention);
    let in_none = known::region(&mention.key).is_some() || known::is_wide(&mention.key);
    if in_none || is_in_list(before) {
        return None;
    }
    let after = texts.after(mention).strip_prefix(", ")?;
    let mut end = 0;
    let mut longest: Option<(&str, bool, &str)> = None;
    for word in after.split_inclusive(' ').take(MOST_WORDS) {
        let bare = word.trim_end();
        if bare.is_empty() {
            break;
        }
        let name = &after[..end + bare.len()];
        if name.starts_with(char::is_uppercase) {
            let region = known::region(&spelling::key(spelling::clean(name)));
            let marked = name.ends_with(|c: char| !c.is_alphanumeric());
            longest = region.map(|region| (region, marked, &after[name.len()..])).or(longest);
        }
        // A name does not go on behind a comma or at the end of a line.
        if bare.ends_with([',', ';', ')']) || word.contains('\n') {
            break;
        }
        end += word.len();
    }
    // "Kyiv, Russia and Poland" is a list, and "Earth, USA TODAY reports" names a paper.
    let (region, marked, behind) = longest?;
    let goes_on = behind.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase));
    let list = behind.starts_with(" and ");
    ((marked || !goes_on) && !list).then_some(region)
}
