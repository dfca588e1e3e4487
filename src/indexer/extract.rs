//! Articles straight from files, without an index: what indexing would make of them, and what one
//! article of an index was made from.
//!
//! Goes the way that [`sync`](super::sync) goes (walk, read, parse), so that what it says is what
//! is indexed; nothing is written.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};
use crossbeam_channel::{Sender, bounded};

use super::patience::Patience;
use super::roots::{absolute, root_of, walked};
use super::run::make_unique;
use super::survey::{self, Choice, Learnt, folder_of};
use super::way::parse_piece;
use super::{LeftOut, Manner};
use crate::article::Article;
use crate::backend::local::State;
use crate::corpus::read::{Limits, Piece, read, whole};
use crate::corpus::rules::RuleTree;
use crate::corpus::walk::{self, FileEntry, Found, walk_by};
use crate::corpus::{Furniture, PARSER_STACK, Parsed, Reading, Reason, Skipped};
use crate::schema::FileStamp;

/// What to extract articles from.
#[derive(Debug, Clone, Default)]
pub struct Extraction {
    /// Folders and files.
    pub files: Vec<PathBuf>,
    /// Text that was handed in, as if it were a file called `stdin`.
    pub handed_in: Option<Vec<u8>>,
    /// How to read them.
    pub manner: Manner,
    /// Threads that look for what repeats; at least 1.
    pub threads: usize,
    /// The present, for dates that lie in the future.
    pub now: jiff::Timestamp,
}

/// What comes out of a file.
enum Out {
    Article(Box<Article>),
    LeftOut(LeftOut),
}

/// Hands every article to `each`, in the order of files and of their records. Ids are those that
/// an index of the one folder or file would give; of several, keys begin with the path as given.
///
/// # Errors
/// If a file that was named is not there, or those of `each`, which end it.
pub fn extract(
    extraction: &Extraction,
    each: &mut dyn FnMut(Article) -> Result<()>,
) -> Result<Vec<LeftOut>> {
    let paths = absolute(&extraction.files)?;
    let mut roots = Vec::new();
    for (path, typed) in paths.into_iter().zip(&extraction.files) {
        let several = extraction.files.len() > 1;
        // A file's key is its own name: what stands before it is the folder.
        let before = if path.is_file() { typed.parent() } else { Some(typed.as_path()) };
        let mut prefix = before.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
        if !prefix.is_empty() && !prefix.ends_with('/') {
            prefix.push('/');
        }
        roots.push(walk::Root { path, prefix: if several { prefix } else { String::new() } });
    }
    let walking = extraction.manner.walking();
    let mut ruled = Vec::new();
    for root in roots {
        let rules = RuleTree::gather(&root, &walking)?;
        ruled.push((root, Arc::new(rules)));
    }
    let mut left_out = Vec::new();
    thread::scope(|scope| {
        let (send, receive) = bounded(64);
        let builder = thread::Builder::new().name("extract".to_owned()).stack_size(PARSER_STACK);
        let reader = builder.spawn_scoped(scope, move || read_all(extraction, &ruled, &send))?;
        let mut result = Ok(());
        for out in &receive {
            match out {
                Out::LeftOut(it) => left_out.push(it),
                Out::Article(article) => result = each(*article),
            }
            if result.is_err() {
                break;
            }
        }
        // The reader stops at the next piece when nobody takes its articles.
        drop(receive);
        reader.join().map_err(|_| anyhow!("the reading thread failed; please report it"))?;
        result
    })?;
    Ok(left_out)
}

fn read_all(extraction: &Extraction, roots: &[(walk::Root, Arc<RuleTree>)], send: &Sender<Out>) {
    let (reading, limits) = extraction.manner.clone().decided(extraction.now);
    let mut entries = Vec::new();
    for (root, rules) in roots {
        for found in walk_by(root, &extraction.manner.walking(), Arc::clone(rules)) {
            let left_out = match found {
                Found::File(entry) => {
                    entries.push(entry);
                    continue;
                }
                Found::Skipped(skipped) => skipped.into(),
                Found::UnreadableDir { path, reason, .. } => {
                    Skipped { path: path.to_string_lossy().into_owned(), reason }.into()
                }
                Found::Hidden | Found::LeftOut { .. } => continue,
            };
            if send.send(Out::LeftOut(left_out)).is_err() {
                return;
            }
        }
    }
    let reading = Arc::new(reading);
    let furniture = learnt_from(&entries, &reading, &limits, extraction.threads);
    let never = AtomicBool::new(false);
    let mut parser = Parser {
        reading,
        furniture: Arc::new(furniture),
        limit: limits.max_time,
        patience: Patience::new(limits.max_time, &never),
    };
    for entry in &entries {
        let mut ids = HashSet::new();
        let mut sent = true;
        let skipped = pieces_of(entry, &limits, &mut |piece| {
            let parsed = parser.parse(piece);
            let slow = parsed.as_ref().is_err();
            sent = give(parsed.unwrap_or_else(rejected), &mut ids, send);
            if sent && !slow { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let left_out = skipped.into_iter().map(|skipped| Out::LeftOut(skipped.into()));
        if !sent || left_out.into_iter().any(|out| send.send(out).is_err()) {
            return;
        }
    }
    if let Some(bytes) = &extraction.handed_in {
        match whole("stdin", bytes.clone(), &limits) {
            Ok(piece) => {
                let parsed = parser.parse(piece).unwrap_or_else(rejected);
                give(parsed, &mut HashSet::new(), send);
            }
            Err(reason) => {
                let _ = send.send(Out::LeftOut(Skipped::new("stdin", reason).into()));
            }
        }
    }
}

/// Parses with a limit of time, as a sync does.
struct Parser<'p> {
    reading: Arc<Reading>,
    furniture: Arc<Furniture>,
    limit: Duration,
    patience: Patience<'p, (), Parsed>,
}

impl Parser<'_> {
    /// What a piece comes to.
    ///
    /// # Errors
    /// Why its file is given up.
    fn parse(&mut self, piece: Piece) -> Result<Parsed, Skipped> {
        let place = piece.place();
        let (reading, furniture) = (Arc::clone(&self.reading), Arc::clone(&self.furniture));
        let parsed = self.patience.run(move |()| {
            let folder = folder_of(&piece.key).to_owned();
            parse_piece(&piece, &reading, &furniture, &folder)
        });
        match parsed {
            Ok(Some(parsed)) => Ok(parsed),
            Ok(None) => Err(Skipped::new(place, Reason::Slow { limit: self.limit })),
            Err(error) => Err(Skipped::new(place, Reason::Unreadable(error.to_string()))),
        }
    }
}

fn rejected(skipped: Skipped) -> Parsed {
    Parsed { skipped: vec![skipped], ..Parsed::default() }
}

/// What repeats in files, as a sync learns it of a folder. Of one page nothing can be learnt.
fn learnt_from(
    entries: &[FileEntry],
    reading: &Arc<Reading>,
    limits: &Limits,
    threads: usize,
) -> Furniture {
    let mut choice = Choice::default();
    for entry in entries {
        choice.offer(entry);
    }
    let files = choice.files();
    // Without threads nothing is learnt, and the articles are read all the same.
    let learnt = survey::survey(&files, reading, limits, threads, &AtomicBool::new(false));
    learnt.ok().flatten().unwrap_or_default()
}

fn pieces_of(
    entry: &FileEntry,
    limits: &Limits,
    sink: &mut dyn FnMut(Piece) -> ControlFlow<()>,
) -> Vec<Skipped> {
    read(entry, limits, &AtomicBool::new(false), sink).skipped
}

/// Hands on what came of a piece; whether anybody takes it.
fn give(parsed: Parsed, ids: &mut HashSet<u64>, send: &Sender<Out>) -> bool {
    for mut article in parsed.articles {
        make_unique(&mut article.id, ids);
        if send.send(Out::Article(Box::new(article))).is_err() {
            return false;
        }
    }
    parsed.skipped.into_iter().all(|skipped| send.send(Out::LeftOut(skipped.into())).is_ok())
}

/// An article read again from its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Again {
    /// The article as it is read now; `None` where the file no longer holds it, or is gone.
    pub article: Option<Article>,
    /// Where its file is or was.
    pub path: PathBuf,
    /// What became of the file since it was indexed.
    pub fate: Fate,
}

/// What became of a file since it was indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is as it was.
    AsItWas,
    /// It was written to.
    Changed,
    /// It is not there, or not where the index follows it any more.
    Gone,
}

/// Reads an article of an index again from the file that `stamp` tells of, in the manner in which
/// it was indexed.
///
/// # Errors
/// If no root of the index holds the file, or the system refuses a thread.
pub fn read_again(
    state: &State,
    stamp: &FileStamp,
    id: &str,
    now: jiff::Timestamp,
) -> Result<Again> {
    let path = root_of(&stamp.key, &state.roots);
    let root = state.roots.iter().find(|root| Some(&root.path) == path);
    let root = root.ok_or_else(|| {
        anyhow!("the index follows no folder that holds {}", stamp.key.escape_debug())
    })?;
    let manner = Manner::of(root);
    let walked = walked(root);
    let gone = || {
        let below = stamp.key.strip_prefix(&root.prefix).unwrap_or(&stamp.key);
        let path = if root.path.is_file() { root.path.clone() } else { root.path.join(below) };
        Again { article: None, path, fate: Fate::Gone }
    };
    // The walk gives what reading goes by, and a key that is not met is not read, wherever it
    // would lead.
    let rules = Arc::new(RuleTree::gather(&walked, &manner.walking())?);
    let entry = walk_by(&walked, &manner.walking(), rules).find_map(|found| match found {
        Found::File(entry) if entry.key == stamp.key => Some(entry),
        _ => None,
    });
    let Some(entry) = entry else { return Ok(gone()) };
    let touched = state.touched.iter().find(|file| file.key == stamp.key);
    let mtime_ns = touched.map_or(stamp.mtime_ns, |file| file.mtime_ns);
    let same = (entry.size, entry.mtime_ns) == (stamp.size, mtime_ns);
    let (reading, limits) = manner.decided(now);
    let never = AtomicBool::new(false);
    let mut parser = Parser {
        reading: Arc::new(reading),
        furniture: Arc::new(Learnt::read(&root.learnt).furniture),
        limit: limits.max_time,
        patience: Patience::new(limits.max_time, &never),
    };
    let mut article = None;
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("extract".to_owned()).stack_size(PARSER_STACK);
        let reader = builder.spawn_scoped(scope, || {
            let mut ids = HashSet::new();
            pieces_of(&entry, &limits, &mut |piece| {
                let Ok(parsed) = parser.parse(piece) else { return ControlFlow::Break(()) };
                for mut found in parsed.articles {
                    make_unique(&mut found.id, &mut ids);
                    if found.id == id {
                        article = Some(found);
                        return ControlFlow::Break(());
                    }
                }
                ControlFlow::Continue(())
            });
        })?;
        reader.join().map_err(|_| anyhow!("the reading thread failed; please report it"))
    })?;
    let fate = if same { Fate::AsItWas } else { Fate::Changed };
    Ok(Again { article, path: entry.path, fate })
}
