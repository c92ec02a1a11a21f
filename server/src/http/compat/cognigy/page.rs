//! Pages of a list as Cognigy has them: `?limit=&skip=&sort=&filter=&next=&previous=`.

use std::borrow::Cow;
use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::domain::credential::Credential;
use crate::http::problem::Problem;

const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 100;
const MAX_SKIP: usize = 1_000_000;

/// Bytes of an id, with which a cursor begins.
const ID: usize = 16;

/// Which part of a list is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query {
    limit: usize,
    skip: usize,
    sort: Sort,
    from: From,
    filter: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sort {
    by_name: bool,
    descending: bool,
}

/// A place in a list: beside a key that stood there, though it may be gone by now.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor {
    id: Uuid,
    name: String,
}

#[derive(Debug, PartialEq, Eq)]
enum From {
    Beginning,
    After(Cursor),
    Before(Cursor),
}

impl Query {
    /// Reads it. Parameters without a value count as absent, and unknown ones are ignored.
    ///
    /// # Errors
    /// 400 naming the parameter.
    pub(super) fn read(query: &str) -> Result<Self, Problem> {
        let value = |name: &'static str| one(query, name);
        let (next, previous) = (value("next")?, value("previous")?);
        let from = match (next, previous) {
            (None, None) => From::Beginning,
            (Some(text), None) => From::After(Cursor::read("next", &text)?),
            (None, Some(text)) => From::Before(Cursor::read("previous", &text)?),
            (Some(_), Some(_)) => {
                return Err(Problem::invalid(
                    "previous",
                    "must not be given beside next",
                ));
            }
        };
        Ok(Self {
            limit: number("limit", value("limit")?, 1, MAX_LIMIT, DEFAULT_LIMIT)?,
            skip: number("skip", value("skip")?, 0, MAX_SKIP, 0)?,
            sort: Sort::read(value("sort")?.as_deref())?,
            from,
            filter: value("filter")?.map(|text| text.to_lowercase()),
        })
    }
}

fn one<'a>(query: &'a str, wanted: &'static str) -> Result<Option<Cow<'a, str>>, Problem> {
    let mut given = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| name == wanted && !value.is_empty())
        .map(|(_, value)| value);
    match (given.next(), given.next()) {
        (found, None) => Ok(found),
        (_, Some(_)) => Err(Problem::invalid(wanted, "must not stand there twice")),
    }
}

fn number(
    name: &'static str,
    text: Option<Cow<'_, str>>,
    min: usize,
    max: usize,
    default: usize,
) -> Result<usize, Problem> {
    let Some(text) = text else {
        return Ok(default);
    };
    text.parse()
        .ok()
        .filter(|number| (min..=max).contains(number))
        .ok_or_else(|| Problem::invalid(name, format!("must be {min} to {max}")))
}

impl Sort {
    fn read(text: Option<&str>) -> Result<Self, Problem> {
        let (by_name, descending) = match text {
            None | Some("createdAt:asc") => (false, false),
            Some("createdAt:desc") => (false, true),
            Some("name:asc") => (true, false),
            Some("name:desc") => (true, true),
            Some(_) => {
                let rule = "must be one of name:asc, name:desc, createdAt:asc, createdAt:desc";
                return Err(Problem::invalid("sort", rule));
            }
        };
        Ok(Self {
            by_name,
            descending,
        })
    }

    /// Ids begin with the time at which they were made.
    fn order(self, a: &Cursor, b: &Cursor) -> Ordering {
        let names = if self.by_name {
            a.name.cmp(&b.name)
        } else {
            Ordering::Equal
        };
        let order = names.then(a.id.cmp(&b.id));
        if self.descending {
            order.reverse()
        } else {
            order
        }
    }
}

impl Cursor {
    fn of(key: &Credential) -> Self {
        Self {
            id: key.id.0,
            name: key.name.to_string(),
        }
    }

    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode([self.id.as_bytes(), self.name.as_bytes()].concat())
    }

    fn read(parameter: &'static str, text: &str) -> Result<Self, Problem> {
        let read = || {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let (id, name) = bytes.split_at_checked(ID)?;
            Some(Self {
                id: Uuid::from_slice(id).ok()?,
                name: std::str::from_utf8(name).ok()?.to_owned(),
            })
        };
        read().ok_or_else(|| Problem::invalid(parameter, "must be a cursor of this list"))
    }
}

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    /// What stands on it.
    pub(super) items: Vec<Credential>,
    /// How many there are on all pages.
    pub(super) total: usize,
    /// For the page after it; absent on the last.
    pub(super) next: Option<String>,
    /// For the page before it; absent on the first.
    pub(super) previous: Option<String>,
}

/// Cuts the page out of the whole list.
pub(super) fn cut(query: &Query, all: Vec<Credential>) -> Page {
    let matches = |name: &str| match &query.filter {
        Some(part) => name.to_lowercase().contains(part),
        None => true,
    };
    let mut places: Vec<(Cursor, Credential)> = all
        .into_iter()
        .filter(|key| matches(key.name.as_str()))
        .map(|key| (Cursor::of(&key), key))
        .collect();
    places.sort_by(|(a, _), (b, _)| query.sort.order(a, b));
    let total = places.len();
    let before = |cursor: &Cursor, or_at: bool| {
        places.partition_point(|(place, _)| match query.sort.order(place, cursor) {
            Ordering::Less => true,
            Ordering::Equal => or_at,
            Ordering::Greater => false,
        })
    };
    let (start, end) = match &query.from {
        From::Beginning => forward(query, 0, total),
        From::After(cursor) => forward(query, before(cursor, true), total),
        From::Before(cursor) => {
            let end = before(cursor, false).saturating_sub(query.skip);
            (end.saturating_sub(query.limit), end)
        }
    };
    let cursor = |index: usize| places.get(index).map(|(place, _)| place.write());
    let (next, previous) = if start == end {
        (None, None)
    } else {
        (
            (end < total).then(|| cursor(end - 1)).flatten(),
            (start > 0).then(|| cursor(start)).flatten(),
        )
    };
    let items = places
        .into_iter()
        .skip(start)
        .take(end - start)
        .map(|(_, key)| key)
        .collect();
    Page {
        items,
        total,
        next,
        previous,
    }
}

fn forward(query: &Query, from: usize, total: usize) -> (usize, usize) {
    let start = from.saturating_add(query.skip).min(total);
    (start, start.saturating_add(query.limit).min(total))
}
