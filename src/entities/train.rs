//! Makes the model: reads the labelled sets, fits a conditional random field to them, cuts it down,
//! rounds it, and measures it on the sets that it never saw.
//!
//! Everything is drawn from one seed and done in one order, so that the same data gives the same
//! file. Knows the sets by name, what is wrong with each, and how much each counts.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};

use super::features::{Of, Seen, SmallWords, features};
use super::gazetteer::{self, List};
use super::model::{
    self, FIRST, INNER, KINDS, LABELS, LAST, Memory, Model, NONE, ONLY, Parts, again, follows,
    legal,
};
use super::sets::{self, Labelled, Scores};
use super::tokens::{GAPS, tokenize};
use super::{Label, Tongue};
use crate::words::words;

/// How the model is made. The defaults are those of the shipped one.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What every draw comes from.
    pub seed: u64,
    /// Passes over the data.
    pub epochs: usize,
    /// The model is the mean of so many fits, each with its own draws.
    pub fits: usize,
    /// First step (AdaGrad).
    pub rate: f32,
    /// Pull towards 0, a step.
    pub decay: f32,
    /// Share of the features that a step does without.
    pub drop: f32,
    /// Share of the tokens whose own letters a step does not see.
    pub drop_words: f32,
    /// Share of the tokens whose first and last letters a step does not see either.
    pub drop_affixes: f32,
    /// Share of the tokens around which a step sees no words.
    pub drop_context: f32,
    /// Share of the documents that a pass sees without the second look.
    pub first_look: f32,
    /// A feature seen less often is left out.
    pub least: u32,
    /// Most features that are kept.
    pub most: usize,
    /// Share of the sentences that are shown a second time in other capitals.
    pub recased: f32,
    /// Share of the documents that stand behind one of their sentences as a headline.
    pub headlines: f32,
    /// Every so many documents are kept from training and measured; 0 for none.
    pub hold: usize,
    /// What every name is given above no name: the fit finds fewer than there are.
    pub eager: f32,
    /// Share of the documents that are shown a second time with other names in the same places.
    pub swap: f32,
    /// Share of the documents that are shown a second time behind a dateline.
    pub wires: f32,
    /// The same for names of the last kind, of which the sets leave out most.
    pub eager_other: f32,
    /// Sets to leave out, by name.
    pub without: Vec<String>,
    /// Weights of sets in place of those in `SETS`.
    pub weights: Vec<(String, f32)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 7,
            epochs: 5,
            fits: 4,
            rate: 0.05,
            decay: 1e-5,
            drop: 0.6,
            drop_words: 0.4,
            drop_affixes: 0.2,
            drop_context: 0.15,
            first_look: 0.35,
            least: 3,
            most: 300_000,
            recased: 0.08,
            headlines: 0.3,
            hold: 0,
            eager: 0.5,
            eager_other: 0.8,
            swap: 0.25,
            wires: 0.05,
            without: Vec::new(),
            weights: Vec::new(),
        }
    }
}

/// The sets that the model is trained on, and how much a sentence of each counts.
const SETS: &[(&str, f32)] = &[
    ("gmb", 0.2),
    ("redocred", 1.2),
    ("gum_by", 1.0),
    ("gum_sa", 1.0),
    ("btc_h", 0.8),
    ("wnut17_train_h", 0.8),
    ("wnut17_dev_h", 0.8),
    ("wnut17_test_h", 0.8),
    ("uner_ewt_dev_h", 1.0),
    ("uner_ewt_test_h", 1.0),
    ("crossner_pol_train_h", 0.6),
    ("crossner_pol_dev_h", 0.6),
    ("crossner_pol_test_h", 0.6),
    ("crossner_oth_h", 0.3),
];

/// The sets that it is measured on.
const TESTS: &[&str] = &["wikigold", "uner_pud", "worldwide"];

/// Names of `gazetteer/` and the list each file goes to.
const LISTS: &[(&str, List)] = &[
    ("countries", List::Country),
    ("capitals", List::City),
    ("cities", List::City),
    ("regions", List::Region),
    ("demonyms", List::Demonym),
    ("leaders", List::Leader),
    ("forenames", List::Forename),
    ("surnames", List::Surname),
    ("companies", List::Company),
    ("orgs", List::Org),
    ("fb_org", List::Org),
    ("teams", List::Team),
    ("fb_event", List::Event),
    ("fb_prod", List::Product),
    ("lowwords", List::Common),
];

/// A small generator of numbers (xorshift64*).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, (self.next() % (at as u64 + 1)) as usize);
        }
    }
}

/// A document to learn from.
struct Lesson {
    document: Labelled,
    weight: f32,
    /// The set that it comes from.
    set: &'static str,
}

/// Trains on the sets of `data` (`train/`, `test/`, `gazetteer/`), tells `log` what it does and how
/// good the model is, and returns the model's file.
///
/// # Errors
///
/// Where a set or list cannot be read, or `log` not written.
pub fn run(data: &Path, settings: &Settings, log: &mut dyn Write) -> Result<Vec<u8>> {
    let mut draws = Draws(settings.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut lessons = Vec::new();
    let mut held: Vec<(&str, Vec<Labelled>)> = Vec::new();
    for (name, weight) in SETS {
        if settings.without.iter().any(|without| without == name) {
            continue;
        }
        let weight = settings.weights.iter().find(|(n, _)| n == name).map_or(*weight, |(_, w)| *w);
        let documents = sets::read(&data.join("train").join(format!("{name}.conll.gz")))?;
        let mut kept_back = Vec::new();
        for (at, mut document) in documents.into_iter().enumerate() {
            mend(name, &mut document);
            if settings.hold > 0 && at % settings.hold == 0 {
                kept_back.push(document);
            } else {
                lessons.push(Lesson { document, weight, set: name });
            }
        }
        held.push((name, kept_back));
    }
    let lists = lists(data)?;
    writeln!(log, "{} documents, {} states of lists", lessons.len(), lists.len())?;
    let copies: Vec<Lesson> = lessons
        .iter()
        .filter_map(|lesson| {
            let document = recased(&lesson.document, settings.recased, &mut draws)?;
            Some(Lesson { document, weight: lesson.weight, set: lesson.set })
        })
        .collect();
    let swaps = swapped(&lessons, settings.swap, &mut draws);
    let wires = wires(&lessons, data, settings, &mut draws)?;
    for lesson in &mut lessons {
        if draws.share() < settings.headlines {
            lesson.document = headlined(std::mem::take(&mut lesson.document), &mut draws);
        }
    }
    lessons.extend(copies);
    lessons.extend(wires);
    lessons.extend(swaps);

    let gazetteer = gazetteer::Gazetteer::new(&lists);
    let clusters = super::clusters::Clusters::decode(super::CLUSTERS);
    let mut course = Course::new(&lessons, &gazetteer, &clusters, settings);
    writeln!(
        log,
        "{} tokens in {} runs, {} features; {} names unreachable",
        course.starts.len() - 1,
        course.runs.len(),
        course.keys.len(),
        course.lost
    )?;
    // What each half is labelled by a model of the other is what a first look will be like.
    let quick = Settings { epochs: 3, ..settings.clone() };
    let mut labels = Vec::new();
    for half in 0..2 {
        let fit = course.fit(&quick, &mut draws, |document| document % 2 != half, log)?;
        labels.push(fit);
    }
    course.look_again(&lessons, &gazetteer, &clusters, &labels, settings);
    let mut fit = course.fit(settings, &mut draws, |_| true, log)?;
    for _ in 1..settings.fits {
        fit.add(&course.fit(settings, &mut draws, |_| true, log)?);
    }
    fit.scale(1.0 / settings.fits.max(1) as f32);
    let parts = course.rounded(&fit, settings, lists);
    let packed = model::encode(&parts)?;
    let model = Model::decode(&packed, super::CLUSTERS);
    writeln!(log, "{} features kept, {} bytes", parts.features.len(), packed.len())?;

    writeln!(log, "\n{:<22}{:>7}{:>7}{:>7}   F1 by label", "set", "P", "R", "F1")?;
    for (name, documents) in held.iter().filter(|(_, documents)| !documents.is_empty()) {
        write_row(log, name, &measure(&model, documents))?;
    }
    for name in TESTS {
        let documents = sets::read(&data.join("test").join(format!("{name}.conll.gz")))?;
        write_row(log, name, &measure(&model, &documents))?;
    }
    Ok(packed)
}

/// How well a model finds the names of a set.
fn measure(model: &Model, documents: &[Labelled]) -> Scores {
    let mut scores = Scores::default();
    for document in documents {
        let found = model.find("", &document.text, words(&document.text), Tongue::Known);
        scores.count(&document.names, &found.body);
    }
    scores
}

fn write_row(log: &mut dyn Write, name: &str, scores: &Scores) -> Result<()> {
    let all = scores.all();
    write!(log, "{name:<22}{:>7.3}{:>7.3}{:>7.3}  ", all.precision(), all.recall(), all.f1())?;
    for (label, score) in scores.by_label.iter().filter(|(_, score)| score.expected > 0) {
        write!(log, " {label} {:.3} ({:.2}/{:.2})", score.f1(), score.precision(), score.recall())?;
    }
    writeln!(log)?;
    Ok(())
}

/// Words before a person's name that are no part of it.
const TITLES: &[&str] = &[
    "Mr",
    "Mrs",
    "Ms",
    "Miss",
    "Dr",
    "Prof",
    "Professor",
    "President",
    "Vice",
    "Prime",
    "Minister",
    "Senator",
    "Sen",
    "Rep",
    "Representative",
    "Governor",
    "Gov",
    "Mayor",
    "Sheriff",
    "Judge",
    "Justice",
    "Chief",
    "General",
    "Gen",
    "Colonel",
    "Col",
    "Captain",
    "Capt",
    "Lieutenant",
    "Lt",
    "Sergeant",
    "Sgt",
    "Major",
    "Maj",
    "Admiral",
    "Adm",
    "Commander",
    "Secretary",
    "Chancellor",
    "Ambassador",
    "Congressman",
    "Congresswoman",
    "Father",
    "Rev",
    "Reverend",
    "Bishop",
    "Archbishop",
    "Cardinal",
    "Rabbi",
    "Imam",
    "Sheikh",
    "Ayatollah",
    "Coach",
    "Officer",
    "Detective",
    "Inspector",
    "Doctor",
    "Emperor",
    "King",
    "Queen",
    "Sir",
    "Lord",
    "Lady",
    "Dame",
];

/// Mends what a set does otherwise than the rest.
fn mend(set: &str, document: &mut Labelled) {
    if set == "btc_h" {
        document.names.retain(|name| !document.text[name.range.clone()].starts_with(['@', '#']));
    }
    if set == "gmb" {
        mend_silver(document);
    }
    let text = &document.text;
    for name in document.names.iter_mut().filter(|name| name.label == Label::Person) {
        while let Some((title, _)) = text[name.range.clone()].split_once(' ') {
            if !TITLES.contains(&title.trim_end_matches('.')) {
                break;
            }
            name.range.start += title.len() + 1;
        }
    }
}

/// Points of the compass and the like: parts of what they stand before.
const REGIONS: &[&str] = &[
    "North",
    "South",
    "East",
    "West",
    "Central",
    "Latin",
    "Southeast",
    "Northern",
    "Southern",
    "Eastern",
    "Western",
    "South East",
    "Puerto",
    "Costa",
    "Sri",
];

/// What the machine that labelled the Groningen bank does wrong again and again.
fn mend_silver(document: &mut Labelled) {
    let text = &document.text;
    for name in &mut document.names {
        // "southern Iraq", "'s Interior Ministry"
        while let Some((word, _)) = text[name.range.clone()].split_once(' ') {
            if !(word.ends_with("ern") && word.starts_with(char::is_lowercase)
                || word == "'s"
                || word == "the")
            {
                break;
            }
            name.range.start += word.len() + 1;
        }
        // "U.N. Secretary-General | Kofi Annan"
        if matches!(name.label, Label::Org | Label::Place) {
            while let Some((_, word)) = text[name.range.clone()].rsplit_once(' ') {
                if !(TITLES.contains(&word)
                    || matches!(
                        word,
                        "Secretary-General" | "President-elect" | "Leader" | "spokesman"
                    ))
                {
                    break;
                }
                name.range.end -= word.len() + 1;
            }
        }
        let before = &text[..name.range.start];
        if ["Mr. ", "Ms. ", "Mrs. "].iter().any(|title| before.ends_with(title)) {
            name.label = Label::Person;
        }
    }
    // "Secretary of State | Condoleezza Rice"
    document.names.retain(|name| {
        let word = &text[name.range.clone()];
        let office = word == "State" && text[..name.range.start].ends_with("Secretary of ");
        let title = name.label != Label::Person && TITLES.contains(&word);
        !(office || title || word.is_empty())
    });
    let mut mended: Vec<super::Found> = Vec::new();
    for mut name in std::mem::take(&mut document.names) {
        let before = &text[..name.range.start];
        if let Some(last) = mended
            .last()
            .filter(|last| last.range.end + 1 == name.range.start && before.ends_with(' '))
        {
            let (left, right) = (&text[last.range.clone()], &text[name.range.clone()]);
            // "South | Korean", "Czech | Republic", "Niger | Delta"
            let joined = (name.label == Label::Misc && REGIONS.contains(&left))
                || (last.label == Label::Misc
                    && matches!(
                        right,
                        "Republic" | "Ocean" | "Guiana" | "Virgin Islands" | "Delta"
                    ))
                || (last.label == Label::Place
                    && matches!(right, "Delta" | "Bank" | "Study Group"))
                || (last.label == Label::Misc && matches!(right, "Open" | "Cup"));
            if joined {
                name.range.start = last.range.start;
                if matches!(
                    right,
                    "Republic" | "Ocean" | "Guiana" | "Virgin Islands" | "Delta" | "Bank"
                ) {
                    name.label = Label::Place;
                } else if matches!(right, "Open" | "Cup") {
                    name.label = Label::Misc;
                }
                mended.pop();
            }
        } else if name.label == Label::Misc {
            let word = before.trim_end_matches(' ').rsplit([' ', '\n']).next().unwrap_or_default();
            if before.ends_with(' ') && REGIONS.contains(&word) {
                name.range.start -= word.len() + 1;
            }
        }
        mended.push(name);
    }
    document.names = mended;
}

/// Takes back what is known of tokens that a set leaves out though they may be names: nationalities
/// where it has no such label, the first halves of compounds, names that its machine does not know.
fn doubt(set: &str, text: &str, seen: &Seen, labels: &[u8], known: &mut [bool]) {
    let silver = set == "gmb";
    let has_no_misc = ["uner", "wnut17", "btc"].iter().any(|start| set.starts_with(start));
    if !(silver || has_no_misc) {
        return;
    }
    for (at, token) in seen.tokens.iter().enumerate() {
        if labels[at] != NONE || !token.shape.is_capital() {
            continue;
        }
        let is_demonym = gazetteer::place(seen.forms[at].marks, List::Demonym) != 0;
        if is_demonym {
            known[at] = false;
        }
        if silver {
            let word = token.text(text);
            let compound =
                seen.tokens.get(at + 1).is_some_and(|next| next.gap == super::tokens::Gap::Hyphen)
                    || token.gap == super::tokens::Gap::Hyphen;
            let missed = matches!(
                word,
                "Olympic"
                    | "Olympics"
                    | "Games"
                    | "Cup"
                    | "Hurricane"
                    | "Katrina"
                    | "War"
                    | "Republican"
                    | "Republicans"
                    | "Democrat"
                    | "Democrats"
                    | "Democratic"
                    | "Western"
                    | "South"
                    | "North"
                    | "Trade"
                    | "Organization"
                    | "Authority"
                    | "Party"
                    | "Labor"
                    | "Without"
                    | "Borders"
                    | "Center"
                    | "National"
                    | "International"
                    | "Ramadan"
                    | "Nobel"
                    | "Square"
                    | "Agreement"
                    | "Movement"
                    | "Reporters"
                    | "Forces"
                    | "Alliance"
            );
            if compound || missed {
                known[at] = false;
            }
        }
    }
}

/// The sentences of a document.
fn sentences(document: &Labelled) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for token in tokenize(&document.text).iter().skip(1).filter(|token| token.gap.parts()) {
        sentences.push(start..token.start as usize);
        start = token.start as usize;
    }
    sentences.push(start..document.text.len());
    sentences
}

/// Some sentences of a document once more, as headlines are written or in capitals throughout.
fn recased(document: &Labelled, share: f32, draws: &mut Draws) -> Option<Labelled> {
    let mut copy = Draft::default();
    for sentence in sentences(document) {
        if draws.share() < share {
            let upper = draws.share() < 0.5;
            copy.append(&recase(document, &sentence, upper));
            copy.say("\n\n");
        }
    }
    (!copy.0.text.is_empty()).then_some(copy.0)
}

/// A document behind one of its sentences as a headline.
fn headlined(document: Labelled, draws: &mut Draws) -> Labelled {
    let mut fit = sentences(&document);
    fit.retain(|sentence| (20..140).contains(&sentence.len()));
    if fit.is_empty() {
        return document;
    }
    let sentence = fit.swap_remove((draws.next() % fit.len() as u64) as usize);
    let upper = draws.share() < 0.25;
    let mut draft = Draft(recase(&document, &sentence, upper));
    draft.say("\n\n").append(&document);
    draft.0
}

/// A sentence in capitals: all letters, or the first ones of all words but small ones.
fn recase(document: &Labelled, sentence: &Range<usize>, upper: bool) -> Labelled {
    let body = document.text[sentence.clone()].trim_end().trim_end_matches('.');
    let stop = sentence.start + body.len();
    let first = document.names.partition_point(|name| name.range.start < sentence.start);
    let old = &document.names[first..];
    let old = &old[..old.partition_point(|name| name.range.start < stop)];
    let mut copy = Labelled { text: String::new(), names: old.to_vec() };
    let mut is_start = true;
    for (at, letter) in body.char_indices() {
        for (name, old) in copy.names.iter_mut().zip(old) {
            if old.range.start == sentence.start + at {
                name.range.start = copy.text.len();
            }
            if old.range.end == sentence.start + at {
                name.range.end = copy.text.len();
            }
        }
        let word = body[at..].split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if upper || (is_start && !is_small(word)) {
            copy.text.extend(letter.to_uppercase());
        } else {
            copy.text.push(letter);
        }
        is_start = letter.is_whitespace() || matches!(letter, '"' | '(' | '\u{201c}');
    }
    for (name, old) in copy.names.iter_mut().zip(old) {
        if old.range.end >= stop {
            name.range.end = copy.text.len();
        }
    }
    copy
}

/// Some documents once more with every name put in the place of another of its kind, so that what
/// stands around a name counts for more than the name.
fn swapped(lessons: &[Lesson], share: f32, draws: &mut Draws) -> Vec<Lesson> {
    let mut pools: Vec<Vec<String>> = vec![Vec::new(); 4];
    for lesson in lessons {
        for name in &lesson.document.names {
            pools[name.label as usize].push(lesson.document.text[name.range.clone()].to_owned());
        }
    }
    let mut copies = Vec::new();
    for lesson in lessons {
        if draws.share() >= share {
            continue;
        }
        let from = &lesson.document;
        let mut copy = Labelled::default();
        let mut done = 0;
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for name in &from.names {
            copy.text.push_str(&from.text[done..name.range.start]);
            let old = &from.text[name.range.clone()];
            let pool = &pools[name.label as usize];
            let drawn = pool[(draws.next() % pool.len() as u64) as usize].as_str();
            // Nationalities stay: sentences are made for them.
            let new = if name.label == Label::Misc && !old.contains(' ') {
                old
            } else {
                *taken.entry(old).or_insert(drawn)
            };
            let start = copy.text.len();
            copy.text.push_str(new);
            copy.names.push(super::Found { range: start..copy.text.len(), label: name.label });
            done = name.range.end;
        }
        copy.text.push_str(&from.text[done..]);
        copies.push(Lesson { document: copy, weight: lesson.weight * 0.5, set: lesson.set });
    }
    copies
}

/// A text that is put together from pieces, some of them names.
#[derive(Default)]
struct Draft(Labelled);

impl Draft {
    fn say(&mut self, piece: &str) -> &mut Self {
        self.0.text.push_str(piece);
        self
    }

    fn name(&mut self, label: Label, name: &str) -> &mut Self {
        let start = self.0.text.len();
        self.0.text.push_str(name);
        self.0.names.push(super::Found { range: start..self.0.text.len(), label });
        self
    }

    fn append(&mut self, other: &Labelled) {
        let offset = self.0.text.len();
        self.0.text.push_str(&other.text);
        self.0.names.extend(other.names.iter().map(|name| super::Found {
            range: name.range.start + offset..name.range.end + offset,
            label: name.label,
        }));
    }
}

const MONTHS: &[&str] = &[
    "Jan", "Feb.", "March", "Apr", "May", "June", "July", "Aug", "Sept.", "October", "Nov", "Dec",
];
const AGENCIES: &[&str] = &[
    "Reuters",
    "AP",
    "AFP",
    "IPS",
    "Xinhua",
    "UPI",
    "Bloomberg",
    "ANI",
    "PTI",
    "CNN",
    "IANS",
    "EFE",
];
const SPORTS: &[&str] = &[
    "SOCCER",
    "TENNIS",
    "CRICKET",
    "RUGBY UNION",
    "BASKETBALL",
    "BASEBALL",
    "GOLF",
    "Football",
    "ICE HOCKEY",
    "CYCLING",
];

/// What the sets lack and newspapers are full of: datelines before stories, and lines of results.
fn wires(
    lessons: &[Lesson],
    data: &Path,
    settings: &Settings,
    draws: &mut Draws,
) -> Result<Vec<Lesson>> {
    let list = |name: &str| -> Result<Vec<String>> {
        let path = data.join("gazetteer").join(name);
        let text = fs::read_to_string(&path).with_context(|| {
            format!("cannot read {}: check the folder of the sets", path.display())
        })?;
        let is_plain = |name: &&str| {
            name.len() > 3
                && name.chars().all(|c| c.is_alphabetic() || c == ' ')
                && name.split(' ').count() <= 3
        };
        Ok(text.lines().filter(is_plain).map(str::to_owned).collect())
    };
    let (capitals, countries, teams) =
        (list("capitals.txt")?, list("countries.txt")?, list("teams.txt")?);
    let mut persons = Vec::new();
    let mut places = Vec::new();
    for lesson in lessons.iter().filter(|lesson| matches!(lesson.set, "gmb" | "redocred")) {
        for name in &lesson.document.names {
            let text = &lesson.document.text[name.range.clone()];
            match name.label {
                Label::Person if text.split(' ').count() == 2 => persons.push(text),
                Label::Place if !text.contains(' ') => places.push(text),
                _ => {}
            }
        }
    }
    fn one<'a, T: AsRef<str>>(list: &'a [T], draws: &mut Draws) -> &'a str {
        list[(draws.next() % list.len() as u64) as usize].as_ref()
    }
    let mut wires = Vec::new();
    for lesson in lessons.iter().filter(|lesson| matches!(lesson.set, "gmb" | "redocred")) {
        if draws.share() >= settings.wires {
            continue;
        }
        let mut draft = Draft::default();
        let upper = draws.share() < 0.75;
        let case = |name: &str| if upper { name.to_uppercase() } else { name.to_owned() };
        let city = if draws.share() < 0.5 { one(&places, draws) } else { one(&capitals, draws) };
        draft.name(Label::Place, &case(city));
        if draws.share() < 0.3 {
            draft.say(", ").name(
                Label::Place,
                &if draws.share() < 0.5 {
                    case(one(&countries, draws))
                } else {
                    one(&countries, draws).to_owned()
                },
            );
        }
        let day = (1 + draws.next() % 28).to_string();
        let month = MONTHS[(draws.next() % 12) as usize];
        match draws.next() % 5 {
            0 => {
                draft
                    .say(&format!(", {month} {day} ("))
                    .name(Label::Org, one(AGENCIES, draws))
                    .say(") - ");
            }
            1 => {
                draft.say(" (").name(Label::Org, one(AGENCIES, draws)).say(") \u{2014} ");
            }
            2 => {
                draft.say(&format!(", {month} {day} - "));
            }
            3 => {
                draft.say(" \u{2013} ");
            }
            _ => {
                let year = 1980 + draws.next() % 46;
                draft.say(&format!(" {year}-{:02}-{day:0>2}\n\n", 1 + draws.next() % 12));
            }
        }
        draft.append(&lesson.document);
        wires.push(Lesson { document: draft.0, weight: lesson.weight * 0.5, set: lesson.set });
    }
    let lines = (wires.len() / 3).max(1);
    for _ in 0..lines {
        let mut draft = Draft::default();
        if draws.share() < 0.5 {
            draft.say(one(SPORTS, draws)).say(" - ").say("RESULTS OF THE DAY.\n\n");
        }
        let kind = draws.next() % 4;
        for place in 1..=3 + draws.next() % 4 {
            let number = |draws: &mut Draws, most: u64| (draws.next() % most).to_string();
            match kind {
                0 => {
                    draft
                        .name(Label::Person, one(&persons, draws))
                        .say(" (")
                        .name(Label::Place, one(&countries, draws));
                    draft.say(") beat ").name(Label::Person, one(&persons, draws)).say(" (");
                    draft.name(Label::Place, one(&countries, draws)).say(&format!(
                        ") 6-{} 6-{}",
                        number(draws, 5),
                        number(draws, 5)
                    ));
                }
                1 => {
                    draft
                        .name(Label::Org, one(&teams, draws))
                        .say(&format!(" {} ", number(draws, 5)));
                    draft
                        .name(Label::Org, one(&teams, draws))
                        .say(&format!(" {}", number(draws, 5)));
                }
                2 => {
                    draft
                        .say(&format!("{place}. "))
                        .name(Label::Person, one(&persons, draws))
                        .say(" (");
                    draft.name(Label::Place, one(&countries, draws)).say(&format!(
                        ") {} minutes {} seconds",
                        number(draws, 60),
                        number(draws, 60)
                    ));
                }
                _ => {
                    draft.name(Label::Org, one(&teams, draws)).say(&format!(
                        " {} {} {} {} {}",
                        number(draws, 40),
                        number(draws, 20),
                        number(draws, 20),
                        number(draws, 70),
                        number(draws, 90)
                    ));
                }
            }
            draft.say("\n\n");
        }
        wires.push(Lesson { document: draft.0, weight: 0.3, set: "wires" });
    }
    Ok(wires)
}

/// Words that headlines write small.
fn is_small(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "of"
            | "in"
            | "on"
            | "at"
            | "to"
            | "for"
            | "and"
            | "or"
            | "but"
            | "by"
            | "s"
            | "from"
            | "with"
            | "as"
            | "is"
    )
}

/// The lists of names as states of the automaton.
fn lists(data: &Path) -> Result<Vec<(u32, u16)>> {
    let mut builder = gazetteer::Builder::default();
    for (name, list) in LISTS {
        let path = data.join("gazetteer").join(format!("{name}.txt"));
        let text = fs::read_to_string(&path).with_context(|| {
            format!("cannot read {}: check the folder of the sets", path.display())
        })?;
        for line in text.lines() {
            for name in line.split(" or ").flat_map(|name| name.split('/')) {
                let name = name.trim().trim_end_matches('*').trim();
                match list {
                    List::Leader => {
                        // Titles lead to the forename, which is the first word on that list.
                        let words: Vec<&str> = name.split_whitespace().collect();
                        if words.len() >= 2 {
                            builder.add(*list, &words[words.len() - 2..].join(" "));
                        }
                        if words.len() >= 3 {
                            builder.add(*list, &words[words.len() - 3..].join(" "));
                        }
                    }
                    List::Company => {
                        builder.add(*list, name);
                        let short = name
                            .trim_end_matches(['.', ','])
                            .rsplit_once([' '])
                            .filter(|(_, form)| {
                                matches!(
                                    *form,
                                    "Inc"
                                        | "Corp"
                                        | "Corporation"
                                        | "Ltd"
                                        | "Limited"
                                        | "plc"
                                        | "PLC"
                                        | "Company"
                                        | "Co"
                                        | "LLC"
                                        | "Group"
                                        | "Holdings"
                                        | "SE"
                                        | "AG"
                                        | "NV"
                                        | "SA"
                                )
                            })
                            .map(|(short, _)| short.trim_end_matches(','));
                        if let Some(short) = short {
                            builder.add(*list, short);
                        }
                    }
                    _ if name.chars().count() > 1 => builder.add(*list, name),
                    _ => {}
                }
            }
        }
    }
    Ok(builder.states())
}

/// A run to learn from.
struct RunOf {
    document: u32,
    /// Its tokens, by number in the course.
    tokens: Range<u32>,
    weight: f32,
}

/// All that is learned from, as numbers.
struct Course {
    /// Hashes of the features, sorted; a feature's number is its place here.
    keys: Vec<u32>,
    /// Numbers of the features of all tokens, the source of each in the upper three bits.
    features: Vec<u32>,
    /// Where those of a token start.
    starts: Vec<u32>,
    gaps: Vec<u8>,
    gold: Vec<u8>,
    runs: Vec<RunOf>,
    /// The features of the second look, in the same way.
    again: Vec<u32>,
    again_starts: Vec<u32>,
    /// Names that no run holds.
    lost: usize,
}

const SOURCE: u32 = 29;
const NUMBER: u32 = (1 << SOURCE) - 1;

/// Weights while they are fitted.
#[derive(Clone)]
struct Fit {
    rows: Vec<[f32; LABELS - 1]>,
    transitions: Box<model::Transitions<f32>>,
}

/// The labels of a document's tokens, and whether each could be told from its names.
fn gold(seen: &Seen, document: &Labelled) -> (Vec<u8>, Vec<bool>, usize) {
    let mut labels = vec![NONE; seen.tokens.len()];
    let mut known = vec![true; seen.tokens.len()];
    let mut in_run = vec![false; seen.tokens.len()];
    for run in &seen.runs {
        in_run[run.clone()].fill(true);
    }
    let mut lost = 0;
    for name in &document.names {
        let first = seen.tokens.partition_point(|token| (token.end as usize) <= name.range.start);
        let behind = seen.tokens.partition_point(|token| (token.start as usize) < name.range.end);
        if first >= behind {
            lost += 1;
            continue;
        }
        let exact = seen.tokens[first].start as usize == name.range.start
            && (seen.tokens[behind - 1].end as usize).abs_diff(name.range.end) <= 1;
        let whole = in_run[first..behind].iter().all(|in_run| *in_run)
            && seen.tokens[first + 1..behind].iter().all(|token| !token.gap.parts());
        if !exact || !whole {
            lost += 1;
            known[first..behind].fill(false);
            continue;
        }
        let kind = KINDS.iter().position(|kind| *kind == name.label).unwrap_or(3) as u8;
        for (at, label) in labels.iter_mut().enumerate().take(behind).skip(first) {
            let place = match (at == first, at + 1 == behind) {
                (true, true) => ONLY,
                (true, false) => FIRST,
                (false, true) => LAST,
                (false, false) => INNER,
            };
            *label = model::label(kind, place);
        }
    }
    (labels, known, lost)
}

impl Course {
    fn new(
        lessons: &[Lesson],
        gazetteer: &gazetteer::Gazetteer,
        clusters: &super::clusters::Clusters,
        settings: &Settings,
    ) -> Self {
        let mut course = Self {
            keys: Vec::new(),
            features: Vec::new(),
            starts: vec![0],
            gaps: Vec::new(),
            gold: Vec::new(),
            runs: Vec::new(),
            again: Vec::new(),
            again_starts: Vec::new(),
            lost: 0,
        };
        let mut sources: Vec<u8> = Vec::new();
        for (number, lesson) in lessons.iter().enumerate() {
            let seen = Seen::new(&lesson.document.text, gazetteer, clusters);
            let (gold, mut known, lost) = gold(&seen, &lesson.document);
            doubt(lesson.set, &lesson.document.text, &seen, &gold, &mut known);
            course.lost += lost;
            let mut small = SmallWords::default();
            small.add(&seen.tokens);
            for run in &seen.runs {
                if known[run.clone()].contains(&false) {
                    continue;
                }
                let from = course.gold.len() as u32;
                for at in run.clone() {
                    features(&seen, run, at, &small, |of, key| {
                        course.features.push(key);
                        sources.push(of as u8);
                    });
                    course.starts.push(course.features.len() as u32);
                    course.gaps.push(seen.tokens[at].gap as u8);
                    course.gold.push(gold[at]);
                }
                let tokens = from..course.gold.len() as u32;
                course.runs.push(RunOf { document: number as u32, tokens, weight: lesson.weight });
            }
        }
        course.keys = frequent(&course.features, settings.least);
        let starts = std::mem::take(&mut course.starts);
        let (features, starts) = number(&course.keys, &course.features, &sources, &starts);
        course.features = features;
        course.starts = starts;
        course
    }

    /// Adds what the second look sees, after a first one by models that did not know the document:
    /// `fits[d % 2]` labels document `d`.
    fn look_again(
        &mut self,
        lessons: &[Lesson],
        gazetteer: &gazetteer::Gazetteer,
        clusters: &super::clusters::Clusters,
        fits: &[Fit],
        settings: &Settings,
    ) {
        let mut keys: Vec<u32> = Vec::new();
        let mut sources: Vec<u8> = Vec::new();
        let mut starts = vec![0];
        let mut runs = self.runs.iter().peekable();
        let mut field = Field::default();
        for (number, lesson) in lessons.iter().enumerate() {
            let seen = Seen::new(&lesson.document.text, gazetteer, clusters);
            let (gold, mut known, _) = gold(&seen, &lesson.document);
            doubt(lesson.set, &lesson.document.text, &seen, &gold, &mut known);
            let mut labels = vec![NONE; seen.tokens.len()];
            let fit = &fits[number % fits.len()];
            let mut mine = Vec::new();
            for run in &seen.runs {
                if known[run.clone()].contains(&false) {
                    continue;
                }
                let Some(of) = runs.next_if(|of| of.document as usize == number) else { break };
                let found = field.best(self, fit, of);
                labels[run.clone()].copy_from_slice(&found);
                mine.push(run.clone());
            }
            let texts = [seen];
            let labels = [labels];
            let memory = Memory::new(&texts, &labels);
            for run in mine {
                for at in run.clone() {
                    again(&texts[0], &run, at, &memory, &labels[0], |of, key| {
                        keys.push(key);
                        sources.push(of as u8);
                    });
                    starts.push(keys.len() as u32);
                }
            }
        }
        // Numbers of new features follow the old ones.
        let new = frequent(&keys, settings.least);
        let (again, again_starts) = number(&new, &keys, &sources, &starts);
        let offset = self.keys.len() as u32;
        self.again = again.into_iter().map(|feature| feature + offset).collect();
        self.again_starts = again_starts;
        self.keys.extend(new);
    }

    /// Fits weights to the runs of the documents that `takes` takes.
    fn fit(
        &self,
        settings: &Settings,
        draws: &mut Draws,
        takes: impl Fn(u32) -> bool,
        log: &mut dyn Write,
    ) -> Result<Fit> {
        let mut fit = Fit {
            rows: vec![[0.0; LABELS - 1]; self.keys.len()],
            transitions: Box::new([[[0.0; LABELS]; LABELS]; GAPS]),
        };
        let mut squares = vec![[START_SQUARE; LABELS - 1]; self.keys.len()];
        let mut sum: Option<Fit> = None;
        let mut summed = 0;
        let mut field = Field::default();
        field.squares.as_flattened_mut().as_flattened_mut().fill(START_SQUARE);
        let mut order: Vec<u32> = (0..self.runs.len() as u32)
            .filter(|at| takes(self.runs[*at as usize].document))
            .collect();
        let clock = std::time::Instant::now();
        for epoch in 0..settings.epochs {
            draws.shuffle(&mut order);
            let mut loss = 0.0;
            let rate = settings.rate * (1.0 - 0.9 * epoch as f32 / settings.epochs as f32);
            for (at, run) in order.iter().enumerate() {
                let run = &self.runs[*run as usize];
                if at % 32 == 0 {
                    field.settle(&mut fit, rate);
                }
                loss += f64::from(self.step(
                    run,
                    &mut fit,
                    &mut squares,
                    &mut field,
                    rate,
                    settings,
                    draws,
                ));
            }
            field.settle(&mut fit, rate);
            if epoch * 2 >= settings.epochs {
                summed += 1;
                match &mut sum {
                    None => sum = Some(fit.clone()),
                    Some(sum) => sum.add(&fit),
                }
            }
            writeln!(log, "pass {epoch}: loss {loss:.0}, {:.0?}", clock.elapsed())?;
        }
        let mut fit = sum.unwrap_or(fit);
        fit.scale(1.0 / summed.max(1) as f32);
        Ok(fit)
    }

    /// The features of a token: those of the first look, those of the second if `again`.
    fn of_token(&self, at: usize, again: bool) -> impl Iterator<Item = u32> + '_ {
        let first = self.starts[at] as usize..self.starts[at + 1] as usize;
        let second = if again && !self.again_starts.is_empty() {
            self.again_starts[at] as usize..self.again_starts[at + 1] as usize
        } else {
            0..0
        };
        self.features[first].iter().chain(&self.again[second]).copied()
    }

    #[allow(clippy::too_many_arguments)]
    fn step(
        &self,
        run: &RunOf,
        fit: &mut Fit,
        squares: &mut [[f32; LABELS - 1]],
        field: &mut Field,
        rate: f32,
        settings: &Settings,
        draws: &mut Draws,
    ) -> f32 {
        field.kept.clear();
        field.kept_starts.clear();
        field.kept_starts.push(0);
        field.scores.clear();
        let again = draws.share() >= settings.first_look;
        let threshold = (settings.drop * 65536.0) as u64;
        let scale = 1.0 / (1.0 - settings.drop);
        for at in run.tokens.clone() {
            let mut scores = [0.0f32; LABELS];
            let blind = draws.share();
            let deaf = draws.share() < settings.drop_context;
            let (mut random, mut left) = (0, 0);
            for feature in self.of_token(at as usize, again) {
                if left == 0 {
                    (random, left) = (draws.next(), 4);
                }
                let draw = random & 0xffff;
                random >>= 16;
                left -= 1;
                let of = feature >> SOURCE;
                if draw < threshold
                    || (blind < settings.drop_words && of == Of::Word as u32)
                    || (blind < settings.drop_affixes && of == Of::Affix as u32)
                    || (deaf && of == Of::Context as u32)
                {
                    continue;
                }
                let number = feature & NUMBER;
                field.kept.push(number);
                for (score, weight) in scores[1..].iter_mut().zip(&fit.rows[number as usize]) {
                    *score += *weight;
                }
            }
            for score in &mut scores {
                *score *= scale;
            }
            field.kept_starts.push(field.kept.len() as u32);
            field.scores.push(scores);
        }
        let gaps = &self.gaps[run.tokens.start as usize..run.tokens.end as usize];
        let gold = &self.gold[run.tokens.start as usize..run.tokens.end as usize];
        let loss = field.marginals(gaps, gold, run.weight);
        for (at, right) in gold.iter().enumerate() {
            let mut slope = [0.0f32; LABELS - 1];
            for (slope, (label, probability)) in
                slope.iter_mut().zip(field.scores[at].iter().enumerate().skip(1))
            {
                *slope =
                    (probability - f32::from(u8::from(usize::from(*right) == label))) * run.weight;
            }
            if slope.iter().all(|slope| slope.abs() < 1e-4) {
                continue;
            }
            let kept = field.kept_starts[at] as usize..field.kept_starts[at + 1] as usize;
            for number in &field.kept[kept] {
                let row = &mut fit.rows[*number as usize];
                let squares = &mut squares[*number as usize];
                for ((weight, square), slope) in row.iter_mut().zip(squares).zip(&slope) {
                    let slope = slope + settings.decay * *weight;
                    *square += slope * slope;
                    *weight -= rate * slope / square.sqrt();
                }
            }
        }
        loss
    }

    /// The parts of the model: the weightiest features, rounded.
    fn rounded(&self, fit: &Fit, settings: &Settings, lists: Vec<(u32, u16)>) -> Parts {
        let weight = |row: &[f32; LABELS - 1]| row.iter().fold(0.0f32, |most, w| most.max(w.abs()));
        let mut order: Vec<(f32, u32)> =
            fit.rows.iter().zip(&self.keys).map(|(row, key)| (weight(row), *key)).collect();
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let least = order.get(settings.most).map_or(0.0, |(weight, _)| *weight).max(0.02);
        // One in a thousand of the largest is cut off.
        let largest = order.get(order.len() / 1000).map_or(1.0, |(weight, _)| *weight).max(0.1);
        let scale = 127.0 / largest;
        let mut features: Vec<(u32, model::Row)> = self
            .keys
            .iter()
            .zip(&fit.rows)
            .filter(|(key, row)| **key != 0 && weight(row) > least)
            .map(|(key, row)| (*key, row.map(|w| (w * scale).round().clamp(-127.0, 127.0) as i8)))
            .collect();
        features.sort_unstable_by_key(|(key, _)| *key);
        features.dedup_by_key(|(key, _)| *key);
        let transitions = legal()
            .map(|(gap, label, next)| {
                let starts = next != 0 && model::is_closed(label as u8);
                let other = next != 0 && model::parts(next as u8).0 == 3;
                let bonus = match starts {
                    true if other => settings.eager_other,
                    true => settings.eager,
                    false => 0.0,
                };
                ((fit.transitions[gap][label][next] + bonus) * scale).round().clamp(-8000.0, 8000.0)
                    as i16
            })
            .collect();
        Parts { features, transitions, lists }
    }
}

const START_SQUARE: f32 = 0.05;

/// The keys that occur at least so often, sorted.
fn frequent(keys: &[u32], least: u32) -> Vec<u32> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    sorted
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= least as usize && same[0] != 0)
        .map(|same| same[0])
        .collect()
}

/// Keys to their numbers with their sources; those without a number go.
fn number(keys: &[u32], all: &[u32], sources: &[u8], starts: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut numbers = Vec::new();
    let mut new_starts = vec![0];
    // Hashes spread evenly: a table of where each upper half begins makes the search short.
    let mut begins = vec![0u32; (1 << 16) + 1];
    for key in keys {
        begins[(key >> 16) as usize + 1] += 1;
    }
    for at in 1..begins.len() {
        begins[at] += begins[at - 1];
    }
    for token in starts.windows(2) {
        for at in token[0] as usize..token[1] as usize {
            let upper = (all[at] >> 16) as usize;
            let part = begins[upper] as usize..begins[upper + 1] as usize;
            if let Ok(found) = keys[part.clone()].binary_search(&all[at]) {
                numbers.push((part.start + found) as u32 | u32::from(sources[at]) << SOURCE);
            }
        }
        new_starts.push(numbers.len() as u32);
    }
    (numbers, new_starts)
}

impl Fit {
    fn add(&mut self, other: &Self) {
        for (a, b) in self.rows.as_flattened_mut().iter_mut().zip(other.rows.as_flattened()) {
            *a += b;
        }
        for (gap, label, next) in legal() {
            self.transitions[gap][label][next] += other.transitions[gap][label][next];
        }
    }

    fn scale(&mut self, by: f32) {
        self.rows.as_flattened_mut().iter_mut().for_each(|weight| *weight *= by);
        for (gap, label, next) in legal() {
            self.transitions[gap][label][next] *= by;
        }
    }
}

/// Room for one run, and the transitions as factors.
struct Field {
    kept: Vec<u32>,
    kept_starts: Vec<u32>,
    /// Scores of the labels; after [`Field::marginals`] their probabilities.
    scores: Vec<[f32; LABELS]>,
    forward: Vec<[f32; LABELS]>,
    factors: Box<model::Transitions<f32>>,
    slopes: Box<model::Transitions<f32>>,
    squares: Box<model::Transitions<f32>>,
    touched: [bool; GAPS],
}

impl Default for Field {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            kept_starts: Vec::new(),
            scores: Vec::new(),
            forward: Vec::new(),
            factors: Box::new([[[0.0; LABELS]; LABELS]; GAPS]),
            slopes: Box::new([[[0.0; LABELS]; LABELS]; GAPS]),
            squares: Box::new([[[1.0; LABELS]; LABELS]; GAPS]),
            touched: [true; GAPS],
        }
    }
}

impl Field {
    /// Takes the step of the transitions that gathered since the last call.
    fn settle(&mut self, fit: &mut Fit, rate: f32) {
        for gap in 0..GAPS {
            if !self.touched[gap] {
                continue;
            }
            self.touched[gap] = false;
            for label in 0..LABELS {
                for next in 0..LABELS {
                    if !follows(label as u8, next as u8) {
                        continue;
                    }
                    let slope = std::mem::take(&mut self.slopes[gap][label][next]);
                    let square = &mut self.squares[gap][label][next];
                    *square += slope * slope;
                    let weight = &mut fit.transitions[gap][label][next];
                    *weight -= rate * slope / square.sqrt();
                    self.factors[gap][label][next] = weight.exp();
                }
            }
        }
    }

    /// Turns scores into probabilities (forward and backward sums, scaled), gathers the slopes of
    /// the transitions, and tells the loss.
    fn marginals(&mut self, gaps: &[u8], gold: &[u8], weight: f32) -> f32 {
        let mut loss = 0.0;
        let mut before = 0;
        for (at, scores) in self.scores.iter_mut().enumerate() {
            loss -= scores[usize::from(gold[at])];
            let gap = usize::from(gaps[at]);
            loss -= self.factors[gap][before][usize::from(gold[at])].max(1e-30).ln();
            before = usize::from(gold[at]);
            let most = scores.iter().fold(f32::MIN, |most, score| most.max(*score));
            loss += most;
            scores.iter_mut().for_each(|score| *score = (*score - most).exp());
        }
        self.forward.clear();
        let mut alpha = [0.0; LABELS];
        alpha[0] = 1.0;
        for (at, scores) in self.scores.iter().enumerate() {
            let factors = &self.factors[usize::from(gaps[at])];
            let mut next = [0.0f32; LABELS];
            for (label, alpha) in alpha.iter().enumerate() {
                if *alpha > 0.0 {
                    for (next, factor) in next.iter_mut().zip(&factors[label]) {
                        *next += alpha * factor;
                    }
                }
            }
            let mut sum = 0.0;
            let last = at + 1 == gold.len();
            for (label, (next, score)) in next.iter_mut().zip(scores).enumerate() {
                *next *= score;
                if last && !model::is_closed(label as u8) {
                    *next = 0.0;
                }
                sum += *next;
            }
            loss += sum.max(1e-30).ln();
            next.iter_mut().for_each(|next| *next /= sum.max(1e-30));
            alpha = next;
            self.forward.push(alpha);
        }
        let mut beta = [0.0f32; LABELS];
        for (label, beta) in beta.iter_mut().enumerate() {
            *beta = if model::is_closed(label as u8) { 1.0 } else { 0.0 };
        }
        for at in (0..self.scores.len()).rev() {
            let gap = usize::from(gaps[at]);
            let scores = self.scores[at];
            let forward = self.forward[at];
            let total: f32 = forward.iter().zip(&beta).map(|(a, b)| a * b).sum();
            let mut start = [0.0; LABELS];
            start[0] = 1.0;
            let earlier = if at == 0 { start } else { self.forward[at - 1] };
            let mut ahead = [0.0f32; LABELS];
            for label in 0..LABELS {
                self.scores[at][label] = forward[label] * beta[label] / total.max(1e-30);
                ahead[label] = scores[label] * beta[label];
            }
            // Pairs of labels.
            let factors = &self.factors[gap];
            let mut behind = [0.0f32; LABELS];
            for label in 0..LABELS {
                behind[label] = factors[label].iter().zip(&ahead).map(|(f, a)| f * a).sum();
            }
            let pairs: f32 = earlier.iter().zip(&behind).map(|(a, b)| a * b).sum();
            let share = weight / pairs.max(1e-30);
            let slopes = &mut self.slopes[gap];
            for label in 0..LABELS {
                let part = earlier[label] * share;
                if part > 0.0 {
                    for next in 0..LABELS {
                        slopes[label][next] += part * factors[label][next] * ahead[next];
                    }
                }
            }
            let before = if at == 0 { 0 } else { usize::from(gold[at - 1]) };
            slopes[before][usize::from(gold[at])] -= weight;
            self.touched[gap] = true;
            let most = behind.iter().fold(1e-30f32, |most, b| most.max(*b));
            beta = behind.map(|b| b / most);
        }
        loss
    }

    /// The best labels of a run.
    fn best(&mut self, course: &Course, fit: &Fit, run: &RunOf) -> Vec<u8> {
        let mut sums = [f32::MIN; LABELS];
        sums[0] = 0.0;
        let mut came_from: Vec<[u8; LABELS]> = Vec::new();
        for at in run.tokens.clone() {
            let mut scores = [0.0f32; LABELS];
            for feature in course.of_token(at as usize, false) {
                let row = &fit.rows[(feature & NUMBER) as usize];
                scores[1..].iter_mut().zip(row).for_each(|(score, weight)| *score += weight);
            }
            let table = &fit.transitions[usize::from(course.gaps[at as usize])];
            let mut next = [f32::MIN; LABELS];
            let mut from = [0u8; LABELS];
            for label in 0..LABELS {
                for to in 0..LABELS {
                    if sums[label] > f32::MIN && follows(label as u8, to as u8) {
                        let sum = sums[label] + table[label][to] + scores[to];
                        if sum > next[to] {
                            next[to] = sum;
                            from[to] = label as u8;
                        }
                    }
                }
            }
            sums = next;
            came_from.push(from);
        }
        let mut label = (0..LABELS)
            .filter(|label| model::is_closed(*label as u8))
            .max_by(|a, b| sums[*a].total_cmp(&sums[*b]))
            .unwrap_or(0);
        let mut labels = vec![NONE; came_from.len()];
        for (at, from) in came_from.iter().enumerate().rev() {
            labels[at] = label as u8;
            label = usize::from(from[label]);
        }
        labels
    }
}
