//! A move, as `talker move` makes it: every block said twice, as by one who was killed between two of them.

use store::archive::{Archive, Cell, Mark, Record, TABLES, Table, checksum};

/// All records of a table, in one order for all stores.
pub async fn all(archive: &dyn Archive, table: &Table) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        // Small steps, so that many keys are gone on from.
        let after = records.last().map(|last| table.key_of(last).to_vec());
        let more = archive.read(table, after.as_deref(), 7).await.unwrap();
        if more.is_empty() {
            records.sort_by_key(|record| format!("{:?}", table.key_of(record)));
            return records;
        }
        records.extend(more);
    }
}

/// Moves everything, and looks that it is there.
pub async fn copy(from: &dyn Archive, to: &dyn Archive) {
    for (place, table) in TABLES.iter().enumerate() {
        let mut after: Option<Vec<Cell>> = None;
        loop {
            let records = from.read(table, after.as_deref(), 50).await.unwrap();
            let Some(last) = records.last() else { break };
            let key = table.key_of(last).to_vec();
            let mark = Mark { source: "a test".into(), place, after: table.write_key(&key).unwrap() };
            assert_eq!(table.read_key(&mark.after).unwrap().as_ref(), Some(&key));
            after = Some(key);
            // Said twice, it is there once.
            for _ in 0..2 {
                let written = to.write(table, &records, Some(&mark)).await;
                assert_eq!(written, Ok(()), "{}", table.name);
            }
            assert_eq!(to.mark().await.unwrap(), Some(mark));
        }
        let mut told = 0;
        let (here, there) =
            (checksum(from, table, |more| told += more).await.unwrap(), checksum(to, table, |_| ()).await.unwrap());
        assert_eq!((here.count, told), (from.count(table).await.unwrap(), here.count));
        assert_eq!(to.count(table).await.unwrap(), there.count, "{}", table.name);
        assert_eq!(here, there, "{}", table.name);
    }
    to.finish().await.unwrap();
    assert_eq!(to.mark().await.unwrap(), None);
}
