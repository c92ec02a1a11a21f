//! Listings of a command are whole: page after page until there is no more.

use uuid::Uuid;

use crate::app::Page;
use crate::app::error::AppError;

/// How many are read at once.
const PAGE: u64 = 500;

/// Reads every page of a list that is sorted by `id`.
///
/// # Errors
/// As `fetch`.
pub async fn every<T>(
    id: impl Fn(&T) -> Uuid,
    fetch: impl AsyncFn(Page) -> Result<Vec<T>, AppError>,
) -> Result<Vec<T>, AppError> {
    let mut all: Vec<T> = Vec::new();
    loop {
        let page = Page {
            after: all.last().map(&id),
            limit: PAGE,
        };
        let more = fetch(page).await?;
        let last = u64::try_from(more.len()).unwrap_or(u64::MAX) < PAGE;
        all.extend(more);
        if last {
            return Ok(all);
        }
    }
}
