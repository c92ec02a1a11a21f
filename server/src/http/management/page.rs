//! Lists: `?limit=&cursor=`, answered with `{"data": […], "next_cursor": …}`.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::crypto::cursor::Cursors;
use crate::http::problem::Problem;
use crate::store::Page;

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 200;

/// The query of a list, as text, so that each part is judged and named here.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many at most.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, default = 50)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    #[param(
        pattern = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$",
        example = "AZfzwm1efDqbHi9KbI4LHSm0t5yPjB2vXq8wR3kZcEo"
    )]
    cursor: Option<String>,
}

impl PageQuery {
    /// Reads it. `list` names the list with all that tells it from others, such as the organization
    /// whose agents it has: a cursor is good for the list that it was given out for.
    ///
    /// # Errors
    /// 400 naming `limit` or `cursor`.
    pub fn read<'a>(&self, cursors: &'a Cursors, list: String) -> Result<Limits<'a>, Problem> {
        let limit = limit(self.limit.as_deref())?;
        let after = self.cursor.as_ref().map(|text| {
            cursors
                .read(&list, text)
                .ok_or_else(|| Problem::invalid("cursor", "must be a next_cursor of this list"))
        });
        Ok(Limits {
            limit,
            after: after.transpose()?,
            cursors,
            list,
        })
    }
}

/// How many things a page has at most.
///
/// # Errors
/// 400 naming `limit`.
pub(super) fn limit(text: Option<&str>) -> Result<u64, Problem> {
    match text {
        None => Ok(DEFAULT_LIMIT),
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| Problem::invalid("limit", format!("must be 1 to {MAX_LIMIT}"))),
    }
}

/// A page's bounds.
#[derive(Debug)]
pub struct Limits<'a> {
    limit: u64,
    after: Option<Uuid>,
    cursors: &'a Cursors,
    list: String,
}

impl Limits<'_> {
    /// What to ask of the store: one more than the limit, to know whether there are more.
    pub fn page(&self) -> Page {
        Page {
            after: self.after,
            limit: self.limit + 1,
        }
    }
}

/// A page as it is answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = List)]
pub struct PageBody<T> {
    data: Vec<T>,
    /// Null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl<T> PageBody<T> {
    /// Renders what the store gave; `id` is what the list is sorted by.
    pub fn new<S>(
        found: Vec<S>,
        limits: &Limits<'_>,
        id: impl Fn(&S) -> Uuid,
        view: impl Fn(S) -> T,
    ) -> Self {
        let limit = usize::try_from(limits.limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        let mut next_cursor = None;
        let mut data = Vec::with_capacity(found.len().min(limit));
        for item in found.into_iter().take(limit) {
            if more {
                next_cursor = Some(limits.cursors.write(&limits.list, id(&item)));
            }
            data.push(view(item));
        }
        Self { data, next_cursor }
    }

    /// A page that was cut already.
    pub const fn part(data: Vec<T>, next_cursor: Option<String>) -> Self {
        Self { data, next_cursor }
    }

    /// A list that is always whole.
    pub fn whole(data: Vec<T>) -> Self {
        Self {
            data,
            next_cursor: None,
        }
    }
}
