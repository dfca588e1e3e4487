//! The files of an index, as the engine sees them: for a reader as one commit left them, for the
//! writer with permissions as the umask says.
//!
//! The engine's own directory locks a file for reading, which a read-only medium and another user's
//! index refuse, and reads `meta.json` anew each time it is asked, so that what is opened could
//! belong to two commits. A [`Snapshot`] does neither. In exchange nothing keeps the writer from
//! collecting a file that the snapshot is about to open; it notes that, and whoever opens begins again
//! with the newer commit ([`super::store`]).

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, WatchCallback, WatchHandle,
    WritePtr,
};

use super::lock::WriterLock;
use super::tables;

/// What a commit is written to, by the engine's name.
pub(super) const META: &str = "meta.json";
/// The engine's list of the files that it made, for the writer alone.
pub(super) const MANAGED: &str = ".managed.json";
/// What the name of a file starts with that is no part of the index: of the writer, or half written.
pub(super) const OURS: &str = ".dateline-";

/// The files of one commit. Nothing is written and nothing locked.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    files: MmapDirectory,
    meta: Arc<[u8]>,
    missing: Arc<Mutex<Option<PathBuf>>>,
}

impl Snapshot {
    /// The files of the commit that `meta` tells of.
    pub(super) fn new(files: MmapDirectory, meta: Vec<u8>) -> Self {
        Self { files, meta: meta.into(), missing: Arc::default() }
    }

    /// A file that was opened and was not there; one that the engine cannot do without, if there was
    /// such a one.
    pub(super) fn missing(&self) -> Option<PathBuf> {
        self.missing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, path: &Path) {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        let is_spare = |path: &Path| path.to_str().is_some_and(tables::is_table);
        if missing.as_deref().is_none_or(is_spare) {
            *missing = Some(path.to_owned());
        }
    }
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "the index is open for reading")
}

impl Directory for Snapshot {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path).inspect_err(|error| {
            // The engine makes do without some files, silently, where it should not.
            if matches!(error, OpenReadError::FileDoesNotExist(_)) {
                self.note(path);
            }
        })
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new(META) {
            return Ok(self.meta.to_vec());
        }
        if path == Path::new(MANAGED) {
            // A reader collects nothing, and may not be allowed to read it.
            return Err(OpenReadError::FileDoesNotExist(path.to_owned()));
        }
        self.files.atomic_read(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        if path == Path::new(META) { Ok(true) } else { self.files.exists(path) }
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(refused()), filepath: path.to_owned() })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(refused(), path.to_owned()))
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(refused())
    }
}

/// The files of an index whose writer's lock is held.
#[derive(Debug, Clone)]
pub(super) struct Written {
    files: MmapDirectory,
    lock: Arc<WriterLock>,
}

impl Written {
    pub(super) fn new(files: MmapDirectory, lock: WriterLock) -> Self {
        Self { files, lock: Arc::new(lock) }
    }
}

impl Directory for Written {
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == INDEX_WRITER_LOCK.filepath {
            return Ok(DirectoryLock::from(Box::new(Arc::clone(&self.lock))));
        }
        self.files.acquire_lock(lock)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        write_at_once(&self.lock.dir().join(path), data)
    }

    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.files.open_write(path)
    }
}

/// Puts a file in the place of another one, so that nobody sees half of it. The engine would do the
/// same with a file that only its owner may read.
pub(super) fn write_at_once(path: &Path, data: &[u8]) -> io::Result<()> {
    let dir = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(OURS);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask takes away from it, as from any new file.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut draft = builder.tempfile_in(dir)?;
    draft.write_all(data)?;
    draft.as_file().sync_data()?;
    draft.into_temp_path().persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tantivy::Index;
    use tantivy::directory::META_LOCK;

    use super::super::{State, Writer};
    use super::*;

    #[test]
    fn a_snapshot_tells_of_one_commit_and_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        let state = |tool: &str| State { tool: tool.to_owned(), ..State::new() };
        let mut writer = Writer::open(path, 1).unwrap();
        writer.commit(state("one")).unwrap();
        let files = MmapDirectory::open(path).unwrap();
        let snapshot = Snapshot::new(files, fs::read(path.join(META)).unwrap());
        let index = Index::open(snapshot.clone()).unwrap();
        writer.commit(state("two")).unwrap();
        writer.finish().unwrap();
        let names = || {
            let entries = fs::read_dir(path).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let before = names();
        for index in [index, Index::open(snapshot.clone()).unwrap()] {
            let payload = index.load_metas().unwrap().payload.unwrap();
            assert!(payload.contains("\"one\""), "{payload}");
            assert!(index.reader().is_ok());
        }
        let _lock = snapshot.acquire_lock(&META_LOCK).unwrap();
        assert!(snapshot.open_write(Path::new("x")).is_err());
        assert!(snapshot.atomic_write(Path::new(META), b"x").is_err());
        assert!(snapshot.delete(Path::new(META)).is_err());
        assert_eq!(names(), before);
    }

    #[test]
    fn of_what_is_missing_the_worst_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let snapshot = Snapshot::new(MmapDirectory::open(dir.path()).unwrap(), Vec::new());
        assert_eq!(snapshot.missing(), None);
        for (name, told) in [
            ("names.0123456789abcdef", "names.0123456789abcdef"),
            ("a.pos", "a.pos"),
            ("stories.0123456789abcdef", "a.pos"),
        ] {
            assert!(snapshot.open_read(Path::new(name)).is_err());
            assert_eq!(snapshot.missing().as_deref(), Some(Path::new(told)));
        }
    }
}
