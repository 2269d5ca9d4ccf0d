//! Devices: they repeat until they are answered, over one path or two, with good clocks and bad.

use chrono::TimeDelta;
use domain::apply::{self, Carried};
use domain::devices::{Alarm, DeviceEvent, EventKey, Protocol, Reading, ReceivedFrame, Recency};
use domain::ids::FrameId;
use domain::incidents::{AlarmSignal, Input};
use domain::ports::Store as _;

use super::agenda::Event;
use super::bugs::Bug;
use super::faults::Fault;
use super::plan::{Planned, What};
use super::ports::{Port, device_target};
use super::town;
use super::world::World;

/// How the clock of a device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeviceClock {
    /// Off by so many seconds, less than a day.
    Off(i64),
    /// It stands still, years ago.
    Stuck,
}

/// One physical event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) what: What,
    resident: usize,
    is_known: bool,
    clock: DeviceClock,
    recency: Recency,
    has_two_paths: bool,
    /// When it happened.
    at: i64,
    is_done: bool,
}

impl Said {
    /// Whether repeats are recognised whatever happens to clocks.
    pub(super) fn is_named(&self) -> bool {
        self.clock != DeviceClock::Stuck && self.what != What::Noise
    }

    /// Whether the device repeats it until it is answered.
    pub(super) fn wants_answer(&self) -> bool {
        self.what != What::Telemetry
    }
}

/// The bytes of an event: an invention, and the same for every repeat.
pub(super) fn raw(event: usize) -> Vec<u8> {
    format!("event {event}").into_bytes()
}

/// The event of such bytes.
pub(super) fn event_of(raw: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(raw).ok()?;
    text.strip_prefix("event ")?.parse().ok()
}

impl World {
    /// Something happens to somebody.
    pub(super) fn begin(&self, planned: Planned) {
        let Planned { resident, what, .. } = planned;
        match what {
            What::Report => return self.report(resident),
            What::Silence => return self.silence(resident),
            _ => {}
        }
        let mut clock = DeviceClock::Off(0);
        if self.strikes(Fault::DeviceClock) {
            self.struck(Fault::DeviceClock);
            let mut network = self.network.borrow_mut();
            let off = network.between(-20 * 3600, 20 * 3600);
            clock = match network.permille(400) {
                true => DeviceClock::Stuck,
                false => DeviceClock::Off(off),
            };
        }
        let is_history = what != What::Telemetry && self.strikes(Fault::LateHistory);
        if is_history {
            self.struck(Fault::LateHistory);
        }
        // A suspicion is formed about a resident, so its device is known.
        let is_known = what == What::Suspicion || !self.strikes(Fault::UnknownDevice);
        if !is_known {
            self.struck(Fault::UnknownDevice);
        }
        let has_two_paths = self.strikes(Fault::TwoPaths);
        let event = self.said.borrow().len();
        self.said.borrow_mut().push(Said {
            what,
            resident,
            is_known,
            clock,
            recency: if is_history {
                Recency::Stored
            } else {
                Recency::Live
            },
            has_two_paths,
            at: self.now.get(),
            is_done: false,
        });
        self.tell(|| format!("event {event}: {what:?} of resident {resident}"));
        let late = if is_history {
            self.network.borrow_mut().seconds(30, 900)
        } else {
            0
        };
        self.put(late, Event::Say { event, tries: 0 });
    }

    /// The device says it, and says it again until it is answered.
    pub(super) fn say(&self, event: usize, tries: u32) {
        let said = self.said.borrow()[event];
        if said.is_done {
            return;
        }
        self.send(event);
        if said.has_two_paths {
            if tries == 0 {
                self.struck(Fault::TwoPaths);
            }
            self.send(event);
        }
        if said.wants_answer() {
            let most = 10 * i64::from(tries.min(5) + 1);
            let wait = self.network.borrow_mut().seconds(5, most);
            let tries = tries + 1;
            self.put(wait, Event::Say { event, tries });
        }
    }

    fn send(&self, event: usize) {
        if self.strikes(Fault::FrameLost) {
            return self.struck(Fault::FrameLost);
        }
        let process = self.network.borrow_mut().place(self.processes.len());
        let mut wait = self.network.borrow_mut().ms(2, 400);
        if self.strikes(Fault::FrameDelayed) {
            self.struck(Fault::FrameDelayed);
            wait += self.network.borrow_mut().seconds(1, 240);
        }
        self.put(wait, Event::Arrive { event, process });
        if self.strikes(Fault::FrameDoubled) {
            self.struck(Fault::FrameDoubled);
            let wait = wait + self.network.borrow_mut().ms(0, 3000);
            self.put(wait, Event::Arrive { event, process });
        }
    }

    /// A frame is at the door of a process.
    pub(super) fn arrive(&self, event: usize, process: usize) {
        let of = &self.processes[process];
        if !of.is_up.get() || of.cut_off_until.get() > self.now.get() {
            return;
        }
        if let Some(until) = self.stands_until(process) {
            return self.put_at(until, Event::Arrive { event, process });
        }
        let said = self.said.borrow()[event];
        if of.flooded_until.get() > self.now.get() {
            let is_alarm = said.what != What::Telemetry;
            if !is_alarm || self.plan.bug == Some(Bug::ShedAlarms) {
                self.struck(Fault::Flood);
                return self.judge.borrow_mut().shed(self.now.get(), is_alarm);
            }
        }
        let port = Port::new(self, process);
        let frame = self.frame(event, said, process);
        if self.plan.bug == Some(Bug::AckBeforeSave) {
            self.answer(event);
        }
        let is_kept = self.receive(&port, process, &frame, said.what);
        if is_kept && port.is_alive() && said.wants_answer() {
            self.answer(event);
        }
    }

    fn receive(&self, port: &Port<'_>, process: usize, frame: &ReceivedFrame, what: What) -> bool {
        match what {
            What::Telemetry => {
                let is_kept = port.save_telemetry(frame.clone()).is_ok();
                is_kept && apply::observe(port, frame).is_ok()
            }
            What::Suspicion => self.suspect(process, frame),
            What::Noise => {
                self.struck(Fault::Undecodable);
                apply::apply_alarm(port, frame).is_ok()
            }
            _ => apply::apply_alarm(port, frame).is_ok(),
        }
    }

    fn suspect(&self, process: usize, frame: &ReceivedFrame) -> bool {
        let frame = frame.clone().with_windowed_key();
        let (Some((target, _)), Ok(event)) = (device_target(&frame), &frame.decoded) else {
            return false;
        };
        let input = Input::PreAlarm(AlarmSignal::of(event, &frame.source, frame.received_at));
        let carried = Carried {
            frame: Some(frame.clone()),
            ..Carried::default()
        };
        let port = Port::giving(self, process, &input);
        apply::apply(&port, &target, &input, &carried).is_ok() && port.is_alive()
    }

    fn answer(&self, event: usize) {
        let at = self.now.get();
        let mut judge = self.judge.borrow_mut();
        judge.answered(at, event, &self.store);
        drop(judge);
        self.history.borrow_mut().mark((at, "answered", event));
        if self.strikes(Fault::AnswerLost) {
            return self.struck(Fault::AnswerLost);
        }
        let wait = self.network.borrow_mut().ms(2, 400);
        self.put(wait, Event::Answered(event));
    }

    pub(super) fn hear_answer(&self, event: usize) {
        self.said.borrow_mut()[event].is_done = true;
        self.tell(|| format!("event {event} is answered"));
    }

    fn frame(&self, event: usize, said: Said, process: usize) -> ReceivedFrame {
        let received_at = self.clock_of(process);
        let uid = town::watch(said.resident, said.is_known);
        let mut key = EventKey(format!("AL:{event}"));
        if self.plan.bug == Some(Bug::KeysInMemory) {
            let epoch = self.processes[process].epoch.get();
            key.0.push_str(&format!("#{process}.{epoch}"));
        }
        let happened = self.wall() - TimeDelta::microseconds(self.now.get() - said.at);
        let device_time = match said.clock {
            DeviceClock::Off(seconds) => Some(happened + TimeDelta::seconds(seconds)),
            DeviceClock::Stuck => Some(happened - TimeDelta::days(2000)),
        };
        let alarms = alarms(said.what);
        let decoded = DeviceEvent {
            device_time,
            recency: said.recency,
            is_alarm: said.what != What::Telemetry,
            charging: (said.what == What::DoubtfulFall).then_some(true),
            alarms,
            ..DeviceEvent::new(Protocol::Watch, uid.clone(), "AL", key)
        };
        let decoded = match said.what {
            What::Noise => Err("no such frame".to_owned()),
            What::Telemetry => Ok(with_news(decoded, event)),
            _ => Ok(decoded),
        };
        ReceivedFrame {
            id: FrameId(self.fresh()),
            protocol: Protocol::Watch,
            source: format!("127.0.1.{}", said.resident),
            received_at,
            raw: raw(event),
            decoded,
            device_uid: Some(uid),
        }
    }

    /// A case of the seat: a device is not heard, or is heard again.
    fn silence(&self, resident: usize) {
        self.tell(|| format!("the watch of resident {resident} is silent"));
        self.find_missing(resident);
    }
}

fn alarms(what: What) -> Vec<Alarm> {
    match what {
        What::Sos => vec![Alarm::Sos],
        What::Fall | What::DoubtfulFall | What::Suspicion => vec![Alarm::Fall],
        What::Smoke => vec![Alarm::Smoke],
        What::LowBattery => vec![Alarm::LowBattery],
        _ => Vec::new(),
    }
}

/// Telemetry that shows something; each finding counts once, so events differ.
fn with_news(mut event: DeviceEvent, number: usize) -> DeviceEvent {
    match number % 5 {
        0 => event.worn = Some(number.is_multiple_of(2)),
        1 => event.charging = Some(true),
        2 => drop(event.readings.insert(Reading::HeartRate, 190.0)),
        3 => drop(event.readings.insert(Reading::BloodOxygen, 70.0)),
        _ => drop(event.readings.insert(Reading::BreathingRate, 60.0)),
    }
    event
}
