//! The connections of this process: all of them can be given up and made anew, and none is waited
//! for without end.
//!
//! A machine that vanishes without a word closes no connection, and TCP waits for it for a quarter of
//! an hour. PostgreSQL keeps the limits that it is told, but nobody hears of that then; and a pool
//! that gets back a connection whose statement was abandoned asks it first whether it still lives,
//! however long that takes. So the limits are kept on this side, too, and a pool whose connections
//! may be dead is replaced. So is one whose connections cannot be relied on to write.

use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{
    ConnAcquireErr, ConnectOptions, ConnectionTrait, Database, DatabaseConnection,
    DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    TransactionOptions, TransactionTrait,
};

use super::super::error::takes_no_changes;

/// A pool that can be replaced.
pub struct Connections {
    pool: ArcSwap<DatabaseConnection>,
    /// How to make others; none where there can be none: a database in memory has one connection.
    others: Option<ConnectOptions>,
    /// How long a statement may take, with waiting for a connection; without end where there is none.
    limit: Option<Duration>,
    statements: Arc<AtomicU64>,
}

impl Connections {
    /// Those of `pool`.
    pub(super) fn new(pool: DatabaseConnection, limit: Option<Duration>) -> Self {
        let statements = Arc::default();
        Self {
            pool: ArcSwap::from_pointee(counted(pool, &statements)),
            others: None,
            limit,
            statements,
        }
    }

    /// Says how to make others.
    pub(super) fn with_others(self, mut options: ConnectOptions) -> Self {
        // Whoever replaces them does not wait for the first one.
        options.connect_lazy(true);
        Self {
            others: Some(options),
            ..self
        }
    }

    /// One connection like these and beside them, which is made when it is first used. `None` where
    /// there can be no other.
    pub(super) async fn beside(&self) -> Result<Option<Self>, DbErr> {
        let Some(options) = &self.others else {
            return Ok(None);
        };
        let mut one = options.clone();
        one.max_connections(1);
        let pool = Database::connect(one.clone()).await?;
        Ok(Some(Self {
            pool: ArcSwap::from_pointee(counted(pool, &self.statements)),
            others: Some(one),
            limit: self.limit,
            statements: Arc::clone(&self.statements),
        }))
    }

    /// Gives them up where their other end may be gone, as a file's cannot.
    pub(in super::super) async fn reconnect(&self) -> Result<(), DbErr> {
        if self.get_database_backend() == DbBackend::Sqlite {
            return Ok(());
        }
        self.renew().await
    }

    /// Gives them up, and makes others when they are needed. What is under way on the old ones ends
    /// as it may.
    async fn renew(&self) -> Result<(), DbErr> {
        let Some(options) = &self.others else {
            return Ok(());
        };
        let fresh = Box::pin(Database::connect(options.clone())).await?;
        let old = self.pool.swap(Arc::new(counted(fresh, &self.statements)));
        // It waits for those in use, which may be dead.
        tokio::spawn(async move { old.close_by_ref().await });
        Ok(())
    }

    /// Gives them up after a change that a SQLite file did not take. The connection may have been
    /// opened for reading only, and stay so when the file can be written again. And where a commit
    /// fails, the driver loses count of transactions: the next one on the same connection would be
    /// part of one that never ends, and be lost after it was acknowledged.
    async fn distrust(&self, error: &DbErr) {
        if self.get_database_backend() != DbBackend::Sqlite {
            return;
        }
        if let Err(other) = self.renew().await {
            log::error!("after \"{error}\" the database is not opened again: {other}");
        }
    }

    /// The pool as it is now.
    pub(in super::super) fn pool(&self) -> Arc<DatabaseConnection> {
        self.pool.load_full()
    }

    /// Runs one statement. Where the pool is replaced while it waits for a connection, it waits for
    /// one of the new pool: nothing was sent yet.
    async fn on_pool<T, F: Future<Output = Result<T, DbErr>>>(
        &self,
        statement: impl Fn(Arc<DatabaseConnection>) -> F,
    ) -> Result<T, DbErr> {
        // A request that has to wait and may not is given up here, before it has taken a connection and
        // begun a statement that nobody will read the answer of (`http/admission.rs`).
        tokio::task::yield_now().await;
        loop {
            let pool = self.pool();
            match within(self.limit, statement(Arc::clone(&pool))).await {
                Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
                    if !Arc::ptr_eq(&pool, &self.pool()) => {}
                outcome => return outcome,
            }
        }
    }

    /// Begins a transaction.
    pub(in super::super) async fn begin(
        self: &Arc<Self>,
        options: TransactionOptions,
    ) -> Result<Transaction, DbErr> {
        let begun = self.on_pool(|pool| async move { pool.begin_with_options(options).await });
        let begun = begun.await;
        self.count_statement();
        match begun {
            Ok(inner) => Ok(Transaction {
                inner,
                connections: Arc::clone(self),
            }),
            Err(error) => {
                if takes_no_changes(&error) {
                    self.distrust(&error).await;
                }
                Err(error)
            }
        }
    }

    /// How many statements were run.
    pub(in super::super) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Counts what the pool does not report itself.
    pub(in super::super) fn count_statement(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

fn counted(mut pool: DatabaseConnection, statements: &Arc<AtomicU64>) -> DatabaseConnection {
    let statements = Arc::clone(statements);
    pool.set_metric_callback(move |_| {
        statements.fetch_add(1, Ordering::Relaxed);
    });
    pool
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

/// A transaction whose statements are not waited for without end.
pub struct Transaction {
    inner: DatabaseTransaction,
    connections: Arc<Connections>,
}

impl Transaction {
    /// Makes it last.
    pub(in super::super) async fn commit(self) -> Result<(), DbErr> {
        let connections = self.connections;
        let outcome = within(connections.limit, self.inner.commit()).await;
        if let Err(error) = &outcome {
            connections.distrust(error).await;
        }
        outcome
    }

    async fn run<T>(&self, statement: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let outcome = within(self.connections.limit, statement).await;
        // SQLite ends some transactions by itself, of which the driver knows nothing either.
        if let Err(error) = &outcome
            && error.sql_err().is_none()
        {
            self.connections.distrust(error).await;
        }
        outcome
    }
}

async fn within<T>(
    limit: Option<Duration>,
    statement: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    let Some(limit) = limit else {
        return statement.await;
    };
    tokio::time::timeout(limit, statement)
        .await
        .unwrap_or_else(|_| {
            let late = io::Error::new(ErrorKind::TimedOut, "it did not answer in time");
            let late = SqlxError::Io(late);
            Err(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(late))))
        })
}

#[async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.load().get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.on_pool(|pool| {
            let statement = statement.clone();
            async move { pool.execute_raw(statement).await }
        })
        .await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.on_pool(|pool| async move { pool.execute_unprepared(sql).await })
            .await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.on_pool(|pool| {
            let statement = statement.clone();
            async move { pool.query_one_raw(statement).await }
        })
        .await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.on_pool(|pool| {
            let statement = statement.clone();
            async move { pool.query_all_raw(statement).await }
        })
        .await
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.run(self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.run(self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.run(self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.run(self.inner.query_all_raw(statement)).await
    }
}
