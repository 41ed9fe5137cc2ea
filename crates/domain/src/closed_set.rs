//! Closed sets of names: one macro makes the enum, its wire and store spelling, and the list of all values.
//!
//! One spelling serves JSON, the store and the OpenAPI document, so they cannot drift apart.

use std::fmt;

/// An enum whose values have one fixed spelling each, on the wire and in the store.
pub trait ClosedSet: Sized + Copy + 'static {
    /// The name of the set, as it stands in the API schema.
    const NAME: &'static str;
    /// Every value, in the order of declaration.
    const ALL: &'static [Self];
    /// The fixed spelling of this value.
    fn as_str(&self) -> &'static str;
}

/// A text that is none of the values of a closed set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownValue {
    /// The name of the set.
    pub set: &'static str,
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a value of {}", self.set)
    }
}

impl std::error::Error for UnknownValue {}

macro_rules! closed_set {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$vmeta:meta])* $variant:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[$vmeta])* #[serde(rename = $text)] $variant, )+
        }

        impl $crate::closed_set::ClosedSet for $name {
            const NAME: &'static str = stringify!($name);
            const ALL: &'static [Self] = &[$( Self::$variant, )+];
            fn as_str(&self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::closed_set::ClosedSet::as_str(self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::closed_set::UnknownValue;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $( $text => Ok(Self::$variant), )+
                    _ => Err($crate::closed_set::UnknownValue { set: stringify!($name) }),
                }
            }
        }
    };
}
