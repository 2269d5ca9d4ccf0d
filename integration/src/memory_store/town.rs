//! Who lives and works there: what any store is filled with before something happens.

use domain::devices::Device;
use domain::ids::OrganisationId;
use domain::residents::Resident;
use domain::responders::Responder;
use store::Account;
use store::seeding::{FamilyLink, Organisation};

/// The people, devices and organisations of an installation.
#[derive(Clone, Debug)]
pub struct Town {
    /// Handles unknown devices.
    pub default_organisation: OrganisationId,
    /// All organisations.
    pub organisations: Vec<Organisation>,
    /// Elders and their homes.
    pub residents: Vec<Resident>,
    /// Registered devices.
    pub devices: Vec<Device>,
    /// Everybody who can be written to.
    pub accounts: Vec<Account>,
    /// Whose relative is whose.
    pub family: Vec<FamilyLink>,
    /// Who may be sent.
    pub responders: Vec<Responder>,
}
