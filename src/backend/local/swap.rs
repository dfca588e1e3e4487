//! Building an index beside another one and putting it in its place.
//!
//! Whatever ends a run on the way, the old index or the new one stands in its directory. Where the
//! system can exchange two directories in one step, nothing is ever in between; elsewhere there are
//! two renames, and who finds that a run was ended between them finishes what it had begun.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use super::directory::{META, OURS};
use super::store::exists;
use super::tables;

/// Where an index is built.
const NEW: &str = ".new";
/// Where the old one goes before the new one comes in its place.
const OLD: &str = ".old";
/// How long a run that is between two renames right now is given.
const BETWEEN: Duration = Duration::from_millis(200);

/// Makes the directory of an index where there is none.
///
/// # Errors
/// If it cannot be made.
pub fn make_dir(dir: &Path) -> Result<()> {
    settle(dir)?;
    fs::create_dir_all(dir).map_err(|error| {
        anyhow!(
            "cannot make the index directory {}: {error}; choose another place with `--index DIR`",
            dir.display()
        )
    })
}

/// An empty place beside an index, on the same disk, to build another in. Whoever asks holds the
/// writer's lock of the index.
///
/// # Errors
/// If the directory holds what [`replace`] would not keep, or if what an earlier attempt left
/// beside it cannot be removed.
pub fn beside(dir: &Path) -> Result<PathBuf> {
    refuse_others(dir)?;
    let place = sibling(dir, NEW);
    discard(&place)?;
    Ok(place)
}

/// Refuses a directory with files or folders that are no part of an index.
///
/// # Errors
/// If it has any, or cannot be listed.
pub fn refuse_others(dir: &Path) -> Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))? {
        let entry = entry.with_context(|| format!("cannot list {}", dir.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let hidden = name.starts_with('.');
        if entry.path().is_file() && (hidden || is_part(&name)) {
            continue;
        }
        bail!(
            "{} holds other files than those of an index ({}); move them out, or choose another \
             directory",
            dir.display(),
            name.escape_debug()
        );
    }
    Ok(())
}

/// Whether a file is called as the engine calls the parts of an index.
pub(super) fn is_part(name: &str) -> bool {
    let (stem, _) = name.split_once('.').unwrap_or_default();
    name == META
        || tables::is_table(name)
        || (stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Removes a directory that [`beside`] gave, with what was built in it.
///
/// # Errors
/// If it cannot be removed, or holds what is no part of an index.
pub fn discard(dir: &Path) -> Result<()> {
    if dir.is_dir() {
        refuse_others(dir)?;
        fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    Ok(())
}

/// Removes what runs that were ended left beside an index. Whoever asks holds its writer's lock.
pub(super) fn tidy(dir: &Path) {
    for ending in [NEW, OLD] {
        // It takes room and does no harm; the next run tries again.
        let _ = discard(&sibling(dir, ending));
    }
    for entry in fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok) {
        let name = entry.file_name();
        let draft = name.to_str().and_then(|name| name.strip_prefix(OURS));
        if draft.is_some_and(|draft| draft != "writer") {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Puts the index `new` in the place of `dir`. Hidden files of the user's (a .gitignore) stay.
///
/// # Errors
/// If the disk refuses; then the old index stands where it stood, and the new one is at `new`.
pub fn replace(dir: &Path, new: &Path) -> Result<()> {
    let failed = || {
        format!(
            "cannot put {} in the place of {}, which is as it was",
            new.display(),
            dir.display()
        )
    };
    // What is meant by a link or by `.` is what moves.
    let dir = &dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let old = sibling(dir, OLD);
    discard(&old)?;
    if !dir.exists() {
        fs::rename(new, dir).with_context(failed)?;
        return Ok(());
    }
    keep_hidden(dir, new).with_context(failed)?;
    let left = match exchange(dir, new) {
        Ok(()) => new,
        Err(_) => {
            fs::rename(dir, &old).with_context(failed)?;
            if let Err(error) = fs::rename(new, dir)
                // Somebody who wanted to open it may have finished this.
                && !exists(dir)
            {
                fs::rename(&old, dir).with_context(|| stranded(dir, &old))?;
                return Err(error).with_context(failed);
            }
            &old
        }
    };
    sync_parent(dir);
    discard(left)
}

/// Copies the user's own files from one index to another.
fn keep_hidden(dir: &Path, new: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let shown = name.to_string_lossy();
        let not_theirs = shown.starts_with(".tantivy")
            || shown.starts_with(OURS)
            || shown == ".managed.json"
            || tables::is_draft(&shown);
        if shown.starts_with('.') && !not_theirs && entry.path().is_file() {
            fs::copy(entry.path(), new.join(&name))?;
        }
    }
    Ok(())
}

/// Exchanges two directories in one step.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Makes it last that an index was put in a place. Where the system cannot, it will do so by itself in
/// time.
fn sync_parent(dir: &Path) {
    let parent = dir.parent().and_then(|parent| fs::File::open(parent).ok());
    let _ = parent.map(|parent| parent.sync_all());
}

/// Finishes what [`replace`] had begun where it was ended between its two renames.
///
/// # Errors
/// If the disk refuses; the message says what to do by hand.
pub(super) fn settle(dir: &Path) -> Result<()> {
    let (new, old) = (sibling(dir, NEW), sibling(dir, OLD));
    // The old one is moved away only when the new one is complete.
    if dir.exists() || !exists(&old) {
        return Ok(());
    }
    std::thread::sleep(BETWEEN);
    let whole = if exists(&new) { &new } else { &old };
    match fs::rename(whole, dir) {
        Ok(()) => Ok(()),
        Err(_) if exists(dir) => Ok(()),
        Err(error) => Err(anyhow!(error).context(stranded(dir, whole))),
    }
}

fn stranded(dir: &Path, whole: &Path) -> String {
    format!(
        "the index in {} was being replaced when the run was ended; rename {} to {}",
        dir.display(),
        whole.display(),
        dir.display()
    )
}

/// A hidden directory beside another one, with its name and an ending.
fn sibling(dir: &Path, ending: &str) -> PathBuf {
    // A relative `.` or `..` has no name of its own.
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let mut name = std::ffi::OsString::from(".");
    name.push(dir.file_name().unwrap_or_default());
    name.push(ending);
    dir.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory that looks like an index of so many.
    fn made(dir: &Path, number: u8) {
        fs::create_dir(dir).unwrap();
        fs::write(dir.join(META), [number]).unwrap();
    }

    fn number(dir: &Path) -> u8 {
        fs::read(dir.join(META)).unwrap()[0]
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_index_takes_the_place_of_the_old_one_and_of_none() {
        for there in [true, false] {
            let world = tempfile::tempdir().unwrap();
            let dir = world.path().join("index");
            if there {
                made(&dir, 1);
                fs::write(dir.join(".gitignore"), "*").unwrap();
                fs::write(dir.join(".dateline-writer"), "").unwrap();
            }
            let new = beside(&dir).unwrap();
            made(&new, 2);
            replace(&dir, &new).unwrap();
            assert_eq!((number(&dir), names(world.path())), (2, vec!["index".to_owned()]));
            assert_eq!(dir.join(".gitignore").exists(), there);
            assert!(!dir.join(".dateline-writer").exists());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_an_index_stays_a_link() {
        let world = tempfile::tempdir().unwrap();
        let far = world.path().join("far");
        fs::create_dir(&far).unwrap();
        made(&far.join("index"), 1);
        let link = world.path().join("link");
        std::os::unix::fs::symlink(far.join("index"), &link).unwrap();
        let new = beside(&link).unwrap();
        made(&new, 2);
        replace(&link, &new).unwrap();
        assert!(link.is_symlink());
        assert_eq!((number(&link), names(&far)), (2, vec!["index".to_owned()]));
    }

    #[test]
    fn a_swap_that_was_cut_off_is_finished() {
        type There = &'static [(&'static str, u8)];
        // What there is when it is opened, and which index then stands there.
        let cases: [(There, Option<u8>); 6] = [
            (&[("index", 1), (".index.new", 2)], Some(1)),
            (&[(".index.old", 1), (".index.new", 2)], Some(2)),
            (&[("index", 2), (".index.old", 1)], Some(2)),
            (&[(".index.old", 1)], Some(1)),
            // Never was one there, and the new one may not be whole.
            (&[(".index.new", 2)], None),
            (&[], None),
        ];
        for (there, expect) in cases {
            let world = tempfile::tempdir().unwrap();
            for (name, number) in there {
                made(&world.path().join(name), *number);
            }
            let dir = world.path().join("index");
            settle(&dir).unwrap();
            assert_eq!(dir.exists().then(|| number(&dir)), expect, "{there:?}");
            if expect.is_some() {
                tidy(&dir);
                assert_eq!(names(world.path()), ["index"], "{there:?}");
            }
        }
    }

    #[test]
    fn what_is_no_index_is_never_removed() {
        let world = tempfile::tempdir().unwrap();
        let dir = world.path().join("index");
        made(&dir, 1);
        let other = world.path().join(".index.new");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("letter.txt"), "mine").unwrap();
        assert!(beside(&dir).unwrap_err().to_string().contains("letter.txt"));
        tidy(&dir);
        assert!(other.join("letter.txt").exists());
    }

    #[test]
    fn drafts_go_and_the_name_of_the_writer_stays() {
        let world = tempfile::tempdir().unwrap();
        let dir = world.path().join("index");
        made(&dir, 1);
        for name in [".dateline-x7Gh2p", ".dateline-writer", ".since.mine"] {
            fs::write(dir.join(name), "").unwrap();
        }
        tidy(&dir);
        assert_eq!(names(&dir), [".dateline-writer", ".since.mine", META]);
    }
}
