//! The one gate: `authorize(subject, action, object, context)`, deny by default.
//!
//! Called by every operation, for every item of a list and for every event of a stream. A role
//! that may never do a thing is told so ([`Denied::Forbidden`]); an object that is not for this
//! subject does not exist for it ([`Denied::Hidden`]).

mod visibility;

pub use visibility::{Visibility, visibility};

use crate::devices::CommandKind;
use crate::identity::{Role, Subject};
use crate::ids::{AccountId, OrganisationId, ResidentId};
use crate::words::words;

words! {
    /// What is to be done: one word per operation of the contract.
    pub enum Action {
        /// See own identity.
        Whoami = "whoami",
        /// List incidents.
        IncidentList = "incident_list",
        /// Report one.
        IncidentReport = "incident_report",
        /// Read one.
        IncidentRead = "incident_read",
        /// Follow them live.
        IncidentStream = "incident_stream",
        /// See the map of one.
        IncidentMap = "incident_map",
        /// List the homes of an area that is not heard.
        IncidentHomes = "incident_homes",
        /// Read who stood where when people were asked.
        IncidentCandidates = "incident_candidates",
        /// Read what its alarm was weighed by.
        IncidentEvidence = "incident_evidence",
        /// Upload a recorded trace.
        DeviceTrace = "device_trace",
        /// Take one as the seat.
        IncidentAcknowledge = "incident_acknowledge",
        /// Tie one to a resident.
        IncidentIdentify = "incident_identify",
        /// Set out.
        IncidentDepart = "incident_depart",
        /// Arrive.
        IncidentArrive = "incident_arrive",
        /// Close one.
        IncidentClose = "incident_close",
        /// Reopen one.
        IncidentReopen = "incident_reopen",
        /// Read the machine.
        IncidentStates = "incident_states",
        /// Record a silent call-back.
        IncidentNoAnswer = "incident_no_answer",
        /// Drop out.
        IncidentDrop = "incident_drop",
        /// Report a shut door.
        IncidentBlockAccess = "incident_block_access",
        /// Hand a person over.
        IncidentHandOver = "incident_hand_over",
        /// Record a look on the next day.
        IncidentFollowUp = "incident_follow_up",
        /// Let one wait.
        IncidentSuspend = "incident_suspend",
        /// Merge two.
        IncidentMerge = "incident_merge",
        /// Split two.
        IncidentSplit = "incident_split",
        /// Link two.
        IncidentLink = "incident_link",
        /// List what one hangs together with.
        IncidentLinkList = "incident_link_list",
        /// Start an exercise.
        DrillStart = "drill_start",
        /// Read how often a device was wrong.
        DeviceFalseAlarms = "device_false_alarms",
        /// Read what an ambulance has to know.
        HealthRead = "health_read",
        /// Write it down.
        HealthSet = "health_set",
        /// Read the sheet for an ambulance.
        HandoverSheet = "handover_sheet",
        /// List residents.
        ResidentList = "resident_list",
        /// Read one.
        ResidentRead = "resident_read",
        /// Say what whoever comes to one must be or be able to do.
        RequirementsSet = "requirements_set",
        /// Read whether one is protected now.
        ProtectionRead = "protection_read",
        /// List devices.
        DeviceList = "device_list",
        /// Read one.
        DeviceRead = "device_read",
        /// Say which datum one sends.
        DatumSet = "datum_set",
        /// Give a device or gateway a credential.
        CredentialIssue = "credential_issue",
        /// List credentials.
        CredentialList = "credential_list",
        /// Take one back.
        CredentialRevoke = "credential_revoke",
        /// List raw frames.
        FrameList = "frame_list",
        /// Tell a device to do something.
        DeviceCommandQueue = "device_command_queue",
        /// List what a device was told.
        DeviceCommandList = "device_command_list",
        /// Read one command.
        DeviceCommandRead = "device_command_read",
        /// Take one back.
        DeviceCommandCancel = "device_command_cancel",
        /// Register a device.
        DeviceRegister = "device_register",
        /// Draw its label.
        DeviceLabel = "device_label",
        /// Take it from its wearer.
        DeviceUnbind = "device_unbind",
        /// List whose it is and was.
        BindingList = "binding_list",
        /// Give it to a resident.
        BindingOpen = "binding_open",
        /// Order that a device is handed out and shows that it works.
        EnrolmentOrder = "enrolment_order",
        /// List such orders.
        EnrolmentList = "enrolment_list",
        /// Read one.
        EnrolmentRead = "enrolment_read",
        /// Try out a help button on purpose.
        EnrolmentTest = "enrolment_test",
        /// List responders.
        ResponderList = "responder_list",
        /// Read one.
        ResponderRead = "responder_read",
        /// List own offers.
        OfferList = "offer_list",
        /// Say yes.
        OfferAccept = "offer_accept",
        /// Say no.
        OfferDecline = "offer_decline",
        /// Go on or off duty.
        DutySet = "duty_set",
        /// Report own position.
        PositionSet = "position_set",
        /// Give or take back somebody's clearance.
        ClearanceSet = "clearance_set",
        /// List own push endpoints.
        PushEndpointList = "push_endpoint_list",
        /// Set one.
        PushEndpointSet = "push_endpoint_set",
        /// Remove one.
        PushEndpointRemove = "push_endpoint_remove",
        /// List deliveries.
        NotificationList = "notification_list",
        /// List own notices.
        MyNotificationList = "my_notification_list",
        /// Report a street, gate or lift as closed.
        StreetClosureReport = "street_closure_report",
        /// List what is closed.
        StreetClosureList = "street_closure_list",
        /// End a closure.
        StreetClosureEnd = "street_closure_end",
        /// Write down a rule about signs of daily life.
        LifeSignRuleCreate = "life_sign_rule_create",
        /// List such rules.
        LifeSignRuleList = "life_sign_rule_list",
        /// Try one on what has been.
        LifeSignRuleTry = "life_sign_rule_try",
        /// Switch one on or off.
        LifeSignRuleSwitch = "life_sign_rule_switch",
        /// Say that a resident is away.
        AwaySet = "away_set",
        /// Say that a sign of life was seen.
        LifeSignReport = "life_sign_report",
        /// Read who is asked and told when.
        LaddersRead = "ladders_read",
        /// Replace it.
        LaddersSet = "ladders_set",
        /// Try ladders on what has been.
        LaddersTry = "ladders_try",
        /// Read what is feared for a resident.
        CareRead = "care_read",
        /// Say it.
        CareSet = "care_set",
        /// Read which street looks after a home when it is over.
        FollowUpRead = "follow_up_read",
        /// Call for help for oneself, as a helper.
        SosRaise = "sos_raise",
        /// Read how the caller is reached.
        ReachRead = "reach_read",
        /// Set it.
        ReachSet = "reach_set",
        /// Tell what became of an own notice.
        NotificationReceipt = "notification_receipt",
        /// Read what is known of a notice.
        NotificationReceipts = "notification_receipts",
        /// Say yes by a token.
        OfferRedeem = "offer_redeem",
        /// End a suspicion.
        IncidentCancel = "incident_cancel",
        /// Have a resident called.
        IncidentCall = "incident_call",
        /// Read such calls.
        IncidentCalls = "incident_calls",
        /// Read counters.
        Counters = "counters",
    }
}

/// How a subject stands to an incident by being asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relation {
    /// Never asked.
    #[default]
    None,
    /// Asked, and the ask is still open.
    Asked,
    /// The one who accepted.
    Going,
    /// Was asked; the ask is over.
    Released,
}

/// What the action is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// Whose data.
    pub organisation_id: OrganisationId,
    /// About which resident, when it is about one.
    pub resident_id: Option<ResidentId>,
    /// Whose own thing it is, when it is somebody's own.
    pub account_id: Option<AccountId>,
}

impl Object {
    /// The subject's own organisation as a whole, for lists and counters.
    pub fn organisation(id: OrganisationId) -> Self {
        Self {
            organisation_id: id,
            resident_id: None,
            account_id: None,
        }
    }
}

/// Circumstances of the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// How the subject stands to the incident.
    pub relation: Relation,
    /// The incident is open.
    pub incident_open: bool,
    /// The subject works for the community that the resident lives in.
    pub community: bool,
}

/// A "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// This role never may.
    #[error("not for this role")]
    Forbidden,
    /// This object is not there for this subject.
    #[error("no such object for this subject")]
    Hidden,
}

/// Whether the subject may do this to the object under these circumstances.
///
/// # Errors
/// [`Denied`]; anything not allowed below is denied.
pub fn authorize(
    subject: &Subject,
    action: Action,
    object: &Object,
    circumstances: Circumstances,
) -> Result<(), Denied> {
    if !role_may(subject.role, action) {
        return Err(Denied::Forbidden);
    }
    if object.organisation_id != subject.organisation_id {
        return Err(Denied::Hidden);
    }
    if object
        .account_id
        .is_some_and(|owner| owner != subject.account_id)
    {
        return Err(Denied::Hidden);
    }
    if concerns(subject, action, object, circumstances) {
        Ok(())
    } else {
        Err(Denied::Hidden)
    }
}

/// Whether this role may have a device told this.
///
/// Who looks after the installation sets devices up and knows no wearer: ringing, calling, speaking
/// and locating reach a person, and are the seat's.
///
/// # Errors
/// [`Denied::Forbidden`].
pub fn may_tell(role: Role, kind: CommandKind) -> Result<(), Denied> {
    match role {
        Role::Operator => Ok(()),
        Role::Admin if kind.is_setting() => Ok(()),
        _ => Err(Denied::Forbidden),
    }
}

/// What a role may do at all.
fn role_may(role: Role, action: Action) -> bool {
    use Action as A;
    let own_inbox = matches!(
        action,
        A::Whoami
            | A::PushEndpointList
            | A::PushEndpointSet
            | A::PushEndpointRemove
            | A::MyNotificationList
            | A::ReachRead
            | A::ReachSet
            | A::NotificationReceipt
    );
    let follow = matches!(
        action,
        A::IncidentList | A::IncidentRead | A::IncidentStream | A::IncidentMap
    );
    if action == A::IncidentStates {
        return role != Role::Device;
    }
    match role {
        Role::Operator => {
            own_inbox || follow || action == A::IncidentCandidates || operator_may(action)
        }
        Role::Family => {
            own_inbox
                || follow
                || matches!(
                    action,
                    A::IncidentReport
                        | A::IncidentCancel
                        | A::IncidentEvidence
                        | A::ResidentList
                        | A::ResidentRead
                        | A::ProtectionRead
                        | A::AwaySet
                )
        }
        Role::Responder => {
            own_inbox || follow || action == A::IncidentCandidates || responder_may(action)
        }
        Role::Device => matches!(action, A::Whoami | A::IncidentReport | A::DeviceTrace),
        Role::Admin => {
            own_inbox
                || matches!(
                    action,
                    A::DeviceList
                        | A::DeviceRead
                        | A::CredentialIssue
                        | A::CredentialList
                        | A::CredentialRevoke
                        | A::DeviceRegister
                        | A::DeviceLabel
                        | A::DeviceCommandQueue
                        | A::DeviceCommandList
                        | A::DeviceCommandRead
                        | A::DeviceCommandCancel
                        | A::FrameList
                        | A::ResponderList
                        | A::ResponderRead
                        | A::LaddersRead
                        | A::LaddersTry
                        | A::DeviceFalseAlarms
                        | A::Counters
                )
        }
    }
}

fn operator_may(action: Action) -> bool {
    use Action as A;
    matches!(
        action,
        A::IncidentReport
            | A::IncidentCancel
            | A::IncidentCall
            | A::IncidentCalls
            | A::NotificationReceipts
            | A::IncidentEvidence
            | A::DeviceTrace
            | A::IncidentAcknowledge
            | A::IncidentIdentify
            | A::IncidentArrive
            | A::IncidentClose
            | A::IncidentReopen
            | A::IncidentNoAnswer
            | A::IncidentDrop
            | A::IncidentBlockAccess
            | A::IncidentHandOver
            | A::IncidentFollowUp
            | A::IncidentSuspend
            | A::IncidentMerge
            | A::IncidentSplit
            | A::IncidentLink
            | A::IncidentLinkList
            | A::DrillStart
            | A::DeviceFalseAlarms
            | A::HealthRead
            | A::HealthSet
            | A::HandoverSheet
            | A::ResidentList
            | A::ResidentRead
            | A::RequirementsSet
            | A::ProtectionRead
            | A::IncidentHomes
            | A::DeviceList
            | A::DeviceRead
            | A::DatumSet
            | A::CredentialIssue
            | A::CredentialList
            | A::CredentialRevoke
            | A::DeviceRegister
            | A::DeviceLabel
            | A::DeviceUnbind
            | A::BindingList
            | A::BindingOpen
            | A::EnrolmentOrder
            | A::EnrolmentList
            | A::EnrolmentRead
            | A::EnrolmentTest
            | A::DeviceCommandQueue
            | A::DeviceCommandList
            | A::DeviceCommandRead
            | A::DeviceCommandCancel
            | A::LifeSignRuleCreate
            | A::LifeSignRuleList
            | A::LifeSignRuleTry
            | A::LifeSignRuleSwitch
            | A::AwaySet
            | A::LifeSignReport
            | A::LaddersRead
            | A::LaddersSet
            | A::LaddersTry
            | A::CareRead
            | A::CareSet
            | A::FollowUpRead
            | A::FrameList
            | A::ResponderList
            | A::ResponderRead
            | A::ClearanceSet
            | A::NotificationList
            | A::StreetClosureReport
            | A::StreetClosureList
            | A::StreetClosureEnd
            | A::Counters
    )
}

fn responder_may(action: Action) -> bool {
    use Action as A;
    matches!(
        action,
        A::OfferList
            | A::ProtectionRead
            | A::OfferAccept
            | A::OfferDecline
            | A::OfferRedeem
            | A::IncidentEvidence
            | A::IncidentDepart
            | A::IncidentArrive
            | A::IncidentClose
            | A::IncidentDrop
            | A::IncidentBlockAccess
            | A::IncidentHandOver
            | A::HandoverSheet
            | A::DutySet
            | A::PositionSet
            | A::SosRaise
    )
}

/// Whether this very object concerns the subject.
fn concerns(
    subject: &Subject,
    action: Action,
    object: &Object,
    circumstances: Circumstances,
) -> bool {
    use Action as A;
    // Lists and streams are open as such; each item passes the gate again as a read.
    let about_nobody = matches!(
        action,
        A::Whoami
            | A::IncidentStates
            | A::IncidentList
            | A::IncidentStream
            | A::ResidentList
            | A::OfferList
            | A::DutySet
            | A::PositionSet
            | A::SosRaise
            | A::PushEndpointList
            | A::PushEndpointSet
            | A::PushEndpointRemove
            | A::MyNotificationList
            | A::ReachRead
            | A::ReachSet
            | A::NotificationReceipt
            // A token is somebody's own, which was asked above.
            | A::OfferRedeem
    );
    if about_nobody {
        return true;
    }
    match subject.role {
        Role::Operator | Role::Admin => true,
        Role::Family | Role::Device => object
            .resident_id
            .is_some_and(|resident| subject.resident_ids.contains(&resident)),
        Role::Responder => responder_concerned(action, circumstances),
    }
}

/// A responder sees what they are asked about, and acts on what they accepted, while it lasts.
fn responder_concerned(action: Action, circumstances: Circumstances) -> bool {
    let Circumstances {
        relation,
        incident_open,
        community,
    } = circumstances;
    match action {
        // The answer to a closed or taken offer is a readable refusal, not a riddle.
        Action::OfferAccept | Action::OfferDecline => relation != Relation::None,
        Action::IncidentRead | Action::IncidentMap | Action::IncidentCandidates => {
            incident_open && matches!(relation, Relation::Asked | Relation::Going)
        }
        Action::ProtectionRead => community,
        // Vital signs may stand in it: for whoever goes, while they go.
        Action::IncidentEvidence | Action::HandoverSheet => {
            incident_open && relation == Relation::Going
        }
        _ => relation == Relation::Going,
    }
}

#[cfg(test)]
mod tests;
