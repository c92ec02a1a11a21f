//! Changing the database.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{change, change_head};
use sea_orm::prelude::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set, SqliteTransactionMode, TransactionOptions,
};
use tokio::sync::OwnedMutexGuard;

use super::changes::{Change, ChangeKind};
use super::engine::Transaction;
use super::{Store, StoreError, audit, engine};
use crate::crypto::audit_chain::AuditChain;
use crate::domain::audit::Entry;

/// The one row of `change_head`.
const HEAD: i32 = 1;

/// How many changes one statement records: both engines bound the parameters of a statement.
const CHANGES_A_STATEMENT: usize = 1000;

/// A change under way: a transaction that holds the head of the change feed from its first
/// statement on. One writes at a time, on all nodes together. That makes the order of the numbers
/// the order of the commits, so a follower that reads by number misses nothing; it makes "count,
/// then insert" hold; and it makes a SQLite transaction a writer before it has read anything, so
/// that it waits for others instead of failing.
///
/// Dropped without [`commit`](Self::commit), it has changed nothing. Drop it after an error:
/// PostgreSQL takes no further statement then.
pub struct Write {
    transaction: Transaction,
    head: i64,
    at: DateTime<Utc>,
    changes: Vec<(ChangeKind, String)>,
    entries: Vec<Entry>,
    chain: Option<AuditChain>,
    commit_timeout: Duration,
    // Last, so that the transaction has ended when the next one gets its turn.
    _turn: OwnedMutexGuard<()>,
}

impl Store {
    /// Begins a change. `now` becomes the time of what it records in the feed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the database does not answer or another change takes
    /// longer than a few seconds.
    pub async fn begin(&self, now: DateTime<Utc>) -> Result<Write, StoreError> {
        let turn = self.take_turn().await?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.transaction(options).await?;
        let head = lock_head(&transaction).await?;
        Ok(Write {
            transaction,
            head,
            at: now,
            changes: Vec::new(),
            entries: Vec::new(),
            chain: self.audit_chain().cloned(),
            commit_timeout: self.commit_timeout(),
            _turn: turn,
        })
    }
}

/// Locks the head's row by writing it, and reads it. (`SELECT … FOR UPDATE` exists on one of the two
/// engines only.)
async fn lock_head(transaction: &Transaction) -> Result<i64, StoreError> {
    change_head::Entity::update_many()
        .col_expr(
            change_head::Column::Number,
            Expr::col(change_head::Column::Number),
        )
        .filter(change_head::Column::Id.eq(HEAD))
        .exec(transaction)
        .await?;
    read_head(transaction).await
}

/// Reads the number of the last change.
pub(super) async fn read_head(
    connection: &impl sea_orm::ConnectionTrait,
) -> Result<i64, StoreError> {
    change_head::Entity::find_by_id(HEAD)
        .one(connection)
        .await?
        .map(|row| row.number)
        .ok_or_else(|| StoreError::Corrupt("change_head has no row".to_owned()))
}

impl Write {
    /// Makes the change last, and the feed and the audit trail tell of it. Returns what the feed
    /// tells.
    ///
    /// # Errors
    /// [`StoreError::Unaudited`] for a change without an [audit event](Self::audit);
    /// [`StoreError::Unavailable`]. Nothing was changed then, unless the connection was lost just
    /// while the database was answering.
    pub async fn commit(self) -> Result<Vec<Change>, StoreError> {
        match (&self.chain, self.entries.as_slice()) {
            (_, []) if self.changes.is_empty() => {}
            (Some(chain), entries @ [_, ..]) => {
                audit::append(&self.transaction, chain, self.at, entries).await?;
            }
            _ => return Err(StoreError::Unaudited),
        }
        let changes: Vec<Change> = (self.head + 1..)
            .zip(self.changes)
            .map(|(number, (kind, subject))| Change {
                number,
                kind,
                subject,
                at: self.at,
            })
            .collect();
        for chunk in changes.chunks(CHANGES_A_STATEMENT) {
            let rows: Vec<_> = chunk
                .iter()
                .map(|change| change::ActiveModel {
                    number: Set(change.number),
                    kind: Set(change.kind.as_str().to_owned()),
                    subject: Set(change.subject.clone()),
                    at: Set(self.at),
                })
                .collect();
            change::Entity::insert_many(rows)
                .exec_without_returning(&self.transaction)
                .await?;
        }
        if let Some(last) = changes.last() {
            change_head::Entity::update_many()
                .col_expr(change_head::Column::Number, Expr::value(last.number))
                .filter(change_head::Column::Id.eq(HEAD))
                .exec(&self.transaction)
                .await?;
            engine::announce(&self.transaction, last.number).await?;
        }
        tokio::time::timeout(self.commit_timeout, self.transaction.commit())
            .await
            .map_err(|_| StoreError::Unavailable("the commit took too long".to_owned()))??;
        Ok(changes)
    }

    /// Tells the feed, at the commit, that this has changed.
    pub(super) fn record(&mut self, kind: ChangeKind, subject: impl fmt::Display) {
        self.changes.push((kind, subject.to_string()));
    }

    /// Tells the audit trail, at the commit, that this was done.
    pub fn audit(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub(super) fn transaction(&self) -> &Transaction {
        &self.transaction
    }
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Write")
            .field("head", &self.head)
            .field("at", &self.at)
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}
