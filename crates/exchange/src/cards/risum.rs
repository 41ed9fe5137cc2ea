//! Modules of RisuAI, `module.risum`: JSON whose bytes are changed for others, one by one, then files packed the same way.
//!
//! Its lorebook is the one that RisuAI reads. Nothing else of it is looked at: it leaves as it came, its files byte by byte.

use serde_json::{Map, Value};

use crate::error::{ExchangeError, ExchangeResult, Fault};
use crate::{json, limits};

/// What such a file begins with: its mark, and its version.
const BEGIN: [u8; 2] = [111, 0];

/// What stands before a file, and at the end.
const FILE: u8 = 1;
const END: u8 = 0;

/// Which byte stands for which: each for the next one in its row, the last for the first.
const ROWS: [&[u8]; 2] = [
    &[
        0, 44, 112, 225, 152, 232, 67, 82, 62, 81, 207, 93, 46, 138, 69, 9, 174, 248, 213, 145, 54, 209, 63, 6, 251,
        203, 217, 223, 35, 60, 99, 85, 7, 182, 194, 208, 161, 235, 136, 146, 90, 72, 115, 196,
    ],
    &[
        1, 247, 237, 214, 61, 221, 140, 231, 144, 43, 5, 101, 56, 71, 86, 50, 36, 252, 8, 159, 154, 131, 148, 19, 236,
        241, 204, 178, 117, 219, 77, 195, 155, 27, 106, 88, 70, 157, 39, 198, 202, 59, 80, 25, 74, 184, 255, 64, 111,
        26, 15, 116, 57, 206, 218, 190, 151, 58, 254, 128, 192, 243, 185, 216, 230, 123, 125, 239, 28, 226, 100, 53,
        175, 47, 68, 168, 38, 199, 180, 65, 24, 147, 193, 49, 250, 197, 215, 78, 160, 66, 224, 16, 31, 158, 176, 143,
        167, 120, 96, 73, 76, 108, 121, 114, 205, 107, 22, 52, 95, 164, 220, 130, 55, 122, 118, 162, 135, 129, 222, 29,
        98, 94, 171, 41, 89, 234, 169, 210, 48, 18, 163, 170, 87, 104, 211, 97, 32, 34, 253, 166, 142, 102, 12, 45,
        109, 40, 173, 183, 30, 2, 132, 191, 23, 33, 156, 124, 149, 227, 244, 91, 249, 233, 187, 17, 228, 133, 181, 119,
        186, 21, 92, 153, 141, 245, 11, 3, 139, 172, 212, 189, 4, 201, 42, 103, 188, 229, 51, 134, 20, 238, 165, 84,
        126, 127, 200, 79, 14, 105, 177, 137, 37, 113, 242, 110, 10, 179, 240, 246, 150, 75, 83, 13,
    ],
];

/// The path of a module in an archive.
pub const MODULE: &str = "module.risum";

/// A module.
#[derive(Debug, Clone, PartialEq)]
pub struct RisuModule {
    /// Its JSON.
    pub json: Map<String, Value>,
    /// Its files with the end, as they stand there.
    rest: Vec<u8>,
}

fn map(packs: bool) -> [u8; 256] {
    let mut map = [0; 256];
    for row in ROWS {
        for (from, to) in row.iter().zip(row.iter().cycle().skip(1)) {
            let (from, to) = if packs { (to, from) } else { (from, to) };
            if let Some(there) = map.get_mut(usize::from(*from)) {
                *there = *to;
            }
        }
    }
    map
}

fn mapped(bytes: &[u8], packs: bool) -> Vec<u8> {
    let map = map(packs);
    bytes.iter().map(|byte| map.get(usize::from(*byte)).copied().unwrap_or_default()).collect()
}

fn broken() -> ExchangeError {
    ExchangeError::new(Fault::Broken, MODULE, "ends early, or is not a module")
}

/// A number of four bytes, and what follows it: so many bytes, and the rest.
fn block(bytes: &[u8]) -> ExchangeResult<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(broken)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| broken())?;
    rest.split_at_checked(length).ok_or_else(broken)
}

impl RisuModule {
    /// The module in a file.
    ///
    /// # Errors
    /// `Broken`; those of [`json::parse`].
    pub fn read(bytes: &[u8]) -> Result<Self, ExchangeError> {
        let (main, rest) = block(bytes.strip_prefix(&BEGIN).ok_or_else(broken)?)?;
        // Found wrong before anything is made of it.
        if main.len() > limits::CARD_JSON {
            return Err(ExchangeError::new(Fault::TooLarge, MODULE, "is larger than is taken"));
        }
        let mut files = 0;
        let mut left = rest;
        while let Some((&FILE, file)) = left.split_first() {
            files += 1;
            if files > limits::ASSETS {
                return Err(ExchangeError::new(Fault::TooMany, MODULE, "has more files than are taken"));
            }
            left = block(file)?.1;
        }
        if left.first() != Some(&END) {
            return Err(broken());
        }
        let (json, _) =
            json::parse_object(&mapped(main, false), limits::CARD_JSON).map_err(|error| error.within(MODULE))?;
        Ok(Self { json, rest: rest.to_vec() })
    }

    /// A module without files.
    #[must_use]
    pub fn new(json: Map<String, Value>) -> Self {
        Self { json, rest: vec![END] }
    }

    /// The module as a file.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let main = mapped(json::write_pretty(&self.json).as_bytes(), true);
        let length = u32::try_from(main.len()).unwrap_or(u32::MAX).to_le_bytes();
        [BEGIN.as_slice(), &length, &main, &self.rest].concat()
    }

    /// Its lorebook, as the list that stands there.
    #[must_use]
    pub fn lorebook(&self) -> Option<&Vec<Value>> {
        self.json.get("module").and_then(|module| module.get("lorebook"))?.as_array()
    }

    /// The module with another lorebook.
    #[must_use]
    pub fn with_lorebook(mut self, entries: Vec<Value>) -> Self {
        if let Some(Value::Object(module)) = self.json.get_mut("module") {
            module.insert("lorebook".to_owned(), Value::Array(entries));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn module() -> RisuModule {
        let json = json!({"type": "risuModule", "module": {"name": "Sea", "lorebook": [{"key": "a"}], "odd": 1}});
        RisuModule { json: json.as_object().unwrap().clone(), rest: vec![FILE, 2, 0, 0, 0, 7, 9, END] }
    }

    #[test]
    fn each_byte_stands_for_another_and_back() {
        let all: Vec<u8> = (0..=255).collect();
        let there = mapped(&all, false);
        assert_eq!(mapped(&there, true), all);
        assert_eq!((&there[..4], &there[252..]), ([44, 247, 132, 139].as_slice(), [8, 166, 128, 64].as_slice()));
    }

    #[test]
    fn a_module_leaves_as_it_came() {
        let module = module();
        let bytes = module.write();
        assert_eq!(RisuModule::read(&bytes).unwrap(), module);
        assert_eq!(RisuModule::read(&bytes).unwrap().write(), bytes);
        let changed = module.clone().with_lorebook(vec![json!({"key": "b"})]);
        let again = RisuModule::read(&changed.write()).unwrap();
        assert_eq!((again.lorebook().unwrap()[0]["key"].as_str(), &again.rest), (Some("b"), &module.rest));
        assert_eq!(again.json["module"]["odd"], 1);
    }

    #[test]
    fn what_lies_about_its_lengths_is_found_out_wherever_it_is_cut() {
        let bytes = module().write();
        for end in 0..bytes.len() {
            assert!(RisuModule::read(&bytes[..end]).is_err(), "{end}");
        }
        let mut long = bytes.clone();
        long[2..6].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(RisuModule::read(&long).unwrap_err().fault, Fault::Broken);
        assert_eq!(RisuModule::read(b"\x6f\x00\x04\x00\x00\x00abcd\x00").unwrap_err().fault, Fault::NotJson);
    }
}
