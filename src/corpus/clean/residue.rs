//! Blocks of a text that are no part of its article: forms, buttons, appeals, credits, links and
//! headlines of other stories, as they come along when text is scraped off a page.
//!
//! Knows what such blocks say ([`phrases`](super::phrases)) and where they stand; neither formats
//! nor sources. Blocks go whole or stay whole, and where it is unsure they stay: a story about
//! cookies says what a cookie notice says, but among other sentences, in quotes, or reported.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::blocks::{self, Block};
use super::phrases::{Kind, PHRASES, Place};
use crate::article::{Article, DroppedFor};

/// Longer blocks are paragraphs, whatever they say, in bytes.
const LONGEST: usize = 600;
/// The longest block that one phrase inside it gives away.
const LONGEST_INSIDE: usize = 320;
/// The longest block that its first words give away.
const LONGEST_START: usize = 220;
/// The longest block made of labels.
const LONGEST_LABELS: usize = 200;
/// How much may stand behind a credit: the name of whom it credits.
const LONGEST_NAME: usize = 90;
/// The longest headline.
const LONGEST_HEADLINE: usize = 150;
/// Most headlines of other stories that are taken for such.
const MOST_HEADLINES: usize = 12;

/// Takes the blocks out of an article that are none of it.
pub(in crate::corpus) fn strip(article: &mut Article) {
    let blocks: Vec<Block> = blocks::of(&article.body);
    if blocks.len() < 2 {
        return;
    }
    let judged: Vec<Judged> = blocks.iter().map(|block| judge(block.text)).collect();
    let mut out = Sorting { blocks: &blocks, judged: &judged, why: vec![None; blocks.len()] };
    if judged.iter().any(|judged| judged.told.is_some()) {
        out.drop_sure();
        out.drop_edges();
        out.drop_company();
        out.drop_said_twice();
        out.drop_listed_headlines();
    }
    out.drop_last_headlines(article.title.as_deref().unwrap_or_default());
    let why = out.why;
    if why.iter().any(Option::is_some) {
        blocks::take_out(article, &why);
    }
}

/// What a block is by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Judged {
    /// What its phrases tell, if they tell enough.
    told: Option<(Kind, Sureness)>,
    /// What it may be beside a block that is sure.
    weak: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sureness {
    /// Goes at the head or foot, or beside one that goes.
    Edge,
    /// Goes wherever it stands.
    Sure,
}

struct Known {
    phrases: AhoCorasick,
    meaning: Vec<(Kind, Place)>,
}

static KNOWN: LazyLock<Option<Known>> = LazyLock::new(|| {
    // A phrase may stand in several places of the table; each is found by itself.
    let mut patterns = Vec::new();
    let mut meaning = Vec::new();
    for (kind, place, phrases) in PHRASES {
        for phrase in *phrases {
            patterns.push(*phrase);
            meaning.push((*kind, *place));
        }
    }
    let phrases = AhoCorasick::builder().match_kind(MatchKind::Standard).build(patterns).ok()?;
    Some(Known { phrases, meaning })
});

/// A phrase found in a block.
struct Found {
    range: Range<usize>,
    kind: Kind,
    place: Place,
}

fn judge(block: &str) -> Judged {
    let Some(known) = KNOWN.as_ref().filter(|_| block.len() <= LONGEST) else {
        return Judged::default();
    };
    let text = normalised(block);
    let mut found: Vec<Found> = Vec::new();
    for hit in known.phrases.find_overlapping_iter(&text) {
        let range = hit.start()..hit.end();
        if !stands_alone(&text, &range) {
            continue;
        }
        let (kind, place) = known.meaning[hit.pattern().as_usize()];
        found.push(Found { range, kind, place });
    }
    if found.is_empty() {
        return Judged::default();
    }
    let weak = found.iter().find(|f| f.place == Place::Weak).map(|f| f.kind);
    let weak = weak.filter(|_| !reports(&text));
    let told = labels(&text, &found)
        .or_else(|| start(&text, &found))
        .or_else(|| tail(&text, &found))
        .or_else(|| inside(&text, &found));
    Judged { told, weak }
}

/// A block made of labels: "Share", "Facebook Twitter E-mail", "Enable notifications OK No thanks".
fn labels(text: &str, found: &[Found]) -> Option<(Kind, Sureness)> {
    if text.len() > LONGEST_LABELS {
        return None;
    }
    // The longest label at each place, from the left.
    let mut at = 0;
    let mut first: Option<Kind> = None;
    let (mut hard, mut count) = (false, 0);
    let mut gaps = 0;
    while at < text.len() {
        let best = found
            .iter()
            .filter(|f| matches!(f.place, Place::Label | Place::SoftLabel) && f.range.start == at)
            .max_by_key(|f| (f.range.end, f.place == Place::Label));
        if let Some(label) = best {
            hard |= label.place == Place::Label;
            first = match (first, label.place) {
                (None, _) => Some(label.kind),
                (kind, _) => kind,
            };
            count += 1;
            at = label.range.end;
            continue;
        }
        // What joins labels, and numbers of shares and comments.
        let rest = &text[at..];
        let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if word.is_empty() {
            at += rest.chars().next().map_or(1, char::len_utf8);
        } else if word.bytes().all(|b| b.is_ascii_digit()) {
            at += word.len();
        } else if JOINING.contains(&word) {
            gaps += 1;
            at += word.len();
        } else {
            return None;
        }
    }
    let kind = first.filter(|_| gaps <= count)?;
    // A question is a heading: "More?" asks, a button does not.
    let asks = text.ends_with('?') && count == 1;
    let sure = (hard || count >= 3) && !asks;
    Some((kind, if sure { Sureness::Sure } else { Sureness::Edge }))
}

/// Words between labels.
const JOINING: &[&str] = &[
    "on", "or", "and", "via", "to", "with", "by", "in", "the", "this", "us", "it", "our", "auf",
    "und", "oder", "per", "sur", "et", "ou", "en", "y", "o", "e", "su", "no", "op", "na", "i",
    "lub", "в", "на", "и", "і", "та", "a", "k",
];

/// A block that begins as such blocks do.
fn start(text: &str, found: &[Found]) -> Option<(Kind, Sureness)> {
    let opening = text.find(char::is_alphanumeric)?;
    let first = |f: &&Found| {
        matches!(f.place, Place::Start | Place::EdgeStart)
            // Brackets, bullets and arrows may stand before it; © is a sign itself.
            && (f.range.start <= opening && !text[..f.range.start].contains('"'))
    };
    let best = found.iter().filter(first).max_by_key(|f| (f.place == Place::Start, f.range.end))?;
    if text.len() > LONGEST_START || reports(text) {
        return None;
    }
    // Several sentences are a paragraph that happens to begin so, but credits come in several.
    if best.kind != Kind::Credit && sentences(text) > 2 {
        return None;
    }
    let sure = best.place == Place::Start;
    Some((best.kind, if sure { Sureness::Sure } else { Sureness::Edge }))
}

/// A caption: what a picture shows, and whose it is at the end.
fn tail(text: &str, found: &[Found]) -> Option<(Kind, Sureness)> {
    if text.len() > LONGEST_INSIDE {
        return None;
    }
    let credit = found.iter().rfind(|f| f.place == Place::Tail)?;
    let name = text[credit.range.end..].trim_matches(|c: char| !c.is_alphanumeric());
    let before = &text[..credit.range.start];
    // Behind a credit stands a name, not a sentence that goes on.
    if name.len() > LONGEST_NAME || name.contains(". ") || reports(before) {
        return None;
    }
    let marked = text[credit.range.clone()].ends_with(':');
    let ends = name.len() <= 30 || marked;
    // "She works for Getty Images" names no picture: the credit stands apart from the sentence.
    let apart = before
        .trim_end()
        .ends_with(['.', '(', '[', '/', '|', '-', '–', '—', ':', ';', '©', '"', ',', '!', '?'])
        || text[credit.range.clone()].starts_with(['(', '[', '/', '©'])
        || before.is_empty()
        || marked;
    let quoted = before.matches('"').count() % 2 == 1;
    (ends && apart && !quoted).then_some((Kind::Credit, Sureness::Sure))
}

/// A block that says what only such blocks say.
fn inside(text: &str, found: &[Found]) -> Option<(Kind, Sureness)> {
    if reports(text) {
        return None;
    }
    let said = |f: &&Found| {
        f.place == Place::Inside && text[..f.range.start].matches('"').count().is_multiple_of(2)
    };
    let first = found.iter().find(said)?;
    let kind = first.kind;
    let apart = |f: &&Found| {
        f.kind == kind
            && f.range.start >= first.range.end
            && matches!(f.place, Place::Inside | Place::Weak)
    };
    let another = found.iter().any(|f| apart(&f));
    // What may be a sentence of an article, however alike.
    let short = text.len() <= LONGEST_INSIDE;
    match (short, another) {
        (true, _) | (false, true) => Some((kind, Sureness::Sure)),
        (false, false) => Some((kind, Sureness::Edge)),
    }
}

/// Whether somebody is reported to have said or done something: then it is the article's.
fn reports(text: &str) -> bool {
    const SAID: &[&str] = &[
        " said",
        " says",
        " told ",
        " added",
        " wrote",
        " asked",
        " announced",
        " according to ",
        " claimed",
        " warned",
        " argued",
        " reported",
        " sagte",
        " sagt ",
        " erklärte",
        " teilte",
        " schrieb",
        " a déclaré",
        " a dit",
        " affirme",
        " explique",
        " selon ",
        " dijo",
        " declaró",
        " afirmó",
        " según ",
        " ha detto",
        " ha dichiarato",
        " secondo ",
        " disse",
        " afirmou",
        " segundo ",
        " zei ",
        " zegt",
        " volgens ",
        " powiedział",
        " według ",
        " сказал",
        " заявил",
        " сообщил",
        " сказав",
        " заявив",
        " повідомив",
        " за словами",
    ];
    SAID.iter().any(|word| text.contains(word))
}

/// Lower case, single spaces, straight quotes.
fn normalised(block: &str) -> String {
    if block.is_ascii() && !block.contains("  ") {
        return block.to_ascii_lowercase();
    }
    let mut text = String::with_capacity(block.len());
    for c in block.chars() {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '`' => text.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '«' | '»' => text.push('"'),
            '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
            c if c.is_whitespace() => {
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            c => text.extend(c.to_lowercase()),
        }
    }
    text
}

/// Whether a phrase is no part of a longer word.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let phrase = &text[range.clone()];
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let before = letter(phrase.chars().next()) && letter(text[..range.start].chars().next_back());
    let after = letter(phrase.chars().next_back()) && letter(text[range.end..].chars().next());
    !before && !after
}

/// About how many sentences a block has.
fn sentences(text: &str) -> usize {
    1 + text.matches(". ").count() + text.matches("! ").count() + text.matches("? ").count()
}

/// The blocks of an article being sorted.
struct Sorting<'a> {
    blocks: &'a [Block<'a>],
    judged: &'a [Judged],
    why: Vec<Option<DroppedFor>>,
}

impl Sorting<'_> {
    fn told(&self, at: usize) -> Option<(Kind, Sureness)> {
        self.judged.get(at)?.told
    }

    fn gone(&self, at: usize) -> bool {
        self.why.get(at).is_some_and(Option::is_some)
    }

    fn drop(&mut self, at: usize, kind: Kind) {
        let why = if kind == Kind::Credit { DroppedFor::Caption } else { DroppedFor::Phrase };
        if let Some(slot) = self.why.get_mut(at) {
            *slot = Some(why);
        }
    }

    fn drop_sure(&mut self) {
        for at in 0..self.blocks.len() {
            if let Some((kind, Sureness::Sure)) = self.told(at) {
                self.drop(at, kind);
            }
        }
    }

    /// From the head and from the foot, as long as nothing else stands between.
    fn drop_edges(&mut self) {
        let count = self.blocks.len();
        for at in (0..count).rev().take_while(|at| self.told(*at).is_some()).collect::<Vec<_>>() {
            if let Some((kind, _)) = self.told(at) {
                self.drop(at, kind);
            }
        }
        for at in (0..count).take_while(|at| self.told(*at).is_some()).collect::<Vec<_>>() {
            if let Some((kind, _)) = self.told(at) {
                self.drop(at, kind);
            }
        }
    }

    /// Beside one that goes, half a sign is enough.
    fn drop_company(&mut self) {
        let count = self.blocks.len();
        for at in 1..count {
            self.drop_beside(at, at - 1);
        }
        for at in (0..count.saturating_sub(1)).rev() {
            self.drop_beside(at, at + 1);
        }
    }

    fn drop_beside(&mut self, at: usize, neighbour: usize) {
        if self.gone(at) || !self.gone(neighbour) {
            return;
        }
        let judged = self.judged[at];
        let beside = self.judged[neighbour];
        if let Some((kind, _)) = judged.told {
            self.drop(at, kind);
        } else if let Some(kind) = judged.weak
            && (beside.weak == Some(kind) || beside.told.is_some_and(|(other, _)| other == kind))
        {
            self.drop(at, kind);
        }
    }

    /// A caption without its credit often stands before the caption.
    fn drop_said_twice(&mut self) {
        for at in 0..self.blocks.len() {
            if self.why[at] != Some(DroppedFor::Caption) {
                continue;
            }
            let caption = normalised(self.blocks[at].text);
            for beside in [at.checked_sub(1), Some(at + 1)].into_iter().flatten() {
                let Some(block) = self.blocks.get(beside).filter(|_| !self.gone(beside)) else {
                    continue;
                };
                let said = normalised(block.text);
                let said = said.trim_end_matches(|c: char| !c.is_alphanumeric());
                if said.len() >= 20 && caption.starts_with(said) {
                    self.drop(beside, Kind::Credit);
                }
            }
        }
    }

    /// What stands under "Related articles", as far as it is headlines.
    fn drop_listed_headlines(&mut self) {
        let count = self.blocks.len();
        let mut at = 0;
        while at < count {
            let heading = matches!(self.told(at), Some((Kind::MoreLinks, _)))
                && self.gone(at)
                // Not a button that happens to stand there, and in the latter half.
                && at * 2 >= count;
            at += 1;
            if !heading {
                continue;
            }
            let listed = (at..count)
                .take_while(|at| !self.gone(*at) && is_headline(self.blocks[*at].text))
                .count();
            let end = at + listed;
            if (1..=MOST_HEADLINES).contains(&listed) && (end == count || self.gone(end)) {
                self.why[at..end].fill(Some(DroppedFor::OtherHeadline));
            }
            at = end.max(at);
        }
    }

    /// Headlines of other stories at the foot, with no word to tell them but their capitals.
    fn drop_last_headlines(&mut self, title: &str) {
        let mut run = Vec::new();
        let mut among_residue = false;
        for at in (0..self.blocks.len()).rev() {
            if self.gone(at) {
                among_residue = true;
            } else if is_in_title_case(self.blocks[at].text) {
                run.push(at);
            } else {
                // A list is announced; headlines of other stories stand there unannounced.
                let announced = self.blocks[at].text.trim_end().ends_with(':');
                let prose = ends_sentence(self.blocks[at].text);
                if announced || !prose {
                    return;
                }
                break;
            }
        }
        let first = run.iter().copied().min().unwrap_or_default();
        if first == 0 || run.len() > MOST_HEADLINES || (run.len() < 2 && !among_residue) {
            return;
        }
        let mut rest = title.to_lowercase();
        for at in 0..first {
            if !self.gone(at) {
                rest.push(' ');
                rest.push_str(&self.blocks[at].text.to_lowercase());
            }
        }
        // One alone must have nothing at all to do with the article.
        let most = if run.len() < 2 { 0 } else { 40 };
        if run.iter().all(|at| shared(self.blocks[*at].text, &rest) <= most) {
            for at in run {
                self.why[at] = Some(DroppedFor::OtherHeadline);
            }
        }
    }
}

/// How many of a headline's long words a text holds, in percent.
fn shared(headline: &str, text: &str) -> usize {
    let lower = headline.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= 5);
    let (mut all, mut there) = (0, 0);
    for word in words {
        all += 1;
        there += usize::from(text.contains(word));
    }
    if all == 0 { 100 } else { there * 100 / all }
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '\u{201d}', '\u{2019}', '»', ')', ' '])
        .ends_with(['.', '!', '?', '…'])
}

/// Short, and no sentence.
fn is_headline(text: &str) -> bool {
    let words = text.split_whitespace().count();
    text.len() <= LONGEST_HEADLINE
        && words >= 3
        && (!ends_sentence(text) || is_in_title_case(text) || text.ends_with('?'))
}

/// As English headlines are set: "Iraq Welcomes Recognition by Several Countries".
fn is_in_title_case(text: &str) -> bool {
    let opens = text.chars().next().is_some_and(char::is_uppercase);
    if text.len() > LONGEST_HEADLINE
        || !opens
        || text.contains([':', '(', '"', '\u{201c}', '/', '=', '|'])
    {
        return false;
    }
    let (mut words, mut long, mut capital, mut shouted) = (0, 0, 0, 0);
    for word in text.split_whitespace() {
        words += 1;
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        if letters >= 4 {
            long += 1;
            capital += usize::from(
                word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase),
            );
            shouted += usize::from(!word.chars().any(char::is_lowercase));
        }
    }
    (5..=18).contains(&words) && long >= 4 && capital * 10 >= long * 9 && shouted * 2 < long
}
