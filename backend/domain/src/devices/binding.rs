//! Whose a device is and was: bound to a resident, handed over, taken back.

use chrono::TimeDelta;

use crate::ids::{
    AccountId, BindingId, DeviceId, EnrolmentId, IncidentId, OrganisationId, ResidentId,
};
use crate::time::Timestamp;
use crate::words::words;

/// Letters of a label's code: no I, L, O or U, which are misread.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters in a code: fifty bits, and a caller has to be known to try one.
const LENGTH: usize = 10;

words! {
    /// Why a device is no longer a resident's.
    pub enum EndReason {
        /// Somebody else gets it.
        HandedOver = "handed_over",
        /// It came back.
        Returned = "returned",
        /// Nobody knows where it is.
        Lost = "lost",
        /// The resident died.
        Death = "death",
        /// The resident moves away.
        MovingAway = "moving_away",
    }
}

impl EndReason {
    /// The service for this resident ends as well: who followed it as family no longer does.
    pub fn ends_the_service(self) -> bool {
        matches!(self, Self::Death | Self::MovingAway)
    }
}

/// One time of a device with a resident. The history of them is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Identity.
    pub id: BindingId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// Which device.
    pub device_id: DeviceId,
    /// Whose it is or was.
    pub resident_id: ResidentId,
    /// Since when; `None` is since before records were kept.
    pub bound_at: Option<Timestamp>,
    /// Who bound it.
    pub bound_by: Option<AccountId>,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Who ended it.
    pub ended_by: Option<AccountId>,
    /// Why.
    pub reason: Option<EndReason>,
}

words! {
    /// What shows that a device works where it is.
    pub enum Proof {
        /// Any frame of it.
        Frame = "frame",
        /// A press of the help button.
        Alarm = "alarm",
    }
}

words! {
    /// How far an enrolment got.
    pub enum EnrolmentState {
        /// Handed out; the proof is awaited.
        Pending = "pending",
        /// The device has shown that it works.
        Proven = "proven",
        /// The deadline passed without a proof: the seat has a case.
        Overdue = "overdue",
        /// The device was taken back before.
        Cancelled = "cancelled",
    }
}

/// An order: this device is handed out to this resident, and shows by then that it works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Identity.
    pub id: EnrolmentId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// Which device.
    pub device_id: DeviceId,
    /// To whom.
    pub resident_id: ResidentId,
    /// Who ordered it.
    pub ordered_by: AccountId,
    /// When; only what the device does after that is a proof.
    pub ordered_at: Timestamp,
    /// The deadline.
    pub due_at: Timestamp,
    /// What is asked for.
    pub proof: Proof,
    /// How far it got.
    pub state: EnrolmentState,
    /// When the device showed it.
    pub proven_at: Option<Timestamp>,
    /// The help button is tried out from then on
    pub test_from: Option<Timestamp>,
    /// until then: a press in between sends nobody.
    pub test_until: Option<Timestamp>,
    /// The seat's case.
    pub incident_id: Option<IncidentId>,
}

impl Enrolment {
    /// The longest a help button may be tried out at once: a forgotten test must not cost a life.
    pub const LONGEST_TEST: TimeDelta = TimeDelta::minutes(5);

    /// Whether a proof is still awaited, in time or late.
    pub fn is_open(&self) -> bool {
        matches!(
            self.state,
            EnrolmentState::Pending | EnrolmentState::Overdue
        )
    }
}

/// The one-time code of a label: whoever holds the device may bind it.
#[derive(Clone, PartialEq, Eq)]
pub struct LabelCode(String);

impl LabelCode {
    /// A code from random bits.
    pub fn from_bits(bits: u64) -> Self {
        let letter = |at: usize| {
            let index = (bits >> (5 * at)) & 31;
            char::from(LETTERS[usize::try_from(index).unwrap_or(0)])
        };
        Self((0..LENGTH).map(letter).collect())
    }

    /// Reads a code as people type it; `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '-'))
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let is_code = plain.len() == LENGTH && plain.bytes().all(|b| LETTERS.contains(&b));
        is_code.then_some(Self(plain))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the label of a device says to whoever scans it.
    pub fn written_for(&self, device: DeviceId) -> String {
        format!("anlin:device/{device}#{}", self.0)
    }
}

/// A code is a secret until it is used.
impl std::fmt::Debug for LabelCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LabelCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_typed() {
        let code = LabelCode::from_bits(0x0123_4567_89ab_cdef);
        let typed = code.as_str().to_lowercase();
        assert_eq!(
            LabelCode::parse(&format!("{} -{}", &typed[..5], &typed[5..])),
            Some(code.clone())
        );
        assert_eq!(
            LabelCode::parse("o1lI000000"),
            LabelCode::parse("0111000000")
        );
        for wrong in ["", "123456789", "12345678901", "12345678U9", "１234567890"] {
            assert_eq!(LabelCode::parse(wrong), None, "{wrong}");
        }
        assert!(!format!("{code:?}").contains(code.as_str()));
        assert_ne!(LabelCode::from_bits(1), LabelCode::from_bits(32));
    }

    #[test]
    fn death_and_moving_away_end_the_service_and_a_lost_watch_does_not() {
        let ends: Vec<_> = EndReason::ALL
            .iter()
            .filter(|reason| reason.ends_the_service())
            .collect();
        assert_eq!(ends, [&EndReason::Death, &EndReason::MovingAway]);
    }
}
