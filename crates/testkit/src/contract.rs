//! The contract as it stands in the repository: every frame a test sends or gets is held against `asyncapi.yaml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jsonschema::Validator;
use parking_lot::Mutex;
use serde_json::{Value, json};

/// Which way a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From the client.
    Sent,
    /// From the server.
    Received,
}

/// The frames of the socket by direction and type.
pub struct Contract {
    frames: BTreeMap<(Way, String), Validator>,
    seen: Mutex<BTreeSet<(Way, String)>>,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::load);

/// The contract of the chat socket.
pub fn contract() -> &'static Contract {
    &CONTRACT
}

impl Contract {
    fn load() -> Self {
        let yaml = include_str!("../../../asyncapi.yaml").replace("./openapi.json#", "#");
        let asyncapi: Value = serde_yaml_ng::from_str(&yaml).expect("asyncapi.yaml is YAML");
        let openapi: Value = serde_json::from_str(&api::openapi()).expect("the OpenAPI document is JSON");
        let mut schemas = openapi["components"]["schemas"].as_object().cloned().expect("schemas");
        schemas.extend(asyncapi["components"]["schemas"].as_object().cloned().expect("schemas"));
        let mut frames = BTreeMap::new();
        for (way, operation) in [(Way::Sent, "take"), (Way::Received, "tell")] {
            for reference in asyncapi["operations"][operation]["messages"].as_array().expect("messages") {
                let name = reference["$ref"].as_str().and_then(|path| path.rsplit('/').next()).expect("a reference");
                let payload = &asyncapi["components"]["messages"][name]["payload"];
                let kind = payload["properties"]["type"]["const"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{name} has a type"))
                    .to_owned();
                let mut schema = payload.clone();
                schema["components"] = json!({ "schemas": schemas });
                let validator = jsonschema::options()
                    .with_draft(jsonschema::Draft::Draft202012)
                    .build(&schema)
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                frames.insert((way, kind), validator);
            }
        }
        Self { frames, seen: Mutex::default() }
    }

    /// Fails the test when a frame is not as the contract says.
    pub fn hold(&self, way: Way, frame: &Value) {
        let kind = frame["type"].as_str().unwrap_or_else(|| panic!("a frame without a type: {frame}")).to_owned();
        let key = (way, kind);
        let validator =
            self.frames.get(&key).unwrap_or_else(|| panic!("the contract has no {way:?} frame of this type: {frame}"));
        let errors: Vec<String> =
            validator.iter_errors(frame).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "not as the contract says: {errors:?} in {frame}");
        self.seen.lock().insert(key);
    }

    /// The types of all frames that go this way.
    pub fn kinds(&self, way: Way) -> impl Iterator<Item = String> {
        self.frames.keys().filter(move |(of, _)| *of == way).map(|(_, kind)| kind.clone())
    }

    /// The frames of the contract that were never held against it in this process.
    pub fn unseen(&self) -> Vec<(Way, String)> {
        let seen = self.seen.lock();
        self.frames.keys().filter(|key| !seen.contains(key)).cloned().collect()
    }
}
