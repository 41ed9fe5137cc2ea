//! Pages on the wire: `?cursor=…&limit=…` in, `{items, next_cursor}` out.

use std::borrow::Cow;

use domain::limits;
use domain::pages::{Page, PageRequest};
use serde::Serialize;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::problem::Problem;

/// The longest cursor that is looked at.
const CURSOR: usize = 512;

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct PageOut<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Ask with `?cursor=` for the next page; null at the end.
    pub next_cursor: Option<String>,
}

/// A page of things is named after them; its items are a reference, so that clients know them by one name.
impl<T: ToSchema> ToSchema for PageOut<T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Page", T::name().trim_end_matches("Out")))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

impl<T: ToSchema> PartialSchema for PageOut<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(T::name()))
            .description(Some("The items, in the order of the list."));
        let cursor = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("Ask with `?cursor=` for the next page; null at the end."));
        let page = ObjectBuilder::new()
            .property("items", items)
            .property("next_cursor", cursor)
            .required("items")
            .required("next_cursor");
        page.description(Some("One page of a list.")).into()
    }
}

impl<T> PageOut<T> {
    /// A page written down item by item.
    pub fn of<I>(page: Page<I>, out: impl FnMut(I) -> T) -> Self {
        let page = page.map(out);
        Self { items: page.items, next_cursor: page.next_cursor }
    }

    /// A list that has one page.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

/// The part of a list that a query asks for.
///
/// # Errors
/// When the limit is not between 1 and 100.
pub fn page_request(cursor: Option<String>, limit: Option<u32>) -> Result<PageRequest, Problem> {
    if cursor.as_ref().is_some_and(|cursor| cursor.len() > CURSOR) {
        return Err(Problem::new(crate::problem::ProblemCode::InvalidCursor));
    }
    Ok(PageRequest { cursor, limit: page_limit(limit)? })
}

/// How many items are asked for.
///
/// # Errors
/// When it is not between 1 and 100.
pub fn page_limit(limit: Option<u32>) -> Result<u32, Problem> {
    match limit {
        None => Ok(limits::PAGE_DEFAULT),
        Some(limit) if (1..=limits::PAGE).contains(&limit) => Ok(limit),
        Some(_) => Err(Problem::field("limit", "must be between 1 and 100")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::ProblemCode;

    #[test]
    fn a_limit_is_between_1_and_100() {
        assert_eq!(page_limit(None), Ok(30));
        assert_eq!(page_limit(Some(100)), Ok(100));
        assert!(page_limit(Some(0)).is_err() && page_limit(Some(101)).is_err());
        assert_eq!(page_request(Some("x".repeat(600)), None).unwrap_err().code, ProblemCode::InvalidCursor);
    }
}
