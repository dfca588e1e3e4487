//! Whether an index is sound and has what its folders have, and what puts it right.
//!
//! What is wrong with the index is the backend's to find; here its articles are made once more as
//! indexing makes them, and its files are held against those of the folders. Files that changed
//! since the last run are nothing wrong: they are counted.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use anyhow::{Result, bail};

use super::plan::Plan;
use super::progress::Lap;
use super::roots::{Chosen, choose_roots, expect_there, root_of};
use super::way::cut_up;
use super::{Manner, Options, Progress, Report, Stages, sync};
use crate::analysis::Termer;
use crate::article::Article;
use crate::backend::local::{
    self, CheckProgress, Examined, Known, Mending, Problem, State, Waiting,
};

/// What to check, and how.
#[derive(Debug, Clone)]
pub struct CheckOptions<'o> {
    /// Where the index stands.
    pub index: &'o Path,
    /// Leaves out what takes long: comparing every article with its text.
    pub quick: bool,
    /// Threads that compare; at least 1.
    pub threads: usize,
}

/// What a check found.
#[derive(Debug)]
pub struct Checkup {
    /// What is wrong, and what was looked at.
    pub found: Examined,
    /// The files of the folders; `None` where the record of the index is damaged.
    pub account: Option<Account>,
    /// Why the folders could not be looked into, where that is so.
    pub unaccounted: Option<String>,
}

/// Every file of the folders and of the index, counted once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// In the index as they are.
    pub indexed: u64,
    /// Remembered to have no article, as they are.
    pub barren: u64,
    /// Not read to their end when the last run was stopped.
    pub partial: u64,
    /// Changed since they were read.
    pub changed: u64,
    /// New since the last run.
    pub new: u64,
    /// In the index, and gone from the folders.
    pub vanished: u64,
    /// In the index, of folders that are not there to be looked into.
    pub out_of_reach: u64,
    /// These folders.
    pub roots_missing: Vec<String>,
    /// Files and folders that could not be read.
    pub unreadable: u64,
}

/// What a repair did.
#[derive(Debug)]
pub struct Repair {
    /// What was wrong before.
    pub before: Vec<Problem>,
    /// What was taken out.
    pub mending: Mending,
    /// How many files of articles were marked to be read again; those that the index no longer
    /// knows are read as new ones.
    pub marked: u64,
    /// What the run that read them did.
    pub report: Report,
    /// The index as it is now.
    pub after: Checkup,
}

/// Checks an index.
///
/// # Errors
/// If it cannot be checked: there is none, another version made it, or it cannot be read.
pub fn check(
    options: &CheckOptions<'_>,
    progress: &CheckProgress,
    stop: &AtomicBool,
) -> Result<Checkup> {
    let roots = RootsOfIndex::of(options.index);
    let remake = |article: &Article, key: &str, termer: &mut Termer| {
        let finds_names = roots.find_names(key)?;
        Some(cut_up(article, finds_names, termer, &mut Lap::begin(), &Stages::default()))
    };
    let remake: Option<&local::Remake<'_>> = if options.quick { None } else { Some(&remake) };
    let found = local::examine(options.index, remake, options.threads, progress, stop)?;
    let (account, unaccounted) = match &found.state {
        Some(state) => match account(state, &found.known) {
            Ok(account) => (Some(account), None),
            Err(error) => (None, Some(format!("{error:#}"))),
        },
        None => (None, None),
    };
    Ok(Checkup { found, account, unaccounted })
}

/// How the files of an index were read.
struct RootsOfIndex(State);

impl RootsOfIndex {
    fn of(index: &Path) -> Self {
        // Whether it opens, the examination tells.
        Self(local::state_of_index(index).unwrap_or_default())
    }

    /// Whether the articles of a file were looked through for names; `None` where a run that
    /// changed that was stopped, so that some were and some were not.
    fn find_names(&self, key: &str) -> Option<bool> {
        let path = root_of(key, &self.0.roots)?;
        let root = self.0.roots.iter().find(|root| root.path == *path)?;
        root.settled.then(|| Manner::of(root).finds_names())
    }
}

/// Holds the files that the index knows against those of its folders.
fn account(state: &State, known: &HashMap<String, Known>) -> Result<Account> {
    let mut account = Account::default();
    let there = |path: &Path| expect_there(path).is_ok();
    let mut here = state.clone();
    here.roots.retain(|root| there(&root.path));
    let missing = state.roots.iter().filter(|root| !there(&root.path));
    account.roots_missing = missing.map(|r| r.path.to_string_lossy().into_owned()).collect();
    let is_here = |key: &str| {
        let root = root_of(key, &state.roots);
        root.is_some_and(|root| here.roots.iter().any(|one| one.path == *root))
    };
    let of_here: HashMap<String, Known> = known
        .iter()
        .filter(|(key, _)| is_here(key))
        .map(|(key, file)| (key.clone(), file.clone()))
        .collect();
    account.out_of_reach = (known.len() - of_here.len()) as u64;
    if here.roots.is_empty() {
        return Ok(account);
    }
    let roots: Vec<Chosen> = choose_roots(&here, &[], &Manner::default())?;
    let (mut report, progress) = (Report::default(), Progress::default());
    let plan = Plan::make(&here, &roots, &of_here, &HashSet::new(), &mut report, &progress);
    let partial: HashSet<&str> = state.partial.iter().map(String::as_str).collect();
    let barren: HashSet<&str> = state.barren.iter().map(|file| file.key.as_str()).collect();
    for file in &plan.to_read {
        let key = file.entry.key.as_str();
        let count = if partial.contains(key) {
            &mut account.partial
        } else if of_here.contains_key(key) || barren.contains(key) {
            &mut account.changed
        } else {
            &mut account.new
        };
        *count += 1;
    }
    account.barren = plan.barren.len() as u64;
    account.indexed = report.files_unchanged - account.barren;
    account.vanished = plan.vanished.len() as u64;
    account.unreadable =
        report.skipped.iter().filter(|left| left.code == "unreadable").count() as u64;
    Ok(account)
}

/// Checks an index, takes out what is wrong, reads again what was of it, and checks once more.
/// Where nothing is wrong, or only building anew helps, nothing is done and `None` stands in
/// place of what was done.
///
/// # Errors
/// As [`check`] and [`sync`]; also if a folder that the index follows is not there, since what is
/// taken out could not be read again.
pub fn repair(
    options: &CheckOptions<'_>,
    sync_options: &Options,
    progress: (&CheckProgress, &Progress),
    stop: &AtomicBool,
) -> Result<(Checkup, Option<Repair>)> {
    let (check_progress, sync_progress) = progress;
    let mut first = check(options, check_progress, stop)?;
    let Some(mending) = Mending::of(&first.found.problems) else { return Ok((first, None)) };
    if first.found.problems.is_empty() || first.found.interrupted {
        return Ok((first, None));
    }
    if let Some(account) = &first.account
        && let Some(missing) = account.roots_missing.first()
    {
        bail!(
            "cannot repair the index in {}: {missing}, which it follows, is not there to be read \
             again; bring it back",
            options.index.display()
        );
    }
    let waiting = Waiting { told: sync_progress.on_wait, stop };
    let Some(marked) = local::mend(options.index, &mending, waiting)? else {
        first.found.interrupted = true;
        return Ok((first, None));
    };
    let report = sync(sync_options, sync_progress, stop)?;
    let after = check(options, &CheckProgress::default(), stop)?;
    let before = first.found.problems.clone();
    Ok((first, Some(Repair { before, mending, marked, report, after })))
}
