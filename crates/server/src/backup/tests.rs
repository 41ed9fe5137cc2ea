use super::*;

fn manifest() -> Manifest {
    Manifest {
        format: FORMAT,
        talker: "0.1.0".into(),
        step: "m0005_vectors".into(),
        made_at: "2026-01-01T00:00:00Z".into(),
        counts: Counts::default(),
        files: Vec::new(),
    }
}

/// A backup of two small files, in a folder of its own.
fn packed(folder: &Path, keep: u32, content: &str) -> std::path::PathBuf {
    let (database, key) = (folder.join("d"), folder.join("k"));
    std::fs::write(&database, content).unwrap();
    std::fs::write(&key, "a key").unwrap();
    let into = folder.join("backup.tar");
    pack(&into, manifest(), &[(database, DATABASE.into()), (key, "secret_key".into())], keep).unwrap();
    into
}

#[test]
fn what_was_packed_comes_out_for_its_owner_alone() {
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let into = packed(folder.path(), 1, "everything");
    let found = unpack(&into, out.path()).unwrap();
    assert_eq!(found.files.len(), 2);
    assert_eq!(std::fs::read_to_string(out.path().join(DATABASE)).unwrap(), "everything");
    assert_eq!(std::fs::read_to_string(out.path().join("secret_key")).unwrap(), "a key");
    #[cfg(unix)]
    for file in [into, out.path().join(DATABASE), out.path().join("secret_key")] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_damaged_backup_is_refused_whatever_byte_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let into = packed(folder.path(), 1, "everything");
    let good = std::fs::read(&into).unwrap();
    let try_it = |bytes: &[u8]| {
        let out = tempfile::tempdir().unwrap();
        std::fs::write(&into, bytes).unwrap();
        unpack(&into, out.path())
    };
    assert!(try_it(&good).is_ok());
    for length in [0, 1, 511, 512, 700, good.len() / 2] {
        assert!(try_it(&good[..length]).is_err(), "cut to {length}");
    }
    let mut changed = 0;
    for place in (0..good.len()).filter(|place| good[*place] != 0) {
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        // Some bytes say nothing: when it was made, by whom.
        if let Ok(manifest) = try_it(&bytes) {
            assert_eq!(manifest.files.len(), 2);
        } else {
            changed += 1;
        }
    }
    assert!(changed > 200, "{changed}");
}

#[test]
fn a_manifest_that_leads_elsewhere_is_refused() {
    for name in ["../talker.db", "/etc/passwd", "talker.lock", ""] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("d");
        std::fs::write(&file, "x").unwrap();
        let into = folder.path().join("backup.tar");
        let files = [(file.clone(), DATABASE.to_owned()), (file, name.to_owned())];
        let out = folder.path().join("out");
        std::fs::create_dir(&out).unwrap();
        if pack(&into, manifest(), &files, 1).is_ok() {
            assert!(unpack(&into, &out).is_err_and(|why| why.contains("other files")), "{name}");
        }
        assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
    }
}

#[test]
fn as_many_backups_stay_as_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    for content in ["one", "two", "three", "four", "five"] {
        packed(folder.path(), 3, content);
    }
    let content = |name: &str| {
        let out = tempfile::tempdir().unwrap();
        unpack(&folder.path().join(name), out.path()).unwrap();
        std::fs::read_to_string(out.path().join(DATABASE)).unwrap()
    };
    assert_eq!(["backup.tar", "backup.tar.1", "backup.tar.2"].map(content), ["five", "four", "three"]);
    assert!(!folder.path().join("backup.tar.3").exists());
}
