//! Ports that answer every call with a fault: enough to print the document and
//! to test the edge without a server or a database.

use uuid::Uuid;

use crate::*;

/// Implements every port without a server behind it.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocumentOnly;

/// One line per operation: name, arguments, answer.
macro_rules! faults {
    ($port:ident { $($name:ident($($arg:ty),*) -> $answer:ty;)* }) => {
        impl $port for DocumentOnly {
            $(faults!(@one $name($($arg),*) -> $answer);)*
        }
    };
    (@one $name:ident() -> $answer:ty) => {
        async fn $name(&self) -> $answer { Err(Problem::internal()) }
    };
    (@one $name:ident($a:ty) -> $answer:ty) => {
        async fn $name(&self, _: $a) -> $answer { Err(Problem::internal()) }
    };
    (@one $name:ident($a:ty, $b:ty) -> $answer:ty) => {
        async fn $name(&self, _: $a, _: $b) -> $answer { Err(Problem::internal()) }
    };
    (@one $name:ident($a:ty, $b:ty, $c:ty) -> $answer:ty) => {
        async fn $name(&self, _: $a, _: $b, _: $c) -> $answer { Err(Problem::internal()) }
    };
    (@one $name:ident($a:ty, $b:ty, $c:ty, $d:ty) -> $answer:ty) => {
        async fn $name(&self, _: $a, _: $b, _: $c, _: $d) -> $answer { Err(Problem::internal()) }
    };
}

type Key = Option<String>;

faults!(IncidentsPort {
    incident_list(Caller, IncidentFilter, PageRequest) -> Answer<Page<Incident>>;
    incident_report(Caller, String, IncidentReport) -> Result<Reported, Problem>;
    incident_read(Caller, Uuid) -> Answer<IncidentDetail>;
    incident_stream(Caller, Option<i64>) -> Result<IncidentEvents, Problem>;
    incident_map(Caller, Uuid) -> Answer<IncidentMap>;
    incident_candidates(Caller, Uuid) -> Answer<IncidentCandidates>;
    incident_homes(Caller, Uuid) -> Answer<OutageHomes>;
    incident_acknowledge(Caller, Uuid, Key, Note) -> Answer<Incident>;
    incident_identify(Caller, Uuid, Key, Identification) -> Answer<Incident>;
    incident_depart(Caller, Uuid, Key) -> Answer<Incident>;
    incident_arrive(Caller, Uuid, Key, Note) -> Answer<Incident>;
    incident_close(Caller, Uuid, Key, Closure) -> Answer<Incident>;
    incident_reopen(Caller, Uuid, Key, Reopening) -> Answer<Incident>;
});

faults!(IncidentStepsPort {
    incident_states(Caller) -> Answer<IncidentStates>;
    incident_no_answer(Caller, Uuid, Key, Note) -> Answer<Incident>;
    incident_drop(Caller, Uuid, Key, Note) -> Answer<Incident>;
    incident_block_access(Caller, Uuid, Key, Note) -> Answer<Incident>;
    incident_hand_over(Caller, Uuid, Key, HandOver) -> Answer<Incident>;
    incident_follow_up(Caller, Uuid, Key, FollowUp) -> Answer<Incident>;
    incident_suspend(Caller, Uuid, Key, Suspension) -> Answer<Incident>;
    incident_merge(Caller, Uuid, Key, OtherIncident) -> Answer<Incident>;
    incident_split(Caller, Uuid, Key, OtherIncident) -> Answer<Incident>;
    incident_link(Caller, Uuid, Key, OtherIncident) -> Answer<Incident>;
    incident_link_list(Caller, Uuid) -> Answer<IncidentLinks>;
    drill_start(Caller, Key, DrillOrder) -> Answer<Incident>;
    device_false_alarms(Caller, Uuid) -> Answer<DeviceFalseAlarms>;
    health_read(Caller, Uuid) -> Answer<HealthRecord>;
    health_set(Caller, Uuid, HealthRecord) -> Answer<HealthRecord>;
    handover_sheet(Caller, Uuid, bool) -> Result<SheetAnswer, Problem>;
});

faults!(EvidencePort {
    incident_evidence(Caller, Uuid) -> Answer<IncidentEvidence>;
    device_trace(Caller, Uuid, TraceUpload) -> Answer<TraceOpinion>;
});

faults!(ResidentsPort {
    resident_list(Caller, PageRequest) -> Answer<Page<Resident>>;
    resident_read(Caller, Uuid) -> Answer<Resident>;
    requirements_set(Caller, Uuid, Requirements) -> Answer<Resident>;
    protection_read(Caller, Uuid) -> Answer<Protection>;
});

faults!(DeviceCredentialsPort {
    credential_issue(Caller, CredentialOrder) -> Result<CredentialIssued, Problem>;
    credential_list(Caller, PageRequest) -> Answer<Page<DeviceCredential>>;
    credential_revoke(Caller, Uuid) -> Result<CredentialRevoked, Problem>;
});

faults!(WebhooksPort {
    ingest_signed(PostedMessage) -> Result<Ingested, Problem>;
    ingest_hook(String, String, HookProof, PostedMessage) -> Result<Ingested, Problem>;
});

faults!(DevicesPort {
    device_register(Caller, String, DeviceRegistration) -> Result<DeviceRegistered, Problem>;
    device_list(Caller, PageRequest) -> Answer<Page<Device>>;
    device_read(Caller, Uuid) -> Answer<Device>;
    datum_set(Caller, Uuid, DatumSetting) -> Answer<Device>;
    frame_list(Caller, Option<bool>, PageRequest) -> Answer<Page<Frame>>;
});

faults!(BindingsPort {
    device_label(Caller, Uuid) -> Result<DeviceLabelDrawn, Problem>;
    device_unbind(Caller, Uuid, Key, UnbindingOrder) -> Answer<Binding>;
    binding_list(Caller, Uuid, PageRequest) -> Answer<Page<Binding>>;
    binding_open(Caller, String, BindingOrder) -> Result<BindingOpened, Problem>;
    enrolment_order(Caller, String, EnrolmentOrder) -> Result<EnrolmentOrdered, Problem>;
    enrolment_list(Caller, PageRequest) -> Answer<Page<Enrolment>>;
    enrolment_read(Caller, Uuid) -> Answer<Enrolment>;
    enrolment_test(Caller, Uuid, Key, ProofTest) -> Answer<Enrolment>;
});

faults!(DeviceCommandsPort {
    device_command_queue(Caller, Uuid, String, DeviceCommandOrder) -> Result<DeviceCommandQueued, Problem>;
    device_command_list(Caller, Uuid, PageRequest) -> Answer<Page<DeviceCommand>>;
    device_command_read(Caller, Uuid, Uuid) -> Answer<DeviceCommand>;
    device_command_cancel(Caller, Uuid, Uuid) -> Answer<DeviceCommand>;
});

faults!(LifeSignsPort {
    life_sign_rule_create(Caller, String, LifeSignCondition) -> Result<LifeSignRuleCreated, Problem>;
    life_sign_rule_list(Caller) -> Answer<LifeSignRules>;
    life_sign_rule_try(Caller, Uuid, TrialSpan) -> Answer<Trial>;
    life_sign_rule_switch(Caller, Uuid, RuleSwitch) -> Answer<LifeSignRule>;
    away_set(Caller, Uuid, AwayTime) -> Answer<AwayTime>;
});

faults!(LaddersPort {
    ladders_read(Caller) -> Answer<LadderSet>;
    ladders_set(Caller, LadderSetting) -> Answer<LadderSet>;
    ladders_try(Caller, LadderTrialOrder) -> Answer<LadderTrial>;
    care_read(Caller, Uuid) -> Answer<ResidentCare>;
    care_set(Caller, Uuid, ResidentCare) -> Answer<ResidentCare>;
    life_sign_report(Caller, Uuid, Key, SeenSign) -> Answer<SeenSign>;
    follow_up_read(Caller, Uuid) -> Answer<FollowUpStreet>;
    sos_raise(Caller, Key) -> Answer<Incident>;
});

faults!(RespondersPort {
    responder_list(Caller, PageRequest) -> Answer<Page<Responder>>;
    responder_read(Caller, Uuid) -> Answer<Responder>;
    offer_list(Caller, PageRequest) -> Answer<Page<Offer>>;
    offer_accept(Caller, Uuid, Key) -> Answer<Offer>;
    offer_decline(Caller, Uuid, Key, Refusal) -> Answer<Offer>;
    clearance_set(Caller, Uuid, Clearance) -> Answer<Responder>;
    duty_set(Caller, Duty) -> Answer<Responder>;
    position_set(Caller, PositionReport) -> Answer<Responder>;
});

faults!(StreetClosuresPort {
    street_closure_report(Caller, String, StreetClosureReport) -> Result<StreetClosureReported, Problem>;
    street_closure_list(Caller, PageRequest) -> Answer<Page<StreetClosure>>;
    street_closure_end(Caller, Uuid, Key) -> Answer<StreetClosure>;
});

faults!(PushEndpointsPort {
    push_endpoint_list(Caller, PageRequest) -> Answer<Page<PushEndpoint>>;
    push_endpoint_set(Caller, Uuid, PushRegistration) -> Answer<PushEndpoint>;
    push_endpoint_remove(Caller, Uuid) -> Result<Removed, Problem>;
});

faults!(NotificationsPort {
    notification_list(Caller, Option<Uuid>, PageRequest) -> Answer<Page<Notification>>;
    my_notification_list(Caller, PageRequest) -> Answer<Page<MyNotification>>;
});

faults!(ReachPort {
    gateway_callback(String, HookProof, PostedMessage) -> Answer<CallbackReceipt>;
    reach_read(Caller) -> Answer<Reach>;
    reach_set(Caller, ReachWanted) -> Answer<Reach>;
    notification_receipt(Caller, Uuid, ReceiptReport) -> Result<ReceiptKept, Problem>;
    notification_receipts(Caller, Uuid) -> Answer<NotificationReceipts>;
    offer_redeem(Caller, OfferRedemption) -> Answer<Offer>;
    incident_cancel(Caller, Uuid, Note) -> Answer<Incident>;
    incident_call(Caller, Uuid) -> Answer<ResidentCall>;
    incident_calls(Caller, Uuid) -> Answer<ResidentCalls>;
});

faults!(OpsPort {
    health() -> Answer<Health>;
    counters(Caller) -> Answer<Counters>;
    whoami(Caller) -> Answer<Whoami>;
});
