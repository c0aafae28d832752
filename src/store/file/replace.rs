//! Reads, locks and replaces a file.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::error::FileError;

/// How many symbolic links are followed, as on Linux.
const MAX_LINKS: usize = 40;

/// Reads a file; a missing one is empty.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        result => at(path, result),
    }
}

/// A file that nobody else replaces.
pub(super) struct LockedFile {
    path: PathBuf,
    /// Unlocked when it is closed.
    _lock: File,
}

impl LockedFile {
    /// Waits for the lock of a file. The lock is a file of its own, because the file itself is
    /// replaced. It stays: if it was removed, two processes could hold a lock each.
    pub(super) fn lock(path: &Path) -> Result<Self, FileError> {
        let path = without_links(path);
        let lock_path = with_suffix(&path, ".lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let lock = at(&lock_path, private(&mut options).open(&lock_path))?;
        at(&lock_path, lock.lock())?;
        Ok(Self { path, _lock: lock })
    }

    pub(super) fn read(&self) -> Result<Vec<u8>, FileError> {
        read(&self.path)
    }

    /// Replaces the file as a whole, or leaves it as it is.
    pub(super) fn replace(&self, contents: &[u8]) -> Result<(), FileError> {
        // Renaming would replace a device or a pipe by a file.
        if fs::metadata(&self.path).is_ok_and(|metadata| !metadata.is_file()) {
            let error = io::Error::new(ErrorKind::InvalidInput, "not a regular file");
            return at(&self.path, Err(error));
        }
        // A name that no other program gives its own files.
        let temporary = with_suffix(&self.path, ".gingersnap.tmp");
        // What a process has left that was killed.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != ErrorKind::NotFound => at(&temporary, Err(error))?,
            _ => {}
        }
        let written = write_new(&temporary, contents);
        if let Err(error) = at(&temporary, written)
            .and_then(|()| at(&self.path, fs::rename(&temporary, &self.path)))
        {
            let _ = fs::remove_file(&temporary);
            return Err(error);
        }
        self.sync_folder();
        Ok(())
    }

    /// Makes the renaming durable. A failure is ignored, as in `SQLite`: the file is complete, and not
    /// every file system can do this.
    #[cfg(unix)]
    fn sync_folder(&self) {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
            let _ = folder.sync_all();
        }
    }

    #[cfg(not(unix))]
    fn sync_folder(&self) {}
}

/// Writes a file that must not be there, and waits until it is on the disk.
fn write_new(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = private(options.write(true).create_new(true)).open(path)?;
    file.write_all(contents)?;
    file.sync_all()
}

/// Makes the files that are created readable by their owner only.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;

    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Follows symbolic links, also to a file that does not exist yet. Processes that use one file by
/// different links share its lock, and a link stays a link.
fn without_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(target) = fs::read_link(&path) else { break };
        path = match path.parent() {
            Some(folder) => folder.join(target),
            None => target,
        };
    }
    path
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, FileError> {
    result.map_err(|source| FileError::Io { path: path.to_owned(), source })
}
