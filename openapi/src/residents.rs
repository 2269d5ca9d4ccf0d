//! Tag residents: the people the service is for, and their homes.

use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Path, Query},
};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Page, PageRequest, Point, Tag, Time, body::Body};

/// How texts for a resident are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ReadingLevel {
    /// Ordinary wording.
    Standard,
    /// Short sentences, common words.
    Easy,
}

/// What whoever comes must be or be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HelperClass {
    /// Trained in first aid.
    FirstAid,
    /// Trained to lift and transfer.
    Lifting,
    /// A woman.
    Female,
    /// A man.
    Male,
    /// Speaks Wu, here Shanghainese.
    #[oai(rename = "wuu")]
    Wu,
}

/// What a resident's record requires of whoever comes.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct Requirements {
    /// All of these; none when empty.
    #[oai(validator(max_items = 5, unique_items))]
    pub requires: Vec<HelperClass>,
    /// Why, in the operator's words.
    #[oai(validator(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: String,
}

/// A dwelling with its entry card. Absent members are unknown or not the caller's to see.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Home {
    /// Address as people write it.
    pub address: Option<String>,
    /// Gate or entrance to use.
    pub gate: Option<String>,
    /// Floor, as people say it.
    pub floor: Option<String>,
    /// Whether there is a lift.
    pub lift: Option<bool>,
    /// Who holds a key, or where it is.
    pub key: Option<String>,
    /// Anything to mind, such as a dog.
    pub caution: Option<String>,
    /// Where the entrance is.
    pub position: Option<Point>,
}

/// A resident as the caller may see them.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Resident {
    /// Id of the resident.
    pub id: Uuid,
    /// Name, masked unless the caller may see it.
    pub display_name: String,
    /// Invented for demonstration.
    pub synthetic: bool,
    /// The dwelling; only for those who may see it.
    pub home: Option<Home>,
    /// What whoever comes must be or be able to do; only for those who may see the dwelling.
    pub requires: Option<Vec<HelperClass>>,
    /// Language tags, preferred first.
    pub languages: Vec<String>,
    /// Devices assigned to the resident.
    pub devices: Vec<Uuid>,
    /// How texts for the resident are written.
    pub reading_level: ReadingLevel,
}

/// Why a resident is not protected, or not as well as could be.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ProtectionReason {
    /// Stable snake_case word: `no_device`, `never_heard`, `battery_flat`, `no_network`, `silent`,
    /// `not_worn`, `low_battery`, `flat_soon`, `no_fix`, `clock_off` or `family_unreached`.
    pub reason: String,
    /// The reason in the caller's language.
    pub text: String,
    /// The device concerned.
    pub device_id: Option<Uuid>,
    /// Since when.
    pub since: Option<Time>,
    /// When something is expected.
    pub until: Option<Time>,
    /// Whether help would not be called because of it.
    pub breaks_protection: bool,
}

/// Whether somebody would hear of it if the resident needed help now.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct Protection {
    /// The resident.
    pub resident_id: Uuid,
    /// Whether somebody would hear of it.
    pub protected: bool,
    /// The same in the caller's language, with the reasons.
    pub text: String,
    /// Why not, or what may change that; the gravest first.
    pub reasons: Vec<ProtectionReason>,
    /// When this was so.
    pub as_of: Time,
}

/// What the server does for this tag.
pub trait ResidentsPort: Send + Sync + 'static {
    /// Residents that the caller may see.
    fn resident_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<Resident>>> + Send;

    /// One resident.
    fn resident_read(
        &self,
        caller: Caller,
        resident_id: Uuid,
    ) -> impl Future<Output = Answer<Resident>> + Send;

    /// An operator says what whoever comes must be or be able to do; what no one person can be is
    /// a conflict.
    fn requirements_set(
        &self,
        caller: Caller,
        resident_id: Uuid,
        requirements: Requirements,
    ) -> impl Future<Output = Answer<Resident>> + Send;

    /// Whether a resident is protected now.
    fn protection_read(
        &self,
        caller: Caller,
        resident_id: Uuid,
    ) -> impl Future<Output = Answer<Protection>> + Send;
}

/// Routes of this tag over a port.
pub struct ResidentsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Residents")]
impl<P: ResidentsPort> ResidentsApi<P> {
    /// List residents
    #[oai(path = "/residents", method = "get", operation_id = "resident_list")]
    async fn resident_list(
        &self,
        caller: Bearer,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<Resident>> {
        self.0
            .resident_list(caller.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// Read a resident
    #[oai(
        path = "/residents/:resident_id",
        method = "get",
        operation_id = "resident_read"
    )]
    async fn resident_read(&self, caller: Bearer, resident_id: Path<Uuid>) -> Answer<Resident> {
        self.0.resident_read(caller.0, resident_id.0).await
    }

    /// Say what whoever comes must be or be able to do
    ///
    /// Counts from the next decision on, wherever help can wait for such a person; a life never
    /// waits. Replaces what was required before.
    #[oai(
        path = "/residents/:resident_id/requirements",
        method = "put",
        operation_id = "requirements_set"
    )]
    async fn requirements_set(
        &self,
        caller: Bearer,
        resident_id: Path<Uuid>,
        requirements: Body<Requirements>,
    ) -> Answer<Resident> {
        self.0
            .requirements_set(caller.0, resident_id.0, requirements.0)
            .await
    }

    /// Read whether a resident is protected
    ///
    /// Protected now, or not protected, because …
    #[oai(
        path = "/residents/:resident_id/protection",
        method = "get",
        operation_id = "protection_read"
    )]
    async fn protection_read(&self, caller: Bearer, resident_id: Path<Uuid>) -> Answer<Protection> {
        self.0.protection_read(caller.0, resident_id.0).await
    }
}
