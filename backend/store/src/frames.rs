//! Raw frames, as they are read: the visible quarantine of what could not be decoded.

use diesel::dsl::not;
use diesel::prelude::*;
use domain::devices::{DeviceEvent, DeviceUid, Protocol};
use domain::ids::{FrameId, IncidentId, OrganisationId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::rows::FrameRow;
use crate::schema::frames;
use crate::sql_store::SqlStore;
use crate::sql_types::Id;

/// Which frames are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrameFilter {
    /// All.
    #[default]
    All,
    /// Those that mean something.
    Decoded,
    /// Those that do not.
    Undecoded,
}

/// A stored frame.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameRecord {
    /// Identity.
    pub id: FrameId,
    /// When its last byte was here.
    pub received_at: Timestamp,
    /// Peer address without port.
    pub source: String,
    /// How it came.
    pub protocol: Protocol,
    /// Device it claims to come from.
    pub device_uid: Option<DeviceUid>,
    /// The message kind inside the protocol.
    pub kind: Option<String>,
    /// The bytes.
    pub raw: Vec<u8>,
    /// What it means, or why it means nothing.
    pub decoded: Result<DeviceEvent, String>,
    /// The incident it made or joined.
    pub incident_id: Option<IncidentId>,
    /// An alarm that still waits for its decision.
    pub undecided: bool,
}

impl SqlStore {
    /// Lists frames, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn frame_list(
        &self,
        organisation: OrganisationId,
        filter: FrameFilter,
        asked: &PageRequest,
    ) -> Result<Page<FrameRecord>, StoreError> {
        let mut query = frames::table
            .filter(frames::organisation_id.eq(Id::from(organisation)))
            .order((frames::received_at.desc(), frames::id.desc()))
            .limit(asked.fetch())
            .into_boxed();
        query = match filter {
            FrameFilter::All => query,
            FrameFilter::Decoded => query.filter(frames::decoded),
            FrameFilter::Undecoded => query.filter(not(frames::decoded)),
        };
        if let Some(Cursor { at, id }) = asked.cursor {
            let same = frames::received_at.eq(at).and(frames::id.lt(id));
            query = query.filter(frames::received_at.lt(at).or(same));
        }
        let rows: Vec<FrameRow> = self.read(|conn| query.load(conn).mapped())?;
        let items: Vec<FrameRecord> = rows
            .into_iter()
            .map(TryInto::try_into)
            .collect::<Result<_, _>>()?;
        Ok(Page::cut(items, asked, |frame| Cursor {
            at: frame.received_at.into(),
            id: frame.id.into(),
        }))
    }
}
