//! The GGUF files of the models folder: which of them can talk, which one best.

use std::path::{Path, PathBuf};

use super::gguf::Head;

/// A file below this is so small a model that it proves the path and no more.
const TINY_BYTES: u64 = 220_000_000;

/// A GGUF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// What its head says.
    pub head: Head,
}

impl ModelFile {
    /// The file at this path, when it is a GGUF file.
    ///
    /// # Errors
    /// When it cannot be read, or is something else.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self { path: path.to_owned(), bytes: std::fs::metadata(path)?.len(), head: Head::read(path)? })
    }

    /// The name by which it is chosen.
    #[must_use]
    pub fn name(&self) -> String {
        format!("local/{}", self.stem())
    }

    /// The name shown to people.
    #[must_use]
    pub fn label(&self) -> String {
        // The head of this one names the training run.
        if self.stem().starts_with("smollm2-135m") {
            return "SmolLM2 135M".to_owned();
        }
        if self.head.name.trim().is_empty() { self.stem() } else { self.head.name.trim().to_owned() }
    }

    /// Whether it proves the path and no more.
    #[must_use]
    pub fn tiny(&self) -> bool {
        self.bytes < TINY_BYTES
    }

    /// Whether it can hold a conversation. An embedder that forgot to say so in its head says so in its name.
    #[must_use]
    pub fn chats(&self) -> bool {
        let stem = self.stem();
        let elsewhere = ["minilm", "embed", "bge-", "mmproj", "reranker"].iter().any(|part| stem.contains(part));
        self.head.chats() && !elsewhere && !later_part(&stem)
    }

    fn stem(&self) -> String {
        self.path.file_stem().map_or_else(|| "model".to_owned(), |stem| stem.to_string_lossy().to_lowercase())
    }
}

/// `…-00002-of-00003`: it is loaded with the first part.
fn later_part(stem: &str) -> bool {
    let part = stem
        .rsplit_once("-of-")
        .filter(|(_, all)| all.parse::<u32>().is_ok())
        .and_then(|(before, _)| before.rsplit_once('-'));
    part.is_some_and(|(_, number)| number.parse::<u32>().is_ok_and(|number| number > 1))
}

/// What is in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// Those that can talk, the largest first.
    pub chat: Vec<ModelFile>,
    /// The others: embedders and parts.
    pub others: Vec<ModelFile>,
    /// Files named `.gguf` that are none.
    pub damaged: Vec<PathBuf>,
}

impl Folder {
    /// Looks through a folder; one that is not there is empty. It reads the heads of files: call it outside the async runtime.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        let mut folder = Self::default();
        let Ok(entries) = std::fs::read_dir(path) else { return folder };
        let mut paths: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(|path| is_gguf(path)).collect();
        paths.sort();
        for path in paths {
            match ModelFile::open(&path) {
                Ok(file) if file.chats() => folder.chat.push(file),
                Ok(file) => folder.others.push(file),
                Err(_) => folder.damaged.push(path),
            }
        }
        folder.chat.sort_by_key(|file| std::cmp::Reverse(file.bytes));
        folder
    }

    /// The weights that turn texts into vectors.
    #[must_use]
    pub fn embedder(&self) -> Option<&ModelFile> {
        self.others.iter().find(|file| file.head.architecture.contains("bert"))
    }
}

fn is_gguf(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !hidden && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gguf"))
}

#[cfg(test)]
mod tests {
    use super::super::gguf::sample;
    use super::*;

    #[test]
    fn the_largest_that_can_talk_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, mut bytes: Vec<u8>, extra: usize| {
            bytes.extend(vec![0; extra]);
            std::fs::write(folder.path().join(name), bytes).unwrap();
        };
        put("Small.gguf", sample::chat(""), 10);
        put("large.GGUF", sample::chat("Large One"), 1_000);
        put("large-00002-of-00002.gguf", sample::chat("Part"), 2_000);
        put("all-minilm-l6-v2.gguf", sample::embedder(), 5_000);
        put("some-embedding.gguf", sample::chat("Mislabelled"), 5_000);
        put("broken.gguf", vec![1, 2, 3], 0);
        put(".hidden.gguf", sample::chat("Hidden"), 9_000);
        put("half.gguf.part", sample::chat("Half"), 9_000);
        let found = Folder::read(folder.path());
        let names: Vec<_> = found.chat.iter().map(|file| (file.name(), file.label())).collect();
        assert_eq!(names, [("local/large".into(), "Large One".into()), ("local/small".to_owned(), "small".to_owned())]);
        assert_eq!((found.others.len(), found.damaged.len()), (3, 1));
        assert_eq!(found.embedder().unwrap().name(), "local/all-minilm-l6-v2");
        assert!(found.chat.iter().all(ModelFile::tiny));
        assert_eq!(Folder::read(&folder.path().join("nowhere")), Folder::default());
    }
}
