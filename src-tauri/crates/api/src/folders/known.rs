//! Workflows that moved while the application was closed: gone from where they were seen last, and somewhere else with the same
//! content. Where two files could be the one nothing is done.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use store::Store;
use wire::{Failure, Notice};

use crate::backend::Inner;
use crate::failure::of_store;
use crate::host::Host;
use crate::time::now;
use crate::workspace::text;

/// The files of workflows that were seen before, and what was in them then.
pub(crate) type Known = HashMap<PathBuf, u64>;

/// What a text is, as a number that stays the same over versions of the application.
pub(crate) fn content_of(text: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(text).into();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

pub(crate) fn known(store: &Store) -> Result<Known, Failure> {
    let files = store.read(|db| db.known_files()).map_err(of_store)?;
    Ok(files.into_iter().map(|(path, content)| (PathBuf::from(path), content.cast_unsigned())).collect())
}

pub(crate) fn note(store: &Store, path: &Path, content: u64) {
    let path = text(path);
    store.write(
        move |db| db.note_known_file(&path, content.cast_signed(), now()),
        |result| {
            if let Err(error) = result {
                tracing::warn!(%error, "a file that moves later will not be known again");
            }
        },
    );
}

impl<H: Host> Inner<H> {
    /// A workflow was opened, saved or read again: what is in its file is remembered. One that was never seen before may be one
    /// that is gone from elsewhere.
    pub(crate) fn saw(&self, path: Option<&str>) {
        let (Ok(store), Some(path)) = (self.store(), path.map(Path::new)) else { return };
        let Ok(content) = std::fs::read_to_string(path).map(|text| content_of(&text)) else { return };
        // Which of the files of an open folder it is, the folder says.
        if !self.folders.contain(path)
            && let Ok(None) = store.read(|db| db.known_file(&text(path)))
            && let Ok(known) = known(store)
        {
            let mut gone = known.iter().filter(|(known, was)| **was == content && !known.exists());
            if let (Some((from, _)), None) = (gone.next(), gone.next()) {
                self.have_moved(&[(from.clone(), path.to_owned())]);
            }
        }
        note(store, path, content);
    }

    /// The files of workflows have other paths now, and what is kept of them goes there.
    pub(crate) fn have_moved(&self, moved: &[(PathBuf, PathBuf)]) {
        for (from, to) in moved {
            self.documents.renamed(from, to);
            if let Err(failure) = self.workflow_moved(from, to) {
                tracing::warn!(%failure, "what is kept of a workflow could not follow its file");
            }
        }
        self.host.notify(Notice::WorkflowsMoved { paths: moved.iter().map(|(_, to)| text(to)).collect() });
    }
}
