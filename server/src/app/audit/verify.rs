//! Checking the trail: every row against its hash, and the end against the head.

use std::fmt;
use std::str::FromStr;

use crate::app::App;
use crate::app::error::AppError;
use crate::crypto::audit_chain::AuditChain;
use crate::domain::audit::AuditFilter;
use crate::store::audit::AuditRow;
use crate::store::{self, StoreError};

/// How many rows are read at once.
const PAGE: u64 = 500;

/// Number and hash of an event, noted down at an earlier check: `41:kD0…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    number: i64,
    hash: String,
}

/// The text is no anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be NUMBER:HASH, as an earlier check printed it")]
pub struct InvalidAnchor;

impl FromStr for Anchor {
    type Err = InvalidAnchor;

    fn from_str(text: &str) -> Result<Self, InvalidAnchor> {
        let (number, hash) = text.split_once(':').ok_or(InvalidAnchor)?;
        let number = number.parse().map_err(|_| InvalidAnchor)?;
        if number < 1 || hash.is_empty() {
            return Err(InvalidAnchor);
        }
        Ok(Self {
            number,
            hash: hash.to_owned(),
        })
    }
}

/// A trail that nobody altered. As text it is an [`Anchor`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The number of the last event.
    pub number: i64,
    /// Its hash.
    pub hash: String,
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

/// What is wrong with a trail, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// No events at all.
    #[error("it is empty: nothing was ever recorded, or all of it was removed")]
    Empty,
    /// A row that the database cannot give as what it should be.
    #[error("the row after {0} cannot be read: it was altered")]
    Unreadable(i64),
    /// A gap.
    #[error("row {0} was removed")]
    Removed(i64),
    /// A row where there should be none.
    #[error("row {0} was inserted")]
    Inserted(i64),
    /// A row that is not what was recorded in its place.
    #[error(
        "row {0} is not what was recorded in its place: it was altered, moved or inserted, or one before it was removed"
    )]
    Altered(i64),
    /// The head was altered.
    #[error("the head of the trail was altered: its seal does not fit")]
    Head,
    /// The trail ends too early.
    #[error("the rows after {0} were removed: the head of the trail knows of more")]
    Shortened(i64),
    /// What was there at an earlier check is not.
    #[error(
        "row {0} is not the one of the anchor: the trail was put back to an earlier state since, or begun anew"
    )]
    NotTheAnchor(i64),
}

/// Checks the whole trail, page by page, while others may add to it.
///
/// # Errors
/// [`AppError`] where the database does not answer; what is wrong with the trail is a result.
pub async fn verify(app: &App, anchor: Option<&Anchor>) -> Result<Result<Whole, Broken>, AppError> {
    // Rows and head change together. So all rows up to this head are there when it is.
    let head = store::audit::head(&app.store).await?;
    let mut walk = Walk::new(&app.audit_chain, anchor);
    let mut after = i64::MIN;
    while walk.number < head.number {
        let rows = match page(app, after).await? {
            Ok(rows) => rows,
            Err(after) => return Ok(Err(Broken::Unreadable(after.max(walk.number)))),
        };
        let Some(last) = rows.last() else {
            break;
        };
        after = last.event.number;
        for row in rows.iter().filter(|row| row.event.number <= head.number) {
            if let Err(broken) = walk.step(row) {
                return Ok(Err(broken));
            }
        }
        if after > head.number {
            break;
        }
    }
    // What is beyond the head read above may have been added since; then the head has moved too.
    let last = store::audit::last_number(&app.store).await?.unwrap_or(0);
    let head_since = store::audit::head(&app.store).await?;
    if head == head_since && head.number == 0 && last == 0 && head.seal.is_empty() {
        return Ok(Err(Broken::Empty));
    }
    if app.audit_chain.seal(head.number, &head.hash) != head.seal {
        return Ok(Err(Broken::Head));
    }
    if walk.number < head.number {
        return Ok(Err(Broken::Shortened(walk.number)));
    }
    if walk.hash != head.hash {
        return Ok(Err(Broken::Altered(walk.number)));
    }
    if last > head_since.number {
        return Ok(Err(Broken::Inserted(head_since.number + 1)));
    }
    Ok(walk.finish())
}

/// A page of rows; or after which one the first stands that cannot be read.
async fn page(app: &App, after: i64) -> Result<Result<Vec<AuditRow>, i64>, StoreError> {
    let all = AuditFilter::default();
    match store::audit::after(&app.store, &all, after, PAGE).await {
        Err(StoreError::Corrupt(_)) => {}
        rows => return rows.map(Ok),
    }
    let mut readable = after;
    loop {
        match store::audit::after(&app.store, &all, readable, 1).await {
            Ok(rows) => match rows.first() {
                Some(row) => readable = row.event.number,
                // Whatever it was is gone: the next page begins where this one did.
                None => return Ok(Ok(Vec::new())),
            },
            Err(StoreError::Corrupt(_)) => return Ok(Err(readable)),
            Err(error) => return Err(error),
        }
    }
}

/// How far the check has come.
struct Walk<'a> {
    chain: &'a AuditChain,
    anchor: Option<&'a Anchor>,
    number: i64,
    hash: String,
}

impl<'a> Walk<'a> {
    fn new(chain: &'a AuditChain, anchor: Option<&'a Anchor>) -> Self {
        Self {
            chain,
            anchor,
            number: 0,
            hash: AuditChain::BEFORE_THE_FIRST.to_owned(),
        }
    }

    fn step(&mut self, row: &AuditRow) -> Result<(), Broken> {
        let number = row.event.number;
        let expected = self.number + 1;
        if number > expected {
            return Err(Broken::Removed(expected));
        }
        if number < expected {
            return Err(Broken::Inserted(number));
        }
        if self.chain.link(&self.hash, &row.event.encode()) != row.hash {
            return Err(Broken::Altered(number));
        }
        if let Some(anchor) = self.anchor
            && anchor.number == number
            && anchor.hash != row.hash
        {
            return Err(Broken::NotTheAnchor(number));
        }
        self.number = number;
        self.hash.clone_from(&row.hash);
        Ok(())
    }

    fn finish(self) -> Result<Whole, Broken> {
        match self.anchor {
            Some(anchor) if anchor.number > self.number => Err(Broken::NotTheAnchor(anchor.number)),
            _ => Ok(Whole {
                number: self.number,
                hash: self.hash,
            }),
        }
    }
}
