//! The files of segments: whether they are there, and whether their bytes are those that were
//! written. The engine sums up each file when it writes it; a sum of 32 bits finds every change of
//! up to four bytes in a row.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use tantivy::Directory;
use tantivy::directory::footer::Footer;
use tantivy::directory::{ManagedDirectory, MmapDirectory};
use tantivy::index::{IndexMeta, SegmentComponent, SegmentMeta};

use super::{Damage, Examination, Mend};
use crate::caught::quietly;

/// The files of a segment.
pub(super) fn of_segment(segment: &SegmentMeta) -> Vec<PathBuf> {
    use SegmentComponent::{Delete, FastFields, FieldNorms, Positions, Postings, Store, Terms};
    let mut parts = vec![FastFields, FieldNorms, Positions, Postings, Store, Terms];
    if segment.has_deletes() {
        parts.push(Delete);
    }
    parts.into_iter().map(|part| segment.relative_path(part)).collect()
}

/// What is wrong with a file.
enum Fault {
    Missing,
    Changed,
    Unreadable(String),
}

impl Examination<'_> {
    /// Sums up all files of segments; gives the segments with one that is not as it was written.
    pub(super) fn sum_up(&mut self, meta: &IndexMeta) -> BTreeSet<String> {
        let all = meta.segments.iter().map(|s| (s.id().uuid_string(), of_segment(s)));
        let all: Vec<(String, Vec<PathBuf>)> = all.collect();
        let length = |file: &PathBuf| fs::metadata(self.dir.join(file)).map_or(0, |f| f.len());
        let bytes = all.iter().flat_map(|(_, files)| files).map(length).sum();
        self.progress.bytes.store(bytes, Ordering::Relaxed);
        self.found.bytes = bytes;
        let mut broken = BTreeSet::new();
        let directory = MmapDirectory::open(self.dir);
        let managed = directory.clone().ok().and_then(|d| ManagedDirectory::wrap(Box::new(d)).ok());
        let (Ok(directory), Some(managed)) = (directory, managed) else { return broken };
        for (segment, mut files) in all {
            // Who made the segment is known by its other files.
            files.sort_by_key(|file| is_list_of_removed(file));
            let mut made_by = None;
            for file in files {
                if self.stopped() {
                    return broken;
                }
                let length = fs::metadata(self.dir.join(&file)).map_or(0, |file| file.len());
                let fault = quietly(|| fault_of(&managed, &directory, &file, &mut made_by));
                let fault =
                    fault.unwrap_or_else(|panic| Some(Fault::Unreadable(panic.to_string())));
                self.progress.bytes_done.fetch_add(length, Ordering::Relaxed);
                self.found.files += 1;
                let Some(fault) = fault else { continue };
                broken.insert(segment.clone());
                let (damage, what) = match fault {
                    Fault::Missing => (Damage::MissingFile, "it is not there".to_owned()),
                    Fault::Changed => {
                        let what = "its bytes are not those that were written".to_owned();
                        (Damage::Checksum, what)
                    }
                    Fault::Unreadable(why) => {
                        (Damage::Checksum, format!("it cannot be read to its end: {why}"))
                    }
                };
                self.add(damage, file.to_string_lossy(), what, Mend::Segment(segment.clone()));
            }
        }
        broken
    }
}

/// What is wrong with a file, if anything is. `made_by` is the version that wrote the other files
/// of its segment, which all are written at once.
fn fault_of(
    managed: &ManagedDirectory,
    directory: &MmapDirectory,
    file: &Path,
    made_by: &mut Option<String>,
) -> Option<Fault> {
    let unreadable = |error: &dyn std::fmt::Display| Some(Fault::Unreadable(error.to_string()));
    match directory.exists(file) {
        Ok(true) => {}
        Ok(false) => return Some(Fault::Missing),
        Err(error) => return unreadable(&error),
    }
    match managed.validate_checksum(file) {
        Ok(true) => {}
        Ok(false) => return Some(Fault::Changed),
        Err(error) => return unreadable(&error),
    }
    // The end of a file, which its sum does not cover, says who wrote it, and nothing else.
    let end = match directory.open_read(file).map(Footer::extract_footer) {
        Ok(Ok((footer, _))) => format!("{:?}", footer.version),
        Ok(Err(error)) => return unreadable(&error),
        Err(error) => return unreadable(&error),
    };
    // Removals are written again and again, by whoever wrote last.
    if is_list_of_removed(file) {
        let known = *made_by == Some(end.clone()) || end == format!("{:?}", tantivy::version());
        return (!known).then_some(Fault::Changed);
    }
    (*made_by.get_or_insert_with(|| end.clone()) != end).then_some(Fault::Changed)
}

fn is_list_of_removed(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "del")
}
