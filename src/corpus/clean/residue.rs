//! Blocks of a text that are no part of its article: forms, buttons, appeals, credits, links and
//! headlines of other stories, as they come along when text is scraped off a page.
//!
//! Knows what such blocks say ([`phrases`](super::phrases)) and where they stand; neither formats
//! nor sources. Blocks go whole or stay whole, and where it is unsure they stay: a story about
//! cookies says what a cookie notice says, but among other sentences, in quotes, or reported.

use std::ops::Range;
use std::sync::LazyLock;

use super::blocks::{self, Block};
use super::phrase_finder::PhraseFinder;
use super::phrases::{Kind, PHRASES, Place};
use crate::article::{Article, DroppedFor};
use crate::words;

/// How many blocks are the head of a text, and how many its foot.
const HEAD: usize = 3;
const FOOT: usize = 12;
/// Longer blocks are paragraphs, whatever they say, in bytes.
const LONGEST: usize = 600;
/// The longest block that one phrase inside it gives away.
const LONGEST_INSIDE: usize = 320;
/// The longest block that its first words give away.
const LONGEST_START: usize = 220;
/// The longest block made of labels.
const LONGEST_LABELS: usize = 200;
/// What stands between a caption and its credit.
const APART: [char; 13] = ['.', '(', '[', '/', '|', '-', '–', '—', ';', '©', '"', '!', '?'];
/// How much may stand behind a credit: the name of whom it credits.
const LONGEST_NAME: usize = 90;
/// The longest headline.
const LONGEST_HEADLINE: usize = 150;
/// The longest heading over an appeal.
const LONGEST_HEADING: usize = 80;
/// Most headlines of other stories that are taken for such.
const MOST_HEADLINES: usize = 12;

/// A caption of so many words tells something that a reader of bare text would miss.
const TELLING_CAPTION: usize = 14;

/// Takes the blocks out of an article that are none of it. Of a page, which shows its pictures, all
/// captions go; of bare text only those that tell little.
pub(in crate::corpus) fn strip(article: &mut Article, is_page: bool) {
    let blocks: Vec<Block> = blocks::of(&article.body);
    if blocks.len() < 2 {
        return;
    }
    let count = blocks.len();
    let judge = |(at, block): (usize, &Block<'_>)| {
        // Long ones are residue at the head and foot only.
        let edge = at < HEAD || at + FOOT >= count;
        let looked_at = block.text.len() <= if edge { LONGEST } else { LONGEST_INSIDE };
        if looked_at { judge(block.text) } else { Judged::default() }
    };
    let judged: Vec<Judged> = blocks.iter().enumerate().map(judge).collect();
    let mut out = Sorting { blocks: &blocks, judged: &judged, why: vec![None; blocks.len()] };
    if judged.iter().any(|judged| judged.told.is_some()) {
        out.drop_sure();
        out.drop_edges();
        out.drop_company();
        out.drop_said_twice();
        out.drop_listed_headlines();
        out.drop_last_heading();
    }
    out.drop_last_headlines(article.title.as_deref().unwrap_or_default());
    let mut why = out.why;
    if !is_page {
        keep_telling_captions(&blocks, &mut why);
    }
    if why.iter().any(Option::is_some) {
        blocks::take_out(article, &why);
    }
}

/// Keeps the captions that tell something, but for those of a picture that is shown twice: what
/// they begin with, or all of them, goes at another place, too.
fn keep_telling_captions(blocks: &[Block<'_>], why: &mut [Option<DroppedFor>]) {
    let caption = Some(DroppedFor::Caption);
    let gone: Vec<usize> = (0..blocks.len()).filter(|at| why[*at] == caption).collect();
    for &at in &gone {
        let text = blocks[at].text;
        let twice = gone.iter().any(|other| {
            let said = blocks[*other].text.trim_end_matches(|c: char| !c.is_alphanumeric());
            *other != at && text.starts_with(said)
        });
        if !twice && words::count(text) >= TELLING_CAPTION {
            why[at] = None;
        }
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
    phrases: PhraseFinder,
    meaning: Vec<(Kind, Place)>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    // A phrase may stand in several places of the table; each is found by itself.
    let mut phrases = Vec::new();
    let mut meaning = Vec::new();
    for (kind, place, of_kind) in PHRASES {
        for phrase in *of_kind {
            phrases.push(*phrase);
            meaning.push((*kind, *place));
        }
    }
    Known { phrases: PhraseFinder::new(phrases), meaning }
});

/// A phrase found in a block.
struct Found {
    range: Range<usize>,
    kind: Kind,
    place: Place,
}

fn judge(block: &str) -> Judged {
    let text = normalised(block);
    let mut found: Vec<Found> = Vec::new();
    KNOWN.phrases.find(&text, |number, range| {
        let (kind, place) = KNOWN.meaning[number];
        found.push(Found { range, kind, place });
    });
    if found.is_empty() {
        return Judged::default();
    }
    found.sort_by_key(|found| found.range.end);
    let weak = found.iter().find(|f| f.place == Place::Weak && !reports(&text)).map(|f| f.kind);
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
    let (mut hard, mut gaps) = (false, 0);
    let mut seen: Vec<&str> = Vec::new();
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
            let label_text = &text[label.range.clone()];
            if !seen.contains(&label_text) {
                seen.push(label_text);
            }
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
    // "No, no, no" is one word said often.
    let count = seen.len();
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
    let credits = found.iter().filter(|f| f.place == Place::Tail);
    credits.rev().any(|f| is_credit(text, &f.range)).then_some((Kind::Credit, Sureness::Sure))
}

fn is_credit(text: &str, credit: &Range<usize>) -> bool {
    let name = text[credit.end..].trim_matches(|c: char| !c.is_alphanumeric());
    let before = text[..credit.start].trim_end();
    // Behind a credit stands a name, not a sentence that goes on.
    let marked = text[credit.clone()].ends_with(':');
    let ends = name.len() <= if marked { LONGEST_NAME } else { 30 } && !name.contains(". ");
    // "She works for Getty Images" names no picture, and "Best picture: none" is a row of a list:
    // a credit stands apart from what the picture shows.
    let apart = before.is_empty()
        || before.ends_with(APART)
        || text[credit.clone()].starts_with(['(', '[', '/', '©']);
    let quoted = before.matches('"').count() % 2 == 1;
    ends && apart && !quoted && !before.contains("://") && !reports(before)
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
            '!'..='_' | 'a'..='~' => text.push(c.to_ascii_lowercase()),
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
                let credit = caption.strip_prefix(said).map(str::trim_start);
                // All of the caption but the credit, not a heading that it happens to begin with.
                let twice = credit.is_some_and(|rest| {
                    rest.is_empty() || (rest.starts_with(APART) && rest.len() <= 2 * LONGEST_NAME)
                });
                if said.len() >= 20 && twice {
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

    /// A heading with nothing under it but an appeal, a form or an offer belongs to that.
    fn drop_last_heading(&mut self) {
        let Some(at) = (1..self.blocks.len()).rev().find(|at| !self.gone(*at)) else { return };
        let Some((kind, _)) = self.told(at + 1).or(self.weak(at + 1)) else { return };
        let over = matches!(kind, Kind::Appeal | Kind::SignUp | Kind::Comments | Kind::Cookies);
        let text = self.blocks[at].text;
        let heading = text.len() <= LONGEST_HEADING && !ends_sentence(text);
        // A label needs no heading; a paragraph has one.
        if over && heading && self.blocks[at + 1].text.len() > LONGEST_HEADING {
            self.drop(at, kind);
        }
    }

    fn weak(&self, at: usize) -> Option<(Kind, Sureness)> {
        Some((self.judged.get(at)?.weak?, Sureness::Edge))
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
    // Nothing to compare is too little to judge by.
    (there * 100_usize).checked_div(all).unwrap_or(100)
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '\u{201d}', '\u{2019}', '»', ')', ' '])
        .ends_with(['.', '!', '?', '…'])
}

/// Short, and no sentence.
fn is_headline(text: &str) -> bool {
    let words = text.split_whitespace().count();
    text.len() <= LONGEST_HEADLINE
        && words >= 4
        && text.starts_with(|c: char| c.is_alphabetic() || "'\"\u{2018}\u{201c}«¿¡•►".contains(c))
        && !text.ends_with(':')
        && !text.contains('@')
        // Who helped with this story.
        && !text.to_lowercase().starts_with("contribut")
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

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "The council closed the old bridge on Tuesday after engineers had found cracks in two of its piers, and nobody knows for how long.";
    const LAST: &str = "Traders on the left bank asked for help, as most of their customers come over the river, and the mayor promised it by Friday.";

    /// What is left out of an article that has these blocks between its paragraphs.
    fn between(blocks: &[&str]) -> Vec<String> {
        left_out(&format!("{FIRST}\n\n{}\n\n{LAST}", blocks.join("\n\n")))
    }

    /// The same for blocks behind the last paragraph.
    fn at_foot(blocks: &[&str]) -> Vec<String> {
        left_out(&format!("{FIRST}\n\n{LAST}\n\n{FIRST}\n\n{LAST}\n\n{}", blocks.join("\n\n")))
    }

    fn left_out(body: &str) -> Vec<String> {
        let mut article = Article { body: body.into(), ..Article::default() };
        strip(&mut article, true);
        article.dropped.into_iter().map(|dropped| dropped.text).collect()
    }

    #[test]
    fn such_blocks_go_wherever_they_stand() {
        let blocks = [
            "Share",
            "Share this article",
            "Leave a Reply",
            "Facebook Twitter WhatsApp",
            "ADVERTISEMENT",
            "Enable notifications OK No thanks",
            "12 Comments Share Print",
            "Story continues below advertisement",
            "Your email address will not be published. Required fields are marked *",
            "Read more: Ferry crews walk out over new rota",
            "Click here to see all our pictures of the flood.",
            "Sign up for our newsletter and get the news of the valley every morning.",
            "We use cookies to make this site better. By continuing to browse you accept them.",
            "Support our journalism with a small gift each month.",
            "Follow us on Facebook and Instagram",
            "Photo: Ann Lee / Valley Post",
            "The bridge seen from the quay. Photo credit: Ann Lee",
            "Engineers at work on Tuesday. (Bo Ek/Getty Images)",
            "Copyright 2025 Valley Post. All rights reserved.",
            "This article was originally published by the Valley Post.",
            // German
            "Lesen Sie auch: Streik auf der Fähre",
            "Anzeige",
            "Foto: dpa",
            "Die Brücke am Dienstag. Foto: A. Lee/dpa",
            "Alle Rechte vorbehalten.",
            "Ihre E-Mail-Adresse wird nicht veröffentlicht. Erforderliche Felder sind mit * markiert",
            "Teilen",
            "Wir verwenden Cookies, um diese Seite zu verbessern.",
            // French
            "À lire aussi : La grève des ferries",
            "Laisser un commentaire",
            "Tous droits réservés",
            "Inscrivez-vous à notre newsletter",
            "Crédit photo : Ann Lee",
            "Partager",
            // Spanish
            "Lea también: Huelga en el ferry",
            "Deja un comentario",
            "Suscríbete a nuestro boletín",
            "Todos los derechos reservados",
            "Compartir",
            "Foto: EFE",
            // Italian
            "Leggi anche: Sciopero dei traghetti",
            "Lascia un commento",
            "Condividi",
            "Riproduzione riservata",
            "Pubblicità",
            // Portuguese
            "Leia também: Greve na balsa",
            "Deixe um comentário",
            "Compartilhe",
            "Continua após a publicidade",
            "Foto: Ann Lee/Divulgação",
            // Dutch
            "Lees ook: Staking op de veerboot",
            "Geef een reactie",
            "Deel dit artikel",
            "Advertentie",
            "Schrijf je in voor onze nieuwsbrief",
            // Polish
            "Czytaj także: Strajk na promie",
            "Dodaj komentarz",
            "Udostępnij",
            "Fot. Jan Nowak",
            "Zapisz się na newsletter i czytaj nas codziennie",
            "Reklama",
            // Russian and Ukrainian
            "Читайте также: Забастовка на пароме",
            "Оставить комментарий",
            "Поделиться",
            "Подписывайтесь на наш канал в Telegram",
            "Фото: Анна Ли",
            "Все права защищены",
            "Читайте також: Страйк на поромі",
            "Залишити коментар",
            "Поділитися",
            "Підписуйтесь на наш канал у Telegram",
            "Підтримайте нас",
        ];
        for block in blocks {
            assert_eq!(between(&[block]), [block]);
        }
    }

    #[test]
    fn news_of_such_things_stays() {
        let stories = [
            "The mayor said that readers could leave a reply on the council's page until Sunday.",
            "Donations for the families of the drowned passed a million on Monday, the Red Cross said.",
            "The charity asked for every donation, big or small, to be sent by the end of the month.",
            "The court ruled that the site had broken the law, as it uses cookies without asking.",
            "\"We use cookies, like everybody else,\" the company's lawyer told the court.",
            "The newsletter had 40,000 subscribers when its founder sold it to a rival last spring.",
            "Users who share posts on Facebook more than ten times a day are twice as likely to be bots.",
            "Copyright law protects a photograph for seventy years after its maker's death.",
            "All rights in the film, reserved for the heirs, were sold at auction for two million.",
            "Facebook, Twitter and WhatsApp were down for three hours on Monday.",
            "Photographs of the bridge were shown to the court, and the judge asked who had taken them.",
            "She worked for Getty Images for ten years before she founded the agency.",
            "Best picture: \"The Long Quay\"",
            "Total acting credits: 49",
            "No, no, no.",
            "He told the crowd to \"support independent journalism\" and was cheered.",
            "The advertisement was shown before the film and drew two hundred complaints.",
            "The comments section was closed in 2019 after threats against two reporters.",
            "Read more books, the minister told the pupils, and you will write better ones.",
            "Follow the river for two miles and you will come to the mill.",
            "Related diseases such as measles spread for the same reason.",
            "Die Spenden für die Opfer der Flut haben zwei Millionen Euro erreicht, sagte der Landrat.",
            "Das Gericht entschied über Cookies und verlangte eine ausdrückliche Zustimmung der Nutzer.",
            "Le tribunal a jugé que le site devait demander l'accord des lecteurs avant de poser des cookies.",
            "El donativo más grande llegó de una lectora de 92 años, según el periódico.",
            "Пожертвования в пользу пострадавших превысили миллион, сообщил фонд.",
        ];
        for story in stories {
            assert_eq!(between(&[story]), [""; 0], "{story}");
            assert_eq!(at_foot(&[story]), [""; 0], "{story}");
        }
    }

    #[test]
    fn an_appeal_goes_whole() {
        let appeal = [
            "Keep the Valley in the News",
            "Every morning our newsroom goes out for you. Independent journalism costs money, and your support pays for it, from no company and no party.",
            "Please consider making a donation. Large or small, it keeps us going.",
            "Support us by bank transfer",
            "Thank you for reading!",
            "Share",
            "Leave a comment",
            "Name Email Website",
        ];
        assert_eq!(at_foot(&appeal), appeal);
    }

    #[test]
    fn a_caption_said_twice_goes_twice() {
        let caption = [
            "The old bridge seen from the quay on Tuesday.",
            "The old bridge seen from the quay on Tuesday. Photo credit: City of Northwall",
        ];
        assert_eq!(between(&caption), caption);
        let heading =
            ["The old bridge", "The old bridge, built in 1910, seen on Tuesday. Photo: Ann Lee"];
        assert_eq!(between(&heading), heading[1..]);
    }

    #[test]
    fn headlines_of_other_stories() {
        let listed = [
            "Related articles",
            "Ferry crews walk out over new rota",
            "Tunnel to cost twice as much",
        ];
        assert_eq!(at_foot(&listed), listed);
        let bare = [
            "Harvest Festival Draws Record Crowds to Sedder Valley.",
            "Minister Urges Hospitals to Hire Nurses From Abroad.",
        ];
        assert_eq!(at_foot(&bare), bare);
        // Unsure: they stay.
        assert_eq!(at_foot(&bare[..1]), [""; 0]);
        assert_eq!(
            at_foot(&[
                "Council Closes Bridge After Engineers Found Cracks",
                "Mayor Promised Traders Help by Friday in Council"
            ]),
            [""; 0]
        );
        let list = format!(
            "{FIRST}\n\nThe winners of the evening were these:\n\n{}\n\n{}",
            bare[0], bare[1]
        );
        assert_eq!(left_out(&list), [""; 0]);
    }

    #[test]
    fn two_labels_of_headings_need_company() {
        assert_eq!(between(&["Facebook"]), [""; 0]);
        assert_eq!(at_foot(&["Facebook", "Twitter"]), ["Facebook", "Twitter"]);
        assert_eq!(between(&["Share", "Facebook"]), ["Share", "Facebook"]);
    }

    #[test]
    fn most_of_a_text_stays_whatever_it_says() {
        let form = "Leave a Reply\n\nYour email address will not be published. Required fields are marked *\n\nThank you.";
        assert_eq!(left_out(form), [""; 0]);
        assert_eq!(left_out("Share"), [""; 0]);
    }

    #[test]
    fn phrases_are_as_blocks_are_read() {
        for (kind, place, phrases) in PHRASES {
            for phrase in *phrases {
                assert_eq!(normalised(phrase), *phrase, "{kind:?} {place:?}");
                assert_eq!(phrase.trim(), *phrase, "{kind:?} {place:?}");
            }
        }
    }
}
