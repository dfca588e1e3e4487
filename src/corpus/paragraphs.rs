//! Where the paragraphs of a plain text are.
//!
//! Knows line ends and line lengths only; neither formats nor articles. The result is what
//! [`Article::body`](crate::article::Article) asks for: paragraphs with one blank line between.

use super::decode::clean_text;

/// Text that was wrapped by hand or by a mail program keeps its lines shorter than this.
const WRAPPED: usize = 110;

/// Cleans `text` and puts its paragraphs apart.
///
/// Where blank lines separate paragraphs, the lines between them belong together, unless they are
/// too long to have been wrapped. Where there are none, each line is a paragraph, unless the lines
/// look wrapped.
#[must_use]
pub fn paragraphs(text: &str) -> String {
    from_clean(&clean_text(text))
}

/// The same for text that [`clean_text`] has cleaned.
#[must_use]
pub fn from_clean(clean: &str) -> String {
    let mut body = String::with_capacity(clean.len() + clean.len() / 32);
    if clean.contains("\n\n") {
        for block in clean.split("\n\n") {
            push_block(&mut body, block, is_wrapped_block(block));
        }
    } else {
        push_block(&mut body, clean, is_wrapped_text(clean));
    }
    body
}

/// The same for text whose paragraphs begin with an indented line, as agencies send it: all other
/// lines belong to the one before.
#[must_use]
pub fn indented(text: &str) -> String {
    let mut body = String::with_capacity(text.len());
    for block in clean_text(text).split("\n\n") {
        push_block(&mut body, block, true);
    }
    body
}

fn push_block(body: &mut String, block: &str, joined: bool) {
    let mut starts_paragraph = true;
    for line in block.lines() {
        // An indented line begins a paragraph in text that has no blank lines.
        let indented = line.starts_with("   ") || line.starts_with('\t');
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if starts_paragraph || !joined || indented {
            push_paragraph(body, line);
        } else {
            body.push(' ');
            push_words(body, line);
        }
        starts_paragraph = false;
    }
}

/// Adds a paragraph of one line to a body.
pub(super) fn push_paragraph(body: &mut String, line: &str) {
    let line = line.trim();
    if line.is_empty() {
        return;
    }
    if !body.is_empty() {
        body.push_str("\n\n");
    }
    push_words(body, line);
}

/// Adds a line with its runs of blanks as single spaces.
fn push_words(body: &mut String, line: &str) {
    if !line.contains('\t') && !line.contains("  ") {
        body.push_str(line);
        return;
    }
    let mut words = line.split_whitespace();
    body.extend(words.next());
    for word in words {
        body.push(' ');
        body.push_str(word);
    }
}

fn is_wrapped_block(block: &str) -> bool {
    block.lines().all(|line| line.len() <= WRAPPED || line.chars().count() <= WRAPPED)
}

/// No blank line anywhere: wrapped only if most lines end in the middle of a sentence and are
/// about as long as each other.
fn is_wrapped_text(text: &str) -> bool {
    if !is_wrapped_block(text) {
        return false;
    }
    let (mut lines, mut long, mut open) = (0, 0, 0);
    for line in text.lines() {
        let line = line.trim_end();
        lines += 1;
        long += usize::from(line.len() >= 50);
        open += usize::from(!line.ends_with(['.', '!', '?', ':', '"', '\u{201d}', ')']));
    }
    lines >= 4 && long * 10 >= lines * 6 && open * 10 >= lines * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_lines() {
        let long = "word ".repeat(40);
        let long = long.trim();
        let cases = [
            ("one\n\ntwo".to_owned(), "one\n\ntwo".to_owned()),
            ("wrapped here\nand there\n\nnext".into(), "wrapped here and there\n\nnext".into()),
            ("First line.\nSecond line.\nThird.".into(), "First line.\n\nSecond line.\n\nThird.".into()),
            (format!("{long}\n{long}\n\nend"), format!("{long}\n\n{long}\n\nend")),
            ("a  b\tc\n\n\n\nd".into(), "a b c\n\nd".into()),
            (
                "   The minister said late on Monday evening that the bridge\nwould stay shut until the last of the cracks had been found\nand mended by the engineers of the city, who have asked for\na further month to do so.\n   Traders were angry."
                    .into(),
                "The minister said late on Monday evening that the bridge would stay shut until the last of the cracks had been found and mended by the engineers of the city, who have asked for a further month to do so.\n\nTraders were angry."
                    .into(),
            ),
            (String::new(), String::new()),
        ];
        for (text, body) in cases {
            assert_eq!(paragraphs(&text), body, "{text:?}");
        }
    }
}
