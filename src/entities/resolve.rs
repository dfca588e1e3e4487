//! Which names of one article mean the same: "President Vladimir Putin", "Mr Putin" and "Putin" are
//! one person, "NATO" is the "North Atlantic Treaty Organization" where the article says so.
//!
//! Knows one article: its headline, its body and the names found in both; not other articles. What
//! is not sure stays apart: two entries for one person cost a reader less than one entry for two.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

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
    let most = in_title.len() + in_body.len().min(MOST);
    let mut names = Names(FxHashMap::with_capacity_and_hasher(most / 2, FxBuildHasher));
    let mut mentions = Vec::with_capacity(most);
    for (part, text, found) in [(Part::Title, title, in_title), (Part::Body, body, in_body)] {
        let mut found: Vec<&Found> = found.iter().collect();
        found.sort_by_key(|found| (found.range.start, found.range.end));
        for found in found.into_iter().take(MOST) {
            push_mentions(&mut mentions, &mut names, part, text, found);
        }
    }
    let texts = Texts { title, body };
    take_back_possessives(&mut mentions, &mut names, &texts);
    settle_labels(&mut mentions, &mut names);
    let pairs = acronyms_in_brackets(&mut mentions, &mut names, &texts);
    mentions.retain(|mention| mention.name.is_one);
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
    name: Rc<Name>,
}

/// A name as one of a kind.
#[derive(Debug)]
struct Name {
    label: Label,
    /// The name as it is to be shown.
    form: String,
    /// [`spelling::key`] of the form; an organisation's is without article and legal form.
    key: String,
    /// The words of an organisation's name, as of [`org::words`].
    words: Vec<String>,
    /// The parts of a person's name.
    person: Option<PersonName>,
    /// The key of a person's name without titles, where that is another.
    untitled: Option<String>,
    is_acronym: bool,
    /// Whether it names a person, organisation or place.
    is_one: bool,
}

impl Name {
    fn read(label: Label, written: &str) -> Option<Self> {
        let (mut person, mut words) = (None, Vec::new());
        let form = match label {
            Label::Person => {
                let name = PersonName::parse(written)?;
                let form = name.shown.clone();
                person = Some(name);
                form
            }
            Label::Org => org::shown(written),
            Label::Place | Label::Misc => without_article(written).to_owned(),
        };
        let key = match label {
            Label::Org => {
                words = org::words(&form);
                spelling::join(&words)
            }
            _ => spelling::key(&form),
        };
        if key.is_empty() {
            return None;
        }
        let untitled = person
            .as_ref()
            .filter(|person| person.suffix.is_none())
            .map(|person| spelling::join(&person.words));
        let is_one = is_written_as_name(&form)
            && match label {
                Label::Misc => false,
                Label::Place => !known::is_demonym(&key),
                Label::Org => !org::is_no_name(&words),
                Label::Person => true,
            };
        let is_acronym = spelling::is_acronym(&form);
        Some(Self { label, form, key, words, person, untitled, is_acronym, is_one })
    }

    /// The key by which the same string is told, whatever its label.
    fn plain_key(&self) -> &str {
        self.untitled.as_ref().unwrap_or(&self.key)
    }
}

/// The names read so far: most are written the same way many times in an article.
struct Names<'t>(FxHashMap<(Label, Cow<'t, str>), Option<Rc<Name>>>);

impl<'t> Names<'t> {
    fn read(&mut self, label: Label, written: impl Into<Cow<'t, str>>) -> Option<Rc<Name>> {
        let written = written.into();
        let read = |key: &(Label, Cow<'_, str>)| Name::read(label, &key.1).map(Rc::new);
        self.0.entry((label, written)).or_insert_with_key(read).clone()
    }

    /// Reads the name of a mention as one of another kind; false where nothing is left of it.
    fn read_as(&mut self, mention: &mut Mention, label: Label) -> bool {
        let name = self.read(label, mention.name.form.clone());
        name.map(|name| mention.name = name).is_some()
    }
}

fn without_article(name: &str) -> &str {
    match name.split_once(' ') {
        Some((article, rest)) if article.eq_ignore_ascii_case("the") => rest.trim_start(),
        _ => name,
    }
}

fn push_mentions<'t>(
    mentions: &mut Vec<Mention>,
    names: &mut Names<'t>,
    part: Part,
    text: &'t str,
    found: &Found,
) {
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
    // Most are clean.
    let at = if written.len() == cleaned.len() { Some(0) } else { written.find(cleaned) };
    let Some(at) = at else { return };
    let mut start = found.range.start + at;
    let mut cleaned = cleaned;
    if found.label == Label::Person
        && let Some(couple) = person::couple(cleaned)
    {
        for (range, name) in couple {
            let range = start + range.start..start + range.end;
            let name = names.read(Label::Person, name);
            mentions.extend(name.map(|name| Mention { part, range, name }));
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
    if let Some(name) = names.read(found.label, cleaned) {
        // The title is no part of the mention.
        let form = name.form.as_str();
        let at = if cleaned.ends_with(form) {
            Some(cleaned.len() - form.len())
        } else {
            cleaned.rfind(form)
        };
        let range = match at {
            Some(at) => start + at..start + at + form.len(),
            None => start..start + cleaned.len(),
        };
        mentions.push(Mention { part, range, name });
    }
}

/// Gives shops their 's back, which readers of names cut off as a possessive: an organisation that
/// stands nowhere without it has it in its name ("McDonald's").
fn take_back_possessives(mentions: &mut [Mention], names: &mut Names<'_>, texts: &Texts<'_>) {
    let is_bare_org =
        |mention: &Mention| mention.name.label == Label::Org && !mention.name.is_acronym;
    let bare: Vec<(usize, Rc<Name>, Option<&str>)> = mentions
        .iter()
        .enumerate()
        .filter(|(_, mention)| is_bare_org(mention))
        .map(|(at, mention)| {
            (at, Rc::clone(&mention.name), possessive_behind(texts.after(mention)))
        })
        .collect();
    let mut counts: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
    for (_, name, possessive) in &bare {
        let (all, owners) = counts.entry(&name.key).or_default();
        *all += 1;
        *owners += usize::from(possessive.is_some());
    }
    for (at, name, possessive) in &bare {
        let Some(s) = possessive else { continue };
        let always =
            counts.get(name.key.as_str()).is_some_and(|(all, owners)| *all > 1 && all == owners);
        if !always {
            continue;
        }
        if let Some(name) = names.read(Label::Org, format!("{}{s}", name.form)) {
            mentions[*at].range.end += s.len();
            mentions[*at].name = name;
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
    if !name.contains('\'') && !name.contains('\u{2019}') {
        return name;
    }
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
    /// Whether it is the surname of one whose full name the article tells.
    is_surname: bool,
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
fn settle_labels(mentions: &mut Vec<Mention>, names: &mut Names<'_>) {
    let before: Vec<Rc<Name>> = mentions.iter().map(|mention| Rc::clone(&mention.name)).collect();
    let mut numbers: FxHashMap<&str, usize> =
        FxHashMap::with_capacity_and_hasher(names.0.len(), FxBuildHasher);
    let mut votes: Vec<Votes> = Vec::with_capacity(names.0.len());
    // Which of the votes each mention is of.
    let mut voted = Vec::with_capacity(mentions.len());
    for (mention, name) in mentions.iter().zip(&before) {
        let number = *numbers.entry(name.plain_key()).or_insert(votes.len());
        if number == votes.len() {
            votes.push(Votes::default());
        }
        voted.push(number);
        let vote = &mut votes[number];
        if mention.part == Part::Body && !vote.in_body {
            *vote = Votes { in_body: true, ..Votes::default() };
        }
        if let Some(at) = LABELS.iter().position(|label| *label == name.label) {
            vote.counts[at] += 1;
        }
        vote.first = vote.first.or(Some(name.label));
    }
    for person in before.iter().filter_map(|name| name.person.as_ref()) {
        if person.is_full()
            && let Some(number) = numbers.get(person.surname())
        {
            votes[*number].is_surname = true;
        }
    }
    let mut of_mention = voted.iter().map(|number| &votes[*number]);
    mentions.retain_mut(|mention| {
        let Some(vote) = of_mention.next() else { return true };
        let name = &mention.name;
        let Some(majority) = vote.majority() else { return true };
        let own = vote.of(name.label);
        let persons = vote.of(Label::Person);
        let label = if vote.is_surname {
            let is_place = || known::same_as(EntityKind::Place, name.plain_key()).is_some();
            match name.label {
                Label::Person => Label::Person,
                Label::Org | Label::Misc if persons > 0 && persons >= own => Label::Person,
                Label::Place if persons > own => Label::Person,
                _ if !vote.in_body && persons == 0 && !is_place() => Label::Person,
                label => label,
            }
        } else {
            majority
        };
        label == name.label || names.read_as(mention, label)
    });
}

/// Finds acronyms beside what they are made of, "North Atlantic Treaty Organization (NATO)" or
/// "NATO (North Atlantic Treaty Organization)"; gives the pairs of their keys. What stands in the
/// brackets becomes a mention of the same kind.
fn acronyms_in_brackets<'t>(
    mentions: &mut Vec<Mention>,
    names: &mut Names<'t>,
    texts: &Texts<'t>,
) -> Vec<[Rc<Name>; 2]> {
    let mut pairs = Vec::new();
    let mut added = Vec::new();
    for mention in mentions.iter() {
        if mention.name.label == Label::Person {
            continue;
        }
        let after = texts.after(mention);
        let Some(inside) = after.strip_prefix(" (") else { continue };
        let Some(end) = inside.bytes().take(LONGEST_NAME).position(|byte| byte == b')') else {
            continue;
        };
        let inside = &inside[..end];
        let written = spelling::trim_marks(inside);
        let label = match mention.name.label {
            Label::Misc => Label::Org,
            label => label,
        };
        let beside = spelling::is_acronym(written) && org::is_made_of(written, &mention.name.form);
        let reversed = mention.name.is_acronym
            && written.contains(' ')
            && org::is_made_of(&mention.name.form, written);
        let Some(at) = inside.find(written).filter(|_| beside || reversed) else { continue };
        let start = mention.range.end + " (".len() + at;
        let range = start..start + written.len();
        if let Some(name) = names.read(label, written) {
            pairs.push([Rc::clone(&mention.name), Rc::clone(&name)]);
            added.push(Mention { part: mention.part, range, name });
        }
    }
    if pairs.is_empty() {
        return pairs;
    }
    let labels: FxHashMap<&str, Label> = pairs
        .iter()
        .flat_map(|[name, other]| [name, other].map(|name| (name.key.as_str(), other.label)))
        .collect();
    mentions.retain_mut(|mention| {
        // The expansion tells what the acronym names wherever it stands.
        let told = labels.get(mention.name.key.as_str()).copied();
        let other = told.filter(|label| *label != mention.name.label);
        other.is_none_or(|label| names.read_as(mention, label))
    });
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
        let mut ranges = [Vec::new(), Vec::with_capacity(self.mentions.len())];
        for mention in self.mentions.iter().map(|at| &mentions[*at]) {
            match forms.get_mut(&mention.name.form) {
                Some(count) => *count += 1,
                None => _ = forms.insert(mention.name.form.clone(), 1),
            }
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
struct Person<'n> {
    /// The full names it bears, each once, and the mentions of any of them, in order.
    names: Vec<&'n PersonName>,
    full: Vec<usize>,
    /// All mentions.
    mentions: Vec<usize>,
    gender: Option<Gender>,
}

impl Person<'_> {
    /// How a short name fits one of the full ones. A last word that the person also goes without
    /// ("Claudia Sheinbaum Pardo", but a stray word behind a byline as well) is not the surname.
    fn fit(&self, short: &PersonName, full: &PersonName) -> Option<Fit> {
        let goes_without = |other: &&PersonName| {
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
struct Persons<'n> {
    all: Vec<Person<'n>>,
    /// In which paragraph each mention stands, from the headline on.
    paragraphs: Vec<usize>,
    /// The words of names that go by a forename and a title.
    royals: FxHashSet<&'n [String]>,
    /// By the sounds of the words.
    by_word: FxHashMap<&'n str, Vec<usize>>,
}

/// How a short name fits persons, by their numbers.
type Fits = Vec<(Fit, usize)>;

/// A person's name where it is mentioned.
struct Named<'n> {
    /// The number of the mention.
    at: usize,
    name: &'n PersonName,
    /// What its title or the word before it tells.
    gender: Option<Gender>,
}

impl<'n> Persons<'n> {
    /// Those whose names share a word with this one, however romanised, in order.
    fn near(&self, name: &PersonName) -> Vec<usize> {
        let bearers = name.sounds.iter().filter_map(|word| self.by_word.get(word.as_str()));
        let mut near: Vec<usize> = bearers.flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        near
    }

    fn add_name(&mut self, at: usize, named: &Named<'n>) {
        let person = &mut self.all[at];
        person.gender = person.gender.or(named.gender);
        if person.names.contains(&named.name) {
            return;
        }
        person.names.push(named.name);
        for word in &named.name.sounds {
            let bearers = self.by_word.entry(word).or_default();
            if !bearers.contains(&at) {
                bearers.push(at);
            }
        }
    }

    /// Takes a mention of a full name: of the person named nearest before who can be meant, or of
    /// a new one.
    fn add_full(&mut self, named: &Named<'n>) {
        let fits = |at: &usize| {
            let person = &self.all[*at];
            !is_other_gender(person.gender, named.gender)
                && person.names.iter().all(|other| other.can_be(named.name))
        };
        let near = self.near(named.name).into_iter().filter(fits);
        let at = near.max_by_key(|at| self.all[*at].full.last().copied()).unwrap_or_else(|| {
            self.all.push(Person::default());
            self.all.len() - 1
        });
        self.add_name(at, named);
        self.all[at].full.push(named.at);
        self.all[at].mentions.push(named.at);
    }

    /// Joins two surnames that were taken for a full name with the one person who bears both.
    fn join_double_surnames(&mut self) {
        for at in 0..self.all.len() {
            let Some(name) = self.all[at].names.first().copied() else { continue };
            let is_surname_of = |other: &usize| {
                let names = &self.all[*other].names;
                *other != at && names.iter().any(|full| name.is_double_surname_of(full))
            };
            let mut bearers = self.near(name).into_iter().filter(is_surname_of);
            if let (Some(bearer), None) = (bearers.next(), bearers.next()) {
                let joined = std::mem::take(&mut self.all[at]);
                self.all[bearer].mentions.extend(joined.mentions);
            }
        }
    }

    /// How a short name fits those who can be meant.
    fn fits(&self, short: &Named<'_>) -> Fits {
        let mut fits = Fits::new();
        for at in self.near(short.name) {
            let person = &self.all[at];
            if is_other_gender(person.gender, short.gender) {
                continue;
            }
            let best = person.names.iter().filter_map(|full| person.fit(short.name, full)).max();
            fits.extend(best.map(|fit| (fit, at)));
        }
        fits
    }

    /// Whom a short name means, of those it fits.
    fn meant(&self, short: &Named<'_>, fits: &[(Fit, usize)], in_title: bool) -> Option<usize> {
        let (mention, name) = (short.at, short.name);
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
        let royal = name.royal.is_none() && self.royals.contains(name.words.as_slice());
        match fits {
            [(_, at)] if !royal => Some(*at),
            _ => None,
        }
    }
}

impl Persons<'_> {
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
    let mut names: Vec<Named<'_>> = Vec::with_capacity(mentions.len());
    for (at, mention) in mentions.iter().enumerate() {
        if mention.name.label == Label::Person
            && let Some(name) = &mention.name.person
        {
            let gender = name.gender.or_else(|| {
                let before = texts.before(mention).split_whitespace().next_back()?;
                person::gender_of(&spelling::words_with("", before))
            });
            names.push(Named { at, name, gender });
        }
    }
    leave_out_fused(&mut names);
    let mut persons =
        Persons { paragraphs: paragraphs(mentions, texts.body), ..Persons::default() };
    let royals = names.iter().filter(|named| named.name.royal.is_some());
    persons.royals = royals.map(|named| named.name.words.as_slice()).collect();
    for named in names.iter().filter(|named| named.name.is_full()) {
        persons.add_full(named);
    }
    persons.join_double_surnames();
    let mut unresolved: BTreeMap<&[String], Vec<Lone<'_>>> = BTreeMap::new();
    // By name, each being read once, and gender.
    let mut fits: FxHashMap<(*const PersonName, Option<Gender>), Fits> = FxHashMap::default();
    for named in names.iter().filter(|named| !named.name.is_full()) {
        let (at, name) = (named.at, named.name);
        let mention = &mentions[at];
        let fits = fits
            .entry((std::ptr::from_ref(name), named.gender))
            .or_insert_with(|| persons.fits(named));
        let meant = persons.meant(named, fits, mention.part == Part::Title);
        if let Some(person) = meant {
            persons.all[person].mentions.push(at);
            continue;
        }
        if name.is_title || is_family(&persons, name, texts.before(mention)) {
            continue;
        }
        let lones = unresolved.entry(&name.sounds).or_default();
        let (suffix, title) = (name.suffix.as_deref(), name.royal.as_deref());
        match lones.iter_mut().find(|lone| lone.suffix == suffix && lone.title == title) {
            Some(lone) => lone.mentions.push(at),
            None => lones.push(Lone { suffix, title, mentions: vec![at] }),
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
    let mut ends = memchr::memmem::find_iter(body.as_bytes(), "\n\n").peekable();
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
fn leave_out_fused(names: &mut Vec<Named<'_>>) {
    const FEWEST: usize = 2;
    if names.iter().all(|named| named.name.words.len() < 2 * FEWEST) {
        return;
    }
    let full: FxHashSet<&[String]> = names
        .iter()
        .filter(|named| named.name.is_full())
        .map(|named| named.name.words.as_slice())
        .collect();
    names.retain(|named| {
        let words = named.name.words.as_slice();
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
fn is_family(persons: &Persons<'_>, name: &PersonName, before: &str) -> bool {
    let [word] = name.words.as_slice() else { return false };
    let Some(one) = word.strip_suffix('s') else { return false };
    let the = before.split_whitespace().next_back().is_some_and(|w| w.eq_ignore_ascii_case("the"));
    if !the {
        return false;
    }
    let bearers = persons.by_word.get(spelling::romanised(one).as_str());
    bearers.into_iter().flatten().any(|at| {
        persons.all[*at].names.iter().any(|full| full.words.last().is_some_and(|last| last == one))
    })
}

/// The fullest of those names that have the most words, suffix included.
fn fullest_person(at: &[usize], mentions: &[Mention]) -> String {
    let length = |at: &usize| {
        let name = mentions[*at].name.person.as_ref();
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
    let name = |at: &usize| &mentions[*at].name;
    let Some(first) = at.first().map(name) else { return String::new() };
    // Most are written in one way alone.
    if at.iter().all(|at| Rc::ptr_eq(name(at), first)) {
        return first.form.clone();
    }
    let mut counts: BTreeMap<&str, (usize, Reverse<usize>)> = BTreeMap::new();
    for at in at {
        counts.entry(&name(at).form).or_insert((0, Reverse(*at))).0 += 1;
    }
    let best = counts.into_iter().max_by_key(|(form, count)| {
        let key = spelling::key(form);
        let written_out = key.split(' ').filter(|word| word.chars().nth(1).is_some()).count();
        (!spelling::is_all_capitals(form), written_out, key.split(' ').count(), *count)
    });
    best.map(|(form, _)| form.to_owned()).unwrap_or_default()
}

/// An organisation of the article, by the key of its name.
struct Org<'n> {
    words: &'n [String],
    mentions: Vec<usize>,
    /// The one that it was joined with.
    joined: Option<usize>,
}

fn orgs(mentions: &[Mention], pairs: &[[Rc<Name>; 2]]) -> Vec<Group> {
    let mut orgs: Vec<Org<'_>> = Vec::new();
    let mut by_key: FxHashMap<&str, usize> = FxHashMap::default();
    let mut by_known: FxHashMap<&str, usize> = FxHashMap::default();
    let mut by_first_word: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    let names = || mentions.iter().map(|mention| &*mention.name);
    for (at, name) in names().enumerate().filter(|(_, name)| name.label == Label::Org) {
        let number = *by_key.entry(&name.key).or_insert_with(|| {
            let words = name.words.as_slice();
            let known = known::same_as(EntityKind::Org, &name.key);
            let joined = known.and_then(|known| by_known.get(known).copied());
            if let Some(known) = known {
                by_known.entry(known).or_insert(orgs.len());
            }
            by_first_word.entry(&words[0]).or_default().push(orgs.len());
            orgs.push(Org { words, mentions: Vec::new(), joined });
            orgs.len() - 1
        });
        orgs[number].mentions.push(at);
    }
    let key_of = |org: &Org<'_>| org.mentions.first().map(|at| mentions[*at].name.key.as_str());
    // "NATO's" and "NATO".
    for at in 0..orgs.len() {
        let owner = key_of(&orgs[at]).and_then(|key| key.strip_suffix('s'));
        let Some(bare) = owner.and_then(|key| by_key.get(key)) else { continue };
        if orgs[at].mentions.iter().all(|at| ends_with_possessive(&mentions[*at].name.form)) {
            join(&mut orgs, at, *bare);
        }
    }
    for [one, other] in pairs {
        if let (Some(one), Some(other)) =
            (by_key.get(one.key.as_str()), by_key.get(other.key.as_str()))
        {
            join(&mut orgs, *one, *other);
        }
    }
    // The longer ones first, so that what is short for both of two forms of one name is short for
    // one.
    let mut order: Vec<usize> = (0..orgs.len()).collect();
    order.sort_by_key(|at| Reverse(orgs[*at].words.len()));
    for at in order {
        let first = orgs[at].mentions[0];
        let (words, name) = (orgs[at].words, &mentions[first].name);
        let in_title = mentions[first].part == Part::Title;
        let is_longer = |other: &&usize| {
            let full = &orgs[**other];
            let earlier = full.mentions[0] < first || in_title;
            earlier && org::is_short_for(words, full.words, &mentions[full.mentions[0]].name.form)
        };
        let longer = by_first_word.get(words[0].as_str()).into_iter().flatten().filter(is_longer);
        let mut fuller: BTreeSet<usize> = longer.map(|other| root(&orgs, *other)).collect();
        if name.is_acronym && words.len() == 1 {
            let letters = spelling::words_with("", &name.form);
            let spelled_out = orgs.iter().enumerate().filter(|(_, full)| {
                full.words.len() > 2 && org::is_initials_of(&letters, full.words)
            });
            fuller.extend(spelled_out.map(|(other, _)| root(&orgs, other)));
        }
        let (Some(one), 1) = (fuller.first().copied(), fuller.len()) else { continue };
        let key = &name.key;
        let means_another = names().any(|name| name.label == Label::Place && name.key == *key)
            || known::is_demonym(key)
            || known::same_as(EntityKind::Place, key).is_some()
            || known::same_as(EntityKind::Org, key).is_some();
        if !means_another {
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

fn root(orgs: &[Org<'_>], mut at: usize) -> usize {
    while let Some(next) = orgs[at].joined {
        at = next;
    }
    at
}

fn join(orgs: &mut [Org<'_>], one: usize, other: usize) {
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
    let acronyms: FxHashSet<&str> = at
        .iter()
        .map(|at| &mentions[*at].name)
        .filter(|name| name.is_acronym)
        .map(|name| name.key.as_str())
        .collect();
    let is_acronym = |at: &&usize| acronyms.contains(mentions[**at].name.key.as_str());
    let spelled_out: Vec<usize> = at.iter().filter(|at| !is_acronym(at)).copied().collect();
    let name = fullest(if spelled_out.is_empty() { &at } else { &spelled_out }, mentions);
    Group { kind, name, within, mentions: at }
}

fn places(mentions: &[Mention], texts: &Texts<'_>) -> Vec<Group> {
    let mut groups: BTreeMap<&str, Vec<(Option<&str>, usize)>> = BTreeMap::new();
    let is_place = |(_, mention): &(usize, &Mention)| mention.name.label == Label::Place;
    for (at, mention) in mentions.iter().enumerate().filter(is_place) {
        let key = &mention.name.key;
        let key = known::same_as(EntityKind::Place, key).unwrap_or(key);
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
    let after = texts.after(mention).strip_prefix(", ")?;
    let key = &mention.name.key;
    let in_none = known::region(key).is_some() || known::is_wide(key);
    if in_none || is_in_list(texts.before(mention)) {
        return None;
    }
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
