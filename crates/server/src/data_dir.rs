//! The folder of everything that is kept, readable by its owner alone.

use std::io;
use std::path::Path;

use crate::config;

/// Makes the folder when it is not there.
pub(crate) fn prepare(path: &Path) -> Result<(), String> {
    make(path).map_err(|error| {
        format!(
            "The data folder {} cannot be made: {}. TALKER_DATA_DIR names another.",
            path.display(),
            config::reason(&error)
        )
    })
}

fn make(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_folder_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/data");
        super::prepare(&path).unwrap();
        super::prepare(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = super::prepare(&file.join("data")).unwrap_err();
        assert!(error.contains("a file stands where a folder should be"), "{error}");
    }
}
