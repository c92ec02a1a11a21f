//! What ends a person's sessions: another password, and another second factor.

use super::error::AppError;
use crate::domain::ids::UserId;
use crate::store::{self, Write};

/// Ends, within a change, all sessions of the person at the console: whoever holds one by the old
/// password is not to keep it. Tokens that were issued before stay good until they expire.
pub(super) async fn end_sessions(write: &mut Write, user: UserId) -> Result<(), AppError> {
    store::console_sessions::end_all_of(write, user, None).await?;
    Ok(())
}
