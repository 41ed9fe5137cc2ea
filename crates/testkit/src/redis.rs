//! What a Redis server has been asked, by its own count: how much of the bus is haste, and how much is work.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// How often each command was called until now. The counts are the server's: of all who use it.
pub fn commands(url: &str) -> BTreeMap<String, u64> {
    info(url, "commandstats")
        .lines()
        .filter_map(|line| {
            let (name, counts) = line.strip_prefix("cmdstat_")?.split_once(':')?;
            let calls = counts.split(',').find_map(|count| count.strip_prefix("calls="))?;
            // What asks for the counts is none of Talker's.
            (name != "info").then_some((name.to_owned(), calls.parse().ok()?))
        })
        .collect()
}

fn info(url: &str, section: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (user, host) = rest.rsplit_once('@').map_or((None, rest), |(user, host)| (Some(user), host));
    let host = host.split('/').next().unwrap_or(host);
    let mut stream = TcpStream::connect(host).expect("the Redis server is there");
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut line = String::new();
    if let Some((name, password)) = user.and_then(|user| user.split_once(':')) {
        let name = if name.is_empty() { String::new() } else { format!("{name} ") };
        stream.write_all(format!("AUTH {name}{password}\r\n").as_bytes()).expect("it listens");
        reader.read_line(&mut line).expect("it answers");
        line.clear();
    }
    stream.write_all(format!("INFO {section}\r\n").as_bytes()).expect("it listens");
    reader.read_line(&mut line).expect("it answers");
    let length = line.trim().strip_prefix('$').and_then(|length| length.parse().ok()).expect("a length");
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).expect("the whole answer");
    String::from_utf8_lossy(&bytes).into_owned()
}
