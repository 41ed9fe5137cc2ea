//! What the head of a GGUF file says of the model in it, read without loading it.
//!
//! Only the key-value part is read, and of that only what is needed to tell a chat model from an embedder, a projector or
//! an adapter, and to name it. Lengths in the file are not trusted.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

/// A text longer than this is skipped: names are short.
const TEXT: u64 = 4_096;
/// More pairs than any model has.
const PAIRS: u64 = 100_000;

/// What the head says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The kind of network: `llama`, `qwen3`, `bert`, `clip`.
    pub architecture: String,
    /// The name its makers gave it.
    pub name: String,
    /// Tokens it was trained to read; 0: not said.
    pub context: u64,
    /// What kind of file it is: `model`, `adapter`, `mmproj`, or not said.
    pub kind: String,
    /// Whether it pools its states into one vector, as embedders do.
    pub pools: bool,
}

impl Head {
    /// The head of the file, if it is a GGUF file.
    ///
    /// # Errors
    /// When it cannot be read, or is something else.
    pub fn read(path: &Path) -> io::Result<Self> {
        Self::read_from(BufReader::new(File::open(path)?))
    }

    /// Whether it can hold a conversation.
    #[must_use]
    pub fn chats(&self) -> bool {
        let encoder =
            ["bert", "nomic", "t5encoder", "clip", "whisper"].iter().any(|kind| self.architecture.contains(kind));
        !encoder && !self.pools && matches!(self.kind.as_str(), "" | "model")
    }

    fn read_from(mut file: impl Read + Seek) -> io::Result<Self> {
        let mut magic = [0; 4];
        file.read_exact(&mut magic)?;
        if &magic != b"GGUF" || u32_of(&mut file)? < 2 {
            return Err(damaged());
        }
        let (_tensors, pairs) = (u64_of(&mut file)?, u64_of(&mut file)?);
        if pairs > PAIRS {
            return Err(damaged());
        }
        let mut head = Self::default();
        for _ in 0..pairs {
            let key = text_of(&mut file)?;
            // The vocabulary comes last in every writer, and is the long part.
            if key.starts_with("tokenizer.") {
                break;
            }
            let kind = u32_of(&mut file)?;
            let value = value_of(&mut file, kind)?;
            head.take(&key, value);
        }
        if head.architecture.is_empty() { Err(damaged()) } else { Ok(head) }
    }

    fn take(&mut self, key: &str, value: Value) {
        match (key, value) {
            ("general.architecture", Value::Text(text)) => self.architecture = text,
            ("general.name", Value::Text(text)) => self.name = text,
            ("general.type", Value::Text(text)) => self.kind = text,
            (key, Value::Number(number)) if key.ends_with(".context_length") => self.context = number,
            (key, Value::Number(number)) if key.ends_with(".pooling_type") => self.pools = number != 0,
            _ => {}
        }
    }
}

enum Value {
    Text(String),
    Number(u64),
    Other,
}

/// One value of that kind, which is read or skipped.
fn value_of(file: &mut (impl Read + Seek), kind: u32) -> io::Result<Value> {
    Ok(match kind {
        4 | 5 => Value::Number(u32_of(file)?.into()),
        10 | 11 => Value::Number(u64_of(file)?),
        8 => Value::Text(text_of(file)?),
        9 => {
            let (kind, length) = (u32_of(file)?, u64_of(file)?);
            if let Some(width) = width(kind) {
                skip(file, length.checked_mul(width).ok_or_else(damaged)?)?;
            } else if kind == 8 {
                for _ in 0..length {
                    text_of(file)?;
                }
            } else {
                return Err(damaged());
            }
            Value::Other
        }
        kind => {
            skip(file, width(kind).ok_or_else(damaged)?)?;
            Value::Other
        }
    })
}

/// How many bytes a plain value of that kind takes.
fn width(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

fn text_of(file: &mut (impl Read + Seek)) -> io::Result<String> {
    let length = u64_of(file)?;
    if length > TEXT {
        skip(file, length)?;
        return Ok(String::new());
    }
    let mut bytes = Vec::new();
    let read = file.by_ref().take(length).read_to_end(&mut bytes)?;
    if u64::try_from(read).ok() != Some(length) {
        return Err(damaged());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn skip(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<()> {
    file.seek_relative(i64::try_from(bytes).map_err(|_| damaged())?)
}

fn u32_of(file: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn u64_of(file: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    file.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not a GGUF file, or a damaged one")
}

/// GGUF heads for tests.
#[cfg(test)]
pub(super) mod sample {
    fn text(text: &str) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
    }

    pub fn head(texts: &[(&str, &str)], numbers: &[(&str, u32)]) -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(0_u64.to_le_bytes());
        bytes.extend(((texts.len() + numbers.len() + 2) as u64).to_le_bytes());
        // An array, to be skipped.
        bytes.extend(
            [
                text("general.tags"),
                9_u32.to_le_bytes().into(),
                8_u32.to_le_bytes().into(),
                1_u64.to_le_bytes().into(),
                text("x"),
            ]
            .concat(),
        );
        for (key, value) in texts {
            bytes.extend([text(key), 8_u32.to_le_bytes().into(), text(value)].concat());
        }
        for (key, value) in numbers {
            bytes.extend([text(key), 4_u32.to_le_bytes().into(), value.to_le_bytes().into()].concat());
        }
        bytes.extend(text("tokenizer.ggml.tokens"));
        bytes
    }

    pub fn chat(name: &str) -> Vec<u8> {
        head(&[("general.architecture", "llama"), ("general.name", name)], &[("llama.context_length", 2048)])
    }

    pub fn embedder() -> Vec<u8> {
        head(&[("general.architecture", "bert")], &[("bert.pooling_type", 1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_head_tells_who_it_is() {
        let head = Head::read_from(Cursor::new(sample::chat("Aya 1B"))).unwrap();
        assert_eq!((head.name.as_str(), head.context, head.chats()), ("Aya 1B", 2048, true));
        assert!(!Head::read_from(Cursor::new(sample::embedder())).unwrap().chats());
        let adapter = sample::head(&[("general.architecture", "llama"), ("general.type", "adapter")], &[]);
        assert!(!Head::read_from(Cursor::new(adapter)).unwrap().chats());
        let pooled = sample::head(&[("general.architecture", "qwen3")], &[("qwen3.pooling_type", 3)]);
        assert!(!Head::read_from(Cursor::new(pooled)).unwrap().chats());
    }

    #[test]
    fn damaged_files_are_refused_and_never_believed() {
        let whole = sample::chat("Aya");
        for end in 0..whole.len() - 40 {
            assert!(Head::read_from(Cursor::new(&whole[..end])).is_err(), "{end}");
        }
        let mut long = whole.clone();
        long[24..32].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(Head::read_from(Cursor::new(long)).is_err());
        assert!(Head::read_from(Cursor::new(b"PK\x03\x04 something else")).is_err());
    }
}
