//! The OpenAPI document as a judge: every answer a test gets is held against what is written there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use jsonschema::Validator;
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};

use crate::http::Answer;

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name.
    pub id: String,
    /// Its method.
    pub method: Method,
    /// Its path, with `{names}`.
    pub path: String,
    /// All that is written of it.
    pub text: Value,
}

impl Operation {
    /// Whether one must be signed in.
    pub fn signed_in(&self) -> bool {
        self.text["security"].as_array().is_some_and(|ways| !ways.is_empty())
    }

    fn fits(&self, method: &Method, path: &str) -> bool {
        let (template, path) = (self.path.split('/'), path.trim_end_matches('/').split('/'));
        self.method == *method
            && template.clone().count() == path.clone().count()
            && template.zip(path).all(|(name, part)| name == part || (name.starts_with('{') && !part.is_empty()))
    }
}

/// The document, read.
pub struct Document {
    /// As JSON.
    pub json: Value,
    /// Every operation.
    pub operations: Vec<Operation>,
    schemas: Value,
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
    seen: Mutex<BTreeSet<(String, u16)>>,
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::read);

/// The document that the server serves.
pub fn document() -> &'static Document {
    &DOCUMENT
}

impl Document {
    fn read() -> Self {
        let json: Value = serde_json::from_str(&api::openapi()).expect("the document is JSON");
        let mut operations = Vec::new();
        for (path, item) in json["paths"].as_object().expect("paths") {
            for (method, text) in item.as_object().expect("operations") {
                let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
                let id = text["operationId"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{method} {path} has no operationId"))
                    .to_owned();
                operations.push(Operation { id, method, path: path.clone(), text: text.clone() });
            }
        }
        let schemas = strict(&json["components"]["schemas"]);
        Self { json, operations, schemas, validators: Mutex::default(), seen: Mutex::default() }
    }

    /// The operation of a request, if it has one.
    pub fn operation(&self, method: &Method, path: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.fits(method, path))
    }

    /// Fails the test when an answer is not as the document says.
    pub fn hold(&self, method: &Method, path: &str, answer: &Answer) {
        let Some(operation) = self.operation(method, path) else { return };
        let (id, status) = (&operation.id, answer.status.as_u16());
        let responses = &operation.text["responses"];
        let written = match &responses[status.to_string()] {
            Value::Null if status >= 400 => &responses["default"],
            written => written,
        };
        assert!(written.is_object(), "{id} does not say that it answers {status}: {}", answer.body);
        self.seen.lock().insert((id.clone(), status));
        let essence = answer.header("content-type").split(';').next().unwrap_or_default();
        match written["content"].as_object() {
            None => assert!(
                answer.bytes.is_empty(),
                "{id} answers {status} with a body that the document knows nothing of: {}",
                answer.body
            ),
            Some(content) => {
                let media = content.get(essence).unwrap_or_else(|| {
                    panic!("{id} does not say that it answers {status} with {essence:?}: {}", answer.body)
                });
                if essence.ends_with("json") {
                    self.hold_json(id, status, &media["schema"], &answer.body);
                }
            }
        }
    }

    fn hold_json(&self, id: &str, status: u16, schema: &Value, body: &Value) {
        let validator = self.validator(schema);
        let errors: Vec<String> =
            validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{id} {status} is not as the document says: {errors:?} in {body}");
    }

    /// A validator of one of the document's schemas.
    pub fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock();
        let validator = validators.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = json!({ "schemas": self.schemas });
            let built = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(&whole);
            Arc::new(built.unwrap_or_else(|error| panic!("{schema}: {error}")))
        });
        Arc::clone(validator)
    }

    /// The operations of which no good answer was held against the document in this process.
    pub fn unseen(&self) -> Vec<&str> {
        let seen = self.seen.lock();
        let good = |operation: &&Operation| !seen.iter().any(|(id, status)| *id == operation.id && *status < 400);
        self.operations.iter().filter(good).map(|operation| operation.id.as_str()).collect()
    }
}

/// The schemas, in which an object has the fields that are written and no others; those that are parts of another
/// (`allOf`) stay open, for they do not say everything.
fn strict(schemas: &Value) -> Value {
    let mut parts = BTreeSet::new();
    referred_as_part(schemas, &mut parts);
    let mut closed = schemas.clone();
    for (name, schema) in closed.as_object_mut().expect("schemas") {
        if !parts.contains(name) && schema["properties"].is_object() && schema["additionalProperties"].is_null() {
            schema["additionalProperties"] = json!(false);
        }
    }
    closed
}

fn referred_as_part(schema: &Value, parts: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            for part in fields.get("allOf").and_then(Value::as_array).into_iter().flatten() {
                parts.extend(part["$ref"].as_str().and_then(|path| path.rsplit('/').next()).map(str::to_owned));
            }
            fields.values().for_each(|value| referred_as_part(value, parts));
        }
        Value::Array(values) => values.iter().for_each(|value| referred_as_part(value, parts)),
        _ => {}
    }
}
