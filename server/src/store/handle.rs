//! What can be read from: the store as it is now, or a change under way.

use super::engine::{Connections, Transaction};
use super::{Store, Write};

/// A place to read from: a [`Store`] shows what is committed, a [`Write`] also what it has done
/// itself so far. Implemented by those two alone.
pub trait Handle: sealed::Connected + Send + Sync {}

impl Handle for Store {}

impl Handle for Write {}

pub(super) mod sealed {
    /// Keeps the database connection out of sight of everything but the store.
    pub trait Connected {
        /// What statements run on.
        type Connection: sea_orm::ConnectionTrait + Send;

        /// The connection itself.
        fn connection(&self) -> &Self::Connection;
    }
}

impl sealed::Connected for Store {
    type Connection = Connections;

    fn connection(&self) -> &Connections {
        self.database()
    }
}

impl sealed::Connected for Write {
    type Connection = Transaction;

    fn connection(&self) -> &Transaction {
        self.transaction()
    }
}
