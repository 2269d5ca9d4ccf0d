//! Tag notifications: what was sent, how far it got, what the caller received.

use poem_openapi::{Enum, Object, OpenApi, param::Query};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Page, PageRequest, Tag, Time};

/// How far a notification got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits for a worker.
    Queued,
    /// A worker has it.
    Leased,
    /// The carrier took it.
    Sent,
    /// Given up after the last attempt.
    Failed,
    /// Not sent: no endpoint, or no longer wanted.
    Dropped,
}

/// A notification as operators see it, without its words.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Notification {
    /// Id of the notification.
    pub id: Uuid,
    /// Incident it is about.
    pub incident_id: Option<Uuid>,
    /// Account it is for.
    pub account_id: Uuid,
    /// Message key.
    pub key: String,
    /// Channel it went by, once a carrier was tried.
    pub channel: Option<String>,
    /// How far it got.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: i32,
    /// Class of the last error.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: Time,
    /// When the carrier took it.
    pub sent_at: Option<Time>,
}

/// A notification in the words that the caller received.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MyNotification {
    /// Id of the notification.
    pub id: Uuid,
    /// Title in the caller's language.
    pub title: String,
    /// Text in the caller's language.
    pub body: String,
    /// When it was queued.
    pub created_at: Time,
    /// Incident it is about.
    pub incident_id: Option<Uuid>,
}

/// What the server does for this tag.
pub trait NotificationsPort: Send + Sync + 'static {
    /// Delivery states, newest first; of one incident when given.
    fn notification_list(
        &self,
        caller: Caller,
        incident_id: Option<Uuid>,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<Notification>>> + Send;

    /// The caller's own notifications, newest first.
    fn my_notification_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<MyNotification>>> + Send;
}

/// Routes of this tag over a port.
pub struct NotificationsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Notifications")]
impl<P: NotificationsPort> NotificationsApi<P> {
    /// List delivery states
    #[oai(
        path = "/notifications",
        method = "get",
        operation_id = "notification_list"
    )]
    async fn notification_list(
        &self,
        caller: Bearer,
        /// Only notifications about this incident.
        incident_id: Query<Option<Uuid>>,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<Notification>> {
        let page = PageRequest::new(cursor.0, limit.0);
        self.0
            .notification_list(caller.0, incident_id.0, page)
            .await
    }

    /// List the caller's notifications
    #[oai(
        path = "/me/notifications",
        method = "get",
        operation_id = "my_notification_list"
    )]
    async fn my_notification_list(
        &self,
        caller: Bearer,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<MyNotification>> {
        self.0
            .my_notification_list(caller.0, PageRequest::new(cursor.0, limit.0))
            .await
    }
}
