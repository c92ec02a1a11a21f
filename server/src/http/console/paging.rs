//! Pages of a list that may be long: where a page begins, and where the list goes on.

use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::visitor::Visit;
use crate::crypto::cursor::Cursors;
use crate::store::Page;

/// How many are on a page.
const A_PAGE: u16 = 50;

/// The parameter that says after which the page begins.
const AFTER: &str = "after";

/// Which page of a list is asked for.
pub struct Paging<'a> {
    cursors: &'a Cursors,
    list: String,
    after: Option<Uuid>,
}

/// The ways to the other pages; empty where there is none.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// The address of the first page, on any other.
    pub first: String,
    /// The address of the page after.
    pub next: String,
}

impl<'a> Paging<'a> {
    /// Reads the query. `list` names the list with all that tells it from others: a cursor is good
    /// for the list that it was given out for. Any other text leads to the first page.
    pub fn read(visit: &'a Visit, list: &str) -> Self {
        let cursors = &visit.app().cursors;
        let list = format!("console: {list}");
        let after = cursors.read(&list, visit.query().text(AFTER));
        Self {
            cursors,
            list,
            after,
        }
    }

    /// What to ask for: one more than is shown, to know whether there are more.
    pub fn page(&self) -> Page {
        Page {
            after: self.after,
            limit: u64::from(A_PAGE) + 1,
        }
    }

    /// Cuts what was found to the page. `id` is what the list is sorted by, `here` the address of the
    /// list.
    pub fn cut<T>(&self, found: &mut Vec<T>, id: impl Fn(&T) -> Uuid, here: &str) -> Pages {
        let more = found.len() > usize::from(A_PAGE);
        found.truncate(usize::from(A_PAGE));
        let mut pages = Pages::default();
        if self.after.is_some() {
            here.clone_into(&mut pages.first);
        }
        if let (true, Some(last)) = (more, found.last()) {
            let sign = if here.contains('?') { '&' } else { '?' };
            let cursor = self.cursors.write(&self.list, id(last));
            pages.next = format!("{here}{sign}{AFTER}={cursor}");
        }
        pages
    }
}

impl Pages {
    /// Whether the page is the whole list.
    pub fn are_one(&self) -> bool {
        self.first.is_empty() && self.next.is_empty()
    }
}

/// The address of the list of what is looked for.
pub fn searched(here: &str, q: &str) -> String {
    if q.is_empty() {
        return here.to_owned();
    }
    let query = Serializer::new(String::new()).append_pair("q", q).finish();
    format!("{here}?{query}")
}
