//! What keeps a route from being kept: a code for clients, which say it in their own language, and words for everybody else.

use crate::validation::FieldError;

closed_set! {
    /// What is out of its bounds in a route. Where that is a number, the fault says what it may be: `least` and `most`.
    pub enum RouteFaultCode {
        /// A text or a list must not be empty.
        Empty = "empty",
        /// A text has more characters than `most`.
        TooLong = "too_long",
        /// A text is no single line without control characters.
        NotOneLine = "not_one_line",
        /// A text holds control characters.
        ControlCharacters = "control_characters",
        /// There are more than `most`.
        TooMany = "too_many",
        /// The document has more bytes than `most`.
        TooLarge = "too_large",
        /// There is no scene.
        NoScene = "no_scene",
        /// An id or a key has another form.
        NotAKey = "not_a_key",
        /// Another has this id or key.
        Twice = "twice",
        /// A number is not from `least` to `most`.
        OutOfRange = "out_of_range",
        /// By what a choice moves the bond is nothing, or not from `least` to `most`.
        MoveOutOfRange = "move_out_of_range",
        /// A phrase holds neither letter nor digit.
        NoLetter = "no_letter",
        /// A scene that ends the story has choices.
        ChoicesAtEnd = "choices_at_end",
        /// A condition has more parts than `most`.
        ConditionTooLarge = "condition_too_large",
        /// Conditions stand deeper in one another than `most`.
        ConditionTooDeep = "condition_too_deep",
        /// No scene has this id.
        UnknownScene = "unknown_scene",
        /// That scene has no choice with this id.
        UnknownChoice = "unknown_choice",
        /// No ending has this id.
        UnknownEnding = "unknown_ending",
        /// The bond has no such stage.
        UnknownStage = "unknown_stage",
        /// The bond has no such dimension.
        UnknownDimension = "unknown_dimension",
        /// It has the form of no route, or of no rules of a bond; the message says why.
        Malformed = "malformed",
    }
}

/// Something that is out of its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteFault {
    /// What.
    pub code: RouteFaultCode,
    /// Where in the document.
    pub path: String,
    /// The least that it may be, where that is what is wrong.
    pub least: Option<i64>,
    /// The most that it may be, where that is what is wrong.
    pub most: Option<i64>,
    /// The same in words.
    pub message: String,
}

impl RouteFault {
    pub(super) fn new(path: String, code: RouteFaultCode, least: Option<i64>, most: Option<i64>) -> Self {
        let message = words(code, least.unwrap_or_default(), most.unwrap_or_default());
        Self { code, path, least, most, message }
    }
}

/// What was wrong before there was a route to look at.
impl From<FieldError> for RouteFault {
    fn from(error: FieldError) -> Self {
        let FieldError { field, message } = error;
        Self { code: RouteFaultCode::Malformed, path: field, least: None, most: None, message }
    }
}

impl From<RouteFault> for FieldError {
    fn from(fault: RouteFault) -> Self {
        Self { field: fault.path, message: fault.message }
    }
}

fn words(code: RouteFaultCode, least: i64, most: i64) -> String {
    let words = match code {
        RouteFaultCode::Empty => "must not be empty",
        RouteFaultCode::TooLong => return format!("must have at most {most} characters"),
        RouteFaultCode::NotOneLine => "must be a single line without control characters",
        RouteFaultCode::ControlCharacters => "must not contain control characters",
        RouteFaultCode::TooMany => return format!("must be at most {most}"),
        RouteFaultCode::TooLarge => return format!("must have at most {most} bytes in all"),
        RouteFaultCode::NoScene => "must hold a scene",
        RouteFaultCode::NotAKey => "must be 1 to 32 of a-z, 0-9 and _, and begin with a letter",
        RouteFaultCode::Twice => "must not stand twice",
        RouteFaultCode::OutOfRange => return format!("must be between {least} and {most}"),
        RouteFaultCode::MoveOutOfRange => return format!("must be between {least} and {most}, and not 0"),
        RouteFaultCode::NoLetter => "must hold a letter or a digit",
        RouteFaultCode::ChoicesAtEnd => "must be empty: the story ends here",
        RouteFaultCode::ConditionTooLarge => return format!("must have at most {most} parts"),
        RouteFaultCode::ConditionTooDeep => return format!("must stand at most {most} deep in one another"),
        RouteFaultCode::UnknownScene => "must be the id of a scene",
        RouteFaultCode::UnknownChoice => "must be the id of a choice of that scene",
        RouteFaultCode::UnknownEnding => "must be the id of an ending",
        RouteFaultCode::UnknownStage => "must be the key of a stage of the bond",
        RouteFaultCode::UnknownDimension => "must be the key of a dimension of the bond",
        RouteFaultCode::Malformed => "must be a route",
    };
    words.to_owned()
}
