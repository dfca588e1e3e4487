//! The main text of a page.
//!
//! Knows trees of elements; not what the page's head says.

mod cues;
mod names;
mod outline;

use dom_query::Document;

use crate::corpus::decode::clean_line;
use crate::corpus::{markup, paragraphs};
use names::Signs;
use outline::{Block, Element, Outline, Tag};

/// A main text shorter than this may be a teaser.
const SHORT: usize = 250;

/// What was found.
#[derive(Default)]
pub(in crate::corpus) struct MainText {
    /// Paragraphs and headings; empty where there is no text.
    pub(in crate::corpus) body: String,
}

/// Finds the main text of a page; `told` is the text that the page's head gives for the article.
pub(in crate::corpus) fn main_text(document: &Document, told: Option<&str>) -> MainText {
    let outline = Outline::of(document);
    let mut body = String::new();
    for strictness in [Strictness::Names, Strictness::Tags, Strictness::None] {
        let found = extract(&outline, strictness);
        if found.len() > body.len() * 2 {
            body = found;
        }
        if body.len() >= SHORT {
            break;
        }
    }
    if let Some(told) = told
        && told.len() > body.len() * knob("TOLD", 2) as usize + 250
    {
        let text = if markup::looks_like_html(told) { markup::html_to_text(told).unwrap_or_default() } else { paragraphs::paragraphs(&markup::unescape(told)) };
        if text.len() > body.len() * 3 / 2 { body = text; }
    }
    MainText { body }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strictness {
    None,
    Tags,
    Names,
}

/// How much a block looks like a paragraph of an article.
fn prose(outline: &Outline, block: &Block) -> i64 {
    let plain = block.plain() as i64;
    let tag = outline.elements[block.element].tag;
    if matches!(tag, Tag::Heading(_)) {
        return 0;
    }
    if block.linked * 100 > block.length * knob2(2) as usize {
        return -((block.length as i64).min(knob2(0)) / 2) - knob2(1);
    }
    if plain >= 30 && block.sentence {
        return plain;
    }
    if plain >= 80 {
        return plain * 7 / 10;
    }
    if tag == Tag::Paragraph && plain >= 30 { plain / 3 } else { -knob2(4) }
}

fn extract(outline: &Outline, strictness: Strictness) -> String {
    let blocks = &outline.blocks;
    let scores: Vec<i64> = blocks.iter().map(|b| prose(outline, b)).collect();
    let mut out = vec![false; blocks.len()];
    throw_out(outline, &scores, &mut out, strictness);
    let mut sums = vec![0_i64];
    let mut sum = 0;
    for (score, out) in scores.iter().zip(&out) {
        sum += if *out { 0 } else { *score };
        sums.push(sum);
    }
    let good: Vec<i64> = std::iter::once(0).chain(scores.iter().zip(&out).scan(0, |s, (x, o)| { *s += if *o { 0 } else { (*x).max(0) }; Some(*s) })).collect();
    let Some(root) = choose(outline, &sums, &good) else { return String::new() };
    write(outline, root, &scores, &out, &good)
}

fn throw_out(outline: &Outline, scores: &[i64], out: &mut [bool], strictness: Strictness) {
    let mut prose = vec![0_i64];
    let mut linked = vec![0_i64];
    let (mut sum, mut links) = (0, 0);
    for (score, block) in scores.iter().zip(&outline.blocks) {
        sum += (*score).max(0);
        links += block.linked as i64;
        prose.push(sum);
        linked.push(links);
    }
    let inside = |e: &Element| prose[e.blocks.end] - prose[e.blocks.start];
    let links = |e: &Element| linked[e.blocks.end] - linked[e.blocks.start];
    // Comments may be longer than what they are about.
    let mut at = 0;
    let mut total = sum.max(1);
    let mut commented = 0;
    while at < outline.elements.len() {
        let e = &outline.elements[at];
        if e.signs.any(Signs::COMMENTS) && e.tag != Tag::Body && inside(e) * 10 < sum * 9 {
            commented += inside(e);
            at = e.after;
        } else {
            at += 1;
        }
    }
    if total - commented > 200 {
        total -= commented;
    } else {
        commented = 0;
    }
    let largest = outline.elements.iter().filter(|e| e.tag == Tag::Article).map(|e| inside(e)).max().unwrap_or(0);
    let mut at = 0;
    while at < outline.elements.len() {
        let e = &outline.elements[at];
        let share = inside(e) * 100 / total;
        let by_tag = match e.tag {
            Tag::Nav => share < 60,
            Tag::Footer | Tag::Aside | Tag::Caption => share < 50,
            Tag::Figure => {
                share < 30
                    && !outline.elements[at..e.after].iter().take(20).any(|e| matches!(e.tag, Tag::Table | Tag::Quote | Tag::Preformatted))
            }
            Tag::Form | Tag::Address => share < 30,
            _ => false,
        };
        let signs = match e.tag {
            Tag::Body | Tag::Article | Tag::Main => Signs::NONE,
            Tag::Paragraph if inside(e) >= knob("PIN", 100) && links(e) * 4 < inside(e) => e.signs.only(Signs::COMMENTS.and(Signs::META).and(Signs::HIDDEN).and(Signs::CAPTION)),
            Tag::Quote => e.signs.only(Signs::COMMENTS.and(Signs::HIDDEN)),
            Tag::Heading(_) => e.signs.only(Signs::COMMENTS.and(Signs::HIDDEN).and(Signs::SHARE).and(Signs::FORM).and(Signs::RELATED)),
            _ => e.signs,
        };
        let by_name = {
            let strong = Signs::MENU.and(Signs::RELATED).and(Signs::SHARE).and(Signs::PROMOTION).and(Signs::LEGAL).and(Signs::FORM).and(Signs::HIDDEN);
            let weak = Signs::META.and(Signs::CAPTION);
            let positive = signs.any(Signs::TEXT);
            (signs.any(Signs::COMMENTS) && (commented > 0 || share < 50))
                || (signs.any(strong) && share < if positive { knob("POS", 5) } else { knob("STRONG", 40) })
                || (signs.any(Signs::TEASER) && share < 40 && links(e) > 0)
                || (signs.any(Signs::HIDDEN) && share < knob("HID", 70))
                || (knob("ARTS", 1) == 1 && e.tag == Tag::Article && share < knob("ARTSHARE", 15) && links(e) * 5 > inside(e) && largest * 2 > total)
                || (signs.any(weak) && share < if positive { knob("POSW", 5) } else { knob("WEAK", 15) })
        };
        if strictness > Strictness::None && by_tag || strictness == Strictness::Names && by_name {
            out[e.blocks.clone()].fill(true);
            at = e.after;
        } else {
            at += 1;
        }
    }
}

fn choose(outline: &Outline, sums: &[i64], prose: &[i64]) -> Option<usize> {
    let good = |e: &Element| prose[e.blocks.end] - prose[e.blocks.start];
    // The parts of an element that are named text: all of them, and the longest.
    let mut parts = vec![(0_i64, 0_i64); outline.elements.len()];
    let mut best: Option<(usize, i64)> = None;
    for (at, e) in outline.elements.iter().enumerate().rev() {
        let sum = sums[e.blocks.end] - sums[e.blocks.start];
        let named = e.signs.any(Signs::TEXT);
        let (all, longest) = parts[at];
        let value = if named {
            (sum * (4 - knob("NEG", 3)) + good(e) * knob("NEG", 3)) * knob("TEXT", 16) / 4
        } else {
            sum * 10 + (all - longest) * (knob("TEXT", 16) - 10) * knob("PARTS", 1)
        };
        if named { parts[at] = (good(e), good(e)); }
        if e.parent != at {
            let (all, longest) = parts[at];
            let of = &mut parts[e.parent];
            *of = (of.0 + all, of.1.max(longest));
        }
        // The deeper one where two are alike.
        if best.is_none_or(|(other, most)| value > most || value == most && other > at && outline.elements[at].after <= other) {
            best = Some((at, value));
        }
    }
    best.map(|(at, _)| at)
}

fn knob(name: &str, or: i64) -> i64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or)
}

/// The element around the root that holds little more text than it does.
fn around_root(outline: &Outline, root: usize, prose: &[i64]) -> usize {
    let inside = |e: &Element| prose[e.blocks.end] - prose[e.blocks.start];
    let most = inside(&outline.elements[root]) * knob("LEADMAX", 13) / 10 + 200;
    let mut at = root;
    loop {
        let parent = outline.elements[at].parent;
        if parent == at || inside(&outline.elements[parent]) > most {
            return at;
        }
        at = parent;
    }
}

fn write(outline: &Outline, root: usize, scores: &[i64], out: &[bool], prose: &[i64]) -> String {
    let inner = outline.elements[root].blocks.clone();
    let lead = if knob("LEAD", 1) == 1 { outline.elements[around_root(outline, root, prose)].blocks.start } else { inner.start };
    let range = lead..inner.end;
    let tag = |at: usize| outline.elements[outline.blocks[at].element].tag;
    // Lists and tables are one thing: an item that is a link stands in a list of text, and the
    // other way round.
    let density = |at: usize| -> (usize, usize) {
        let block = &outline.blocks[at];
        let own = (block.linked, block.length);
        if knob("LISTS", 1) == 0 { return own; }
        let list = outline.around(block).take(6).find(|e| matches!(outline.elements[*e].tag, Tag::List | Tag::Table));
        let Some(list) = list else { return own };
        let e = &outline.elements[list];
        if e.tag == Tag::Table && e.blocks.len() > 400 { return own; }
        let (mut linked, mut length) = (0, 0);
        for b in outline.blocks[e.blocks.clone()].iter().take(400) {
            linked += b.linked;
            length += b.length;
        }
        (linked, length)
    };
    let mut keep: Vec<bool> = Vec::new();
    for at in range.clone() {
        let block = &outline.blocks[at];
        if at < inner.start {
            let plain = block.plain();
            let head = knob("HEAD", 1) == 1 && outline.around(block).any(|e| { let e = &outline.elements[e]; e.tag == Tag::Header && outline.elements[e.parent].tag == Tag::Body });
            let long = match tag(at) { Tag::Heading(1) => 10_000, Tag::Heading(_) => 80, _ => 60 };
            keep.push(!out[at] && !head && plain >= long && block.sentence && block.linked * 4 < block.length);
            continue;
        }
        let in_header = outline.around(block).take(4).any(|e| outline.elements[e].tag == Tag::Header);
        let (linked, length) = density(at);
        keep.push(!out[at] && linked * 100 <= length * knob2(3) as usize && !(in_header && scores[at] < 40));
    }
    // The headline, and what stands above it.
    if let Some(first) = range.clone().find(|at| tag(*at) == Tag::Heading(1)) {
        let before: i64 = scores[range.start..first].iter().map(|s| (*s).max(0)).sum();
        let after: i64 = scores[first..range.end].iter().map(|s| (*s).max(0)).sum();
        if before * 10 < after {
            keep[..=first - range.start].fill(false);
        }
    }
    // A link between paragraphs.
    if knob("BETWEEN", 0) == 1 {
        for at in inner.clone().skip(1) {
            let i = at - range.start;
            if i + 1 >= keep.len() || keep[i] || out[at] || tag(at) != Tag::Paragraph { continue; }
            if keep[i - 1] && keep[i + 1] && scores[at - 1] > 30 && scores[at + 1] > 30 { keep[i] = true; }
        }
    }
    // What stands under a heading of other things.
    if knob("CUES", 1) == 1 {
        let total: i64 = range.clone().filter(|at| keep[*at - range.start]).map(|at| scores[at].max(0)).sum();
        let mut at = range.start;
        while at < range.end {
            let i = at - range.start;
            if !keep[i] || !cues::announces_other(outline.text(&outline.blocks[at])) { at += 1; continue; }
            keep[i] = false;
            let Tag::Heading(level) = tag(at) else { at += 1; continue };
            let until = (at + 1..range.end).find(|next| matches!(tag(*next), Tag::Heading(other) if other <= level)).unwrap_or(range.end);
            let under: i64 = (at + 1..until).filter(|at| keep[*at - range.start]).map(|at| scores[at].max(0)).sum();
            if under * 5 < total {
                keep[i..until - range.start].fill(false);
                at = until;
            } else { at += 1; }
        }
    }
    // A heading with nothing under it.
    let mut under = false;
    let mut dropped = true;
    for at in range.clone().rev() {
        let i = at - range.start;
        if matches!(tag(at), Tag::Heading(_)) {
            if keep[i] && !under && dropped {
                keep[i] = false;
            } else if keep[i] {
                (under, dropped) = (false, false);
            }
        } else if keep[i] {
            under = true;
        } else {
            dropped = true;
        }
    }
    for at in range.clone().rev() {
        let i = at - range.start;
        if !keep[i] { continue; }
        let block = &outline.blocks[at];
        if block.sentence || block.length >= 80 || matches!(tag(at), Tag::Item | Tag::Cell | Tag::Preformatted) {
            break;
        }
        keep[i] = false;
    }
    // Lines before the first paragraph.
    if knob("LINES", 1) > 0 {
        for at in range.clone() {
            let i = at - range.start;
            if !keep[i] { continue; }
            let block = &outline.blocks[at];
            if block.sentence || block.length >= 60 || matches!(tag(at), Tag::Item | Tag::Cell | Tag::Preformatted | Tag::Heading(_)) {
                break;
            }
            keep[i] = false;
        }
    }
    let mut text = String::new();
    for at in range.clone() {
        if keep[at - range.start] {
            let line = clean_line(outline.text(&outline.blocks[at]));
            if cues::is_credit(&line) || cues::is_about_article(&line) { continue }
            paragraphs::push_paragraph(&mut text, &line);
        }
    }
    text
}
fn knob2(i: usize) -> i64 {
    static K: std::sync::OnceLock<Vec<i64>> = std::sync::OnceLock::new();
    K.get_or_init(|| [("MINL", 40), ("LINKC", 5), ("DENS", 50), ("KDENS", 50), ("LOOSE", 0)].iter().map(|(n, v)| knob(n, *v)).collect())[i]
}
// DEBUG-BEGIN
pub(in crate::corpus) fn explain(document: &Document, segment: &str) -> String {
    let outline = Outline::of(document);
    let blocks = &outline.blocks;
    let scores: Vec<i64> = blocks.iter().map(|b| prose(&outline, b)).collect();
    let mut out = vec![false; blocks.len()];
    throw_out(&outline, &scores, &mut out, Strictness::Names);
    let mut sums = vec![0_i64];
    let mut sum = 0;
    for (score, out) in scores.iter().zip(&out) { sum += if *out { 0 } else { *score }; sums.push(sum); }
    let good: Vec<i64> = std::iter::once(0).chain(scores.iter().zip(&out).scan(0, |s, (x, o)| { *s += if *o { 0 } else { (*x).max(0) }; Some(*s) })).collect();
    let root = choose(&outline, &sums, &good).unwrap_or(0);
    let name = |e: usize| { let e = &outline.elements[e]; format!("{:?}[{}]{}", e.tag, e.signs.describe(), sums[e.blocks.end]-sums[e.blocks.start]) };
    let mut said = format!("root {} ", name(root));
    for (at, b) in blocks.iter().enumerate() {
        if outline.text(b).contains(segment) {
            let path: Vec<String> = outline.around(b).map(|e| if e == root { format!("ROOT {}", name(e)) } else { name(e) }).collect();
            said += &format!("\n      {} linked {}/{} in {}", if out[at] {"OUT"} else {"in"}, b.linked, b.length, path.join(" < "));
        }
    }
    said
}
// DEBUG-END
