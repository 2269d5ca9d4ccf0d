//! People: they answer, or do not; they set out, or do not; they do what nobody expected.

use std::rc::Rc;

use domain::apply::{ApplyError, Carried, apply};
use domain::ids::{AccountId, IncidentId, OfferId, ResidentId};
use domain::incidents::{
    CaseSignal, Closure, Incident, IncidentKind, IncidentStatus, Input, OpenKey, Outcome,
    ReportedKind,
};
use domain::message::{Facts, MessageKey};
use domain::ports::Target;

use super::agenda::Event;
use super::dice::Dice;
use super::faults::Fault;
use super::plan::{Plan, Planned, SECOND, What, stream};
use super::ports::{Port, open_offer};
use super::town::{self, STREET};
use super::world::World;

/// A request is repeated so often when nobody answers it.
const TRIES: u32 = 40;

/// A request to the API.
pub(super) struct Deed {
    pub(super) by: AccountId,
    pub(super) target: Target,
    pub(super) input: Input,
}

/// How a responder is.
struct Temper {
    says_yes: u16,
    says_no: u16,
}

/// Everybody's draws and tempers.
pub(super) struct People {
    pub(super) dice: Dice,
    tempers: Vec<Temper>,
    reports: u32,
}

impl People {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut dice = Dice::of(plan.seed, stream::PEOPLE, 0);
        let mut share = |low, high| u16::try_from(dice.between(low, high)).unwrap_or(0);
        let temper = |_| Temper {
            says_yes: share(50, 500),
            says_no: share(50, 400),
        };
        Self {
            tempers: (0..plan.responders).map(temper).collect(),
            dice,
            reports: 0,
        }
    }

    /// How often somebody asked for help.
    pub(super) fn reported(&self) -> usize {
        usize::try_from(self.reports).unwrap_or(usize::MAX)
    }
}

fn of_incident(id: IncidentId) -> Target {
    Target::Incident {
        organisation_id: STREET,
        id,
    }
}

impl World {
    fn seconds(&self, low: i64, high: i64) -> i64 {
        self.people.borrow_mut().dice.seconds(low, high)
    }

    fn likely(&self, permille: u16) -> bool {
        self.people.borrow_mut().dice.permille(permille)
    }

    fn operator(&self) -> AccountId {
        let of = self.people.borrow_mut().dice.place(self.plan.operators);
        town::operator_account(of)
    }

    /// Somebody is going to do something.
    fn will(&self, wait: i64, by: AccountId, incident: IncidentId, input: Input) {
        self.will_to(wait, by, of_incident(incident), input);
    }

    fn will_to(&self, wait: i64, by: AccountId, target: Target, input: Input) {
        let deed = Rc::new(Deed { by, target, input });
        self.put(wait, Event::Act { deed, tries: 0 });
    }

    /// A notice is read.
    pub(super) fn hear(
        &self,
        account: AccountId,
        key: MessageKey,
        incident: IncidentId,
        offer: Option<OfferId>,
    ) {
        match (town::responder_of(account), offer) {
            (Some(of), Some(offer)) if key == MessageKey::OfferNew => {
                self.consider(of, account, incident, offer);
            }
            _ if town::is_operator(account) => self.seat_hears(account, key, incident),
            _ => {}
        }
    }

    fn consider(&self, of: usize, account: AccountId, incident: IncidentId, offer: OfferId) {
        if self.strikes(Fault::Silent) {
            return self.struck(Fault::Silent);
        }
        let mut people = self.people.borrow_mut();
        let Some(temper) = people.tempers.get(of) else {
            return;
        };
        let (yes, no) = (temper.says_yes, temper.says_no);
        let drawn = u16::try_from(people.dice.between(0, 999)).unwrap_or(999);
        let wait = match people.dice.permille(800) {
            true => people.dice.seconds(3, 50),
            false => people.dice.seconds(50, 900),
        };
        drop(people);
        if drawn < yes {
            self.will(wait, account, incident, Input::Accept { offer });
        } else if drawn < yes + no {
            self.will(wait, account, incident, Input::Decline { offer });
        }
    }

    /// In trouble the seat overlooks much; afterwards it answers every notice, and only those: what
    /// nobody is told about stays undone, and that is what the end would show.
    fn seat_hears(&self, by: AccountId, key: MessageKey, incident: IncidentId) {
        let healed = self.is_healed.get();
        if healed {
            let wait = self.seconds(5, 60);
            self.will(wait, by, incident, Input::Acknowledge { by });
            let wait = wait + self.seconds(60, 240);
            return self.will(wait, by, incident, closing(by, true));
        }
        if key == MessageKey::OperatorUnknownDevice && self.likely(500) {
            return self.identify(by, incident);
        }
        let ends = matches!(
            key,
            MessageKey::OperatorLate
                | MessageKey::OperatorOutcomeMissing
                | MessageKey::OperatorStillOpen
        );
        if ends && self.likely(400) {
            let wait = self.seconds(10, 200);
            self.will(wait, by, incident, closing(by, true));
        } else if self.likely(250) {
            let wait = self.seconds(5, 120);
            self.will(wait, by, incident, Input::Acknowledge { by });
        }
    }

    fn identify(&self, by: AccountId, incident: IncidentId) {
        let of = self.people.borrow_mut().dice.place(self.plan.residents);
        let target = Target::Identification {
            organisation_id: STREET,
            id: incident,
            resident_id: town::resident_id(of),
        };
        self.will_to(self.seconds(10, 120), by, target, Input::Identify { by });
    }

    /// A relative asks for help.
    pub(super) fn report(&self, resident: usize) {
        let by = town::family_account(resident);
        let mut people = self.people.borrow_mut();
        people.reports += 1;
        let key = format!("report {}", people.reports);
        let kind = people.dice.pick(ReportedKind::ALL);
        drop(people);
        let target = Target::Resident {
            organisation_id: STREET,
            resident_id: town::resident_id(resident),
            idempotency: Some((by, key)),
        };
        self.will_to(0, by, target, Input::Report { by, kind });
    }

    /// A device is not heard; some time later it is.
    pub(super) fn find_missing(&self, resident: usize) {
        let (device, of) = (town::device_id(resident), town::resident_id(resident));
        let key = OpenKey::silent(device);
        let target = |resident_id: Option<ResidentId>| Target::Case {
            organisation_id: STREET,
            key: key.clone(),
            resident_id,
        };
        let signal = CaseSignal {
            kind: IncidentKind::DeviceSilent,
            key: key.clone(),
            device_id: Some(device),
            facts: Facts::new(),
        };
        let by = self.operator();
        self.will_to(0, by, target(Some(of)), Input::OpenCase(signal));
        if self.likely(700) {
            let wait = self.seconds(30, 1500);
            self.will_to(wait, by, target(Some(of)), Input::ClearCase);
        }
    }

    /// A request reaches a process, or is repeated by whoever gets no answer.
    pub(super) fn act(&self, deed: &Rc<Deed>, tries: u32) {
        let again = || {
            let deed = deed.clone();
            let tries = tries + 1;
            if tries < TRIES {
                self.put(3 * SECOND, Event::Act { deed, tries });
            }
        };
        let process = self.people.borrow_mut().dice.place(self.processes.len());
        let of = &self.processes[process];
        if !of.is_up.get() || self.stands_until(process).is_some() {
            return again();
        }
        if self.strikes(Fault::RequestLost) {
            self.struck(Fault::RequestLost);
            return again();
        }
        if self.strikes(Fault::RequestDoubled) {
            self.struck(Fault::RequestDoubled);
            let deed = deed.clone();
            self.put(1000, Event::Act { deed, tries: TRIES });
        }
        let port = Port::giving(self, process, &deed.input);
        match apply(&port, &deed.target, &deed.input, &Carried::default()) {
            Ok(applied) if port.is_alive() => {
                if let Some(incident) = applied.incident {
                    self.go_on(deed, &incident);
                }
            }
            Err(ApplyError::Refused(why)) => self.tell(|| format!("refused: {why}")),
            _ => again(),
        }
    }

    /// What somebody does after what they did.
    fn go_on(&self, deed: &Deed, incident: &Incident) {
        let (by, id) = (deed.by, incident.id);
        match &deed.input {
            Input::Accept { .. } => {
                if self.strikes(Fault::Drops) {
                    return self.struck(Fault::Drops);
                }
                if self.likely(200) {
                    self.will(self.seconds(20, 300), by, id, Input::Arrive { by });
                } else {
                    self.will(self.seconds(10, 150), by, id, Input::Depart { by });
                }
            }
            Input::Depart { .. } if self.likely(800) => {
                self.will(self.seconds(60, 900), by, id, Input::Arrive { by });
            }
            Input::Arrive { .. } if self.likely(800) => {
                self.will(self.seconds(60, 1200), by, id, closing(by, false));
            }
            Input::Acknowledge { .. } if self.likely(500) => {
                self.will(self.seconds(60, 2000), by, id, closing(by, true));
            }
            Input::Close(_) if self.likely(100) && !self.is_healed.get() => {
                let by = self.operator();
                self.will(self.seconds(20, 400), by, id, Input::Reopen { by });
            }
            Input::Reopen { .. } => {
                self.will(self.seconds(60, 1500), by, id, closing(by, true));
            }
            _ => {}
        }
    }

    /// An incident changed: the resident may cancel, and others may meddle.
    pub(super) fn follow(&self, incident: &Incident, opened: bool) {
        if opened && incident.status == IncidentStatus::PreAlarm && self.likely(350) {
            let by = self.operator();
            self.will(self.seconds(3, 28), by, incident.id, Input::CancelPreAlarm);
        }
        let share = match incident.status {
            IncidentStatus::PreAlarm => 700,
            IncidentStatus::Raised => 400,
            IncidentStatus::EnRoute | IncidentStatus::OnScene => 300,
            _ => 120,
        };
        if !self.plan.quiet && !self.is_healed.get() && incident.is_open() && self.likely(share) {
            let most = if incident.status == IncidentStatus::PreAlarm {
                20
            } else {
                60
            };
            self.put(self.seconds(1, most), Event::Meddle(incident.id));
        }
    }

    /// Somebody does something with an incident, whatever its state.
    pub(super) fn meddle(&self, id: IncidentId) {
        let Some((incident, _)) = self.store.incident_and_offers(id) else {
            return;
        };
        if self.is_healed.get() {
            return;
        }
        let resident = incident.resident_id.map(|id| id.0.as_u128() - 0x1_0000);
        let resident = resident.and_then(|of| usize::try_from(of).ok());
        let by = self.operator();
        let drawn = self.people.borrow_mut().dice.place(12);
        let what = match drawn {
            0 => Some(What::Sos),
            1 => Some(What::LowBattery),
            2 | 3 => Some(What::Suspicion),
            4 | 5 => Some(What::Telemetry),
            6 => Some(What::Report),
            _ => None,
        };
        if let (Some(what), Some(resident)) = (what, resident) {
            let at = self.now.get();
            return self.begin(Planned { at, resident, what });
        }
        match (drawn, open_offer(self, id)) {
            (7, Some(offer)) => self.will(0, by, id, Input::Accept { offer }),
            (8 | 9, Some(offer)) => self.will(0, by, id, Input::Decline { offer }),
            (10, _) => self.will(0, by, id, closing(by, true)),
            _ => self.will(0, by, id, Input::Acknowledge { by }),
        }
    }

    /// The seat looks at its board and takes something in hand, whoever told it or not.
    pub(super) fn board(&self) {
        if self.is_healed.get() {
            return;
        }
        self.put(self.seconds(60, 240), Event::Board);
        let open = self.store.open_incidents();
        if open.is_empty() {
            return;
        }
        let by = self.operator();
        let (id, status) = self.people.borrow_mut().dice.pick(&open);
        match status {
            IncidentStatus::Answering if self.likely(500) => {
                self.will(0, by, id, closing(by, true));
            }
            _ if self.likely(300) => self.identify(by, id),
            _ => self.will(0, by, id, Input::Acknowledge { by }),
        }
    }
}

fn closing(by: AccountId, as_operator: bool) -> Input {
    Input::Close(Closure {
        by,
        as_operator,
        outcome: Outcome::Helped,
        has_note: as_operator,
        false_alarm: None,
        evidence: None,
    })
}
