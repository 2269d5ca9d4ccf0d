//! Callbacks of gateways, each with one effect.

use diesel::prelude::*;
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::errors::Mapped;
use crate::once::insert_once;
use crate::schema::gateway_callbacks;
use crate::sql_store::SqlStore;
use crate::sql_types::At;
use crate::writer::Lane;

/// Whether a callback was here before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is new, or broke off before its effect was durable.
    New,
    /// It had its effect.
    Before,
}

impl SqlStore {
    /// Notes that a callback came.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn callback_begin(
        &self,
        gateway: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<Seen, StoreError> {
        let (gateway, id) = (gateway.to_owned(), id.to_owned());
        self.write(Lane::Alarm, move |conn| {
            let known = gateway_callbacks::table
                .filter(gateway_callbacks::gateway.eq(&gateway))
                .filter(gateway_callbacks::id.eq(&id))
                .select(gateway_callbacks::id);
            insert_once!(
                conn,
                gateway_callbacks::table,
                known,
                (
                    gateway_callbacks::gateway.eq(&gateway),
                    gateway_callbacks::id.eq(&id),
                    gateway_callbacks::received_at.eq(At(now)),
                )
            );
            let done: Option<At> = gateway_callbacks::table
                .filter(gateway_callbacks::gateway.eq(&gateway))
                .filter(gateway_callbacks::id.eq(&id))
                .select(gateway_callbacks::done_at)
                .first(conn)
                .mapped()?;
            Ok(if done.is_some() {
                Seen::Before
            } else {
                Seen::New
            })
        })
    }

    /// Notes that a callback had its effect.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn callback_done(&self, gateway: &str, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let (gateway, id) = (gateway.to_owned(), id.to_owned());
        self.write(Lane::Alarm, move |conn| {
            let own = gateway_callbacks::table
                .filter(gateway_callbacks::gateway.eq(gateway))
                .filter(gateway_callbacks::id.eq(id));
            diesel::update(own)
                .set(gateway_callbacks::done_at.eq(Some(At(now))))
                .execute(conn)
                .mapped()
                .map(|_| ())
        })
    }
}
