//! The identity of the open `SQLite` file.

use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use leopard_core::Failure;

/// An open database file. If the file is deleted, renamed or replaced, the open one has no name any more,
/// and later writes are lost when the process ends.
#[derive(Debug)]
pub(in crate::sql) struct DatabaseFile {
    path: PathBuf,
    /// Device and inode.
    identity: (u64, u64),
}

impl DatabaseFile {
    /// Remembers the file at this path.
    pub(in crate::sql) fn at(path: &Path) -> Result<Self, Failure> {
        let identity = identity(path)
            .map_err(|error| Failure::Unavailable(format!("{}: {error}", path.display())))?;
        Ok(Self { path: path.to_owned(), identity })
    }

    /// Checks that the path still leads to the same file, without opening it: closing it again would
    /// release the locks of this process.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] says what happened to the file.
    pub(in crate::sql) fn verify(&self) -> Result<(), Failure> {
        let happened = match identity(&self.path) {
            Ok(identity) if identity == self.identity => return Ok(()),
            Ok(_) => "was replaced by another file".to_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                "was deleted or renamed".to_owned()
            }
            Err(error) => format!("cannot be looked at: {error}"),
        };
        let path = self.path.display();
        Err(Failure::Unavailable(format!(
            "the database file {path} {happened} while it was open: nothing is written any more; \
             put the file back, or stop the server and restore a backup"
        )))
    }
}

fn identity(path: &Path) -> std::io::Result<(u64, u64)> {
    let metadata = path.metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn verdict(file: &DatabaseFile) -> String {
        match file.verify() {
            Err(Failure::Unavailable(text)) => text,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn verify_refuses_missing_or_replaced_file_and_accepts_the_original_again() {
        let folder = tempfile::tempdir().unwrap();
        let [path, aside] = ["store.db", "aside.db"].map(|name| folder.path().join(name));
        fs::write(&path, "one").unwrap();
        let file = DatabaseFile::at(&path).unwrap();
        fs::write(&path, "written").unwrap();
        assert_eq!(file.verify(), Ok(()));

        fs::rename(&path, &aside).unwrap();
        assert!(verdict(&file).contains("deleted or renamed"));
        fs::write(&path, "other").unwrap();
        assert!(verdict(&file).contains("replaced"));
        fs::rename(&aside, &path).unwrap();
        assert_eq!(file.verify(), Ok(()));
    }
}
