//! A line of any protocol into a running server: real bytes, the real decoder, the real intake.
//!
//! What a listener does between socket and intake is done here, for protocols whose listener a test
//! does not need.

use domain::devices::{Carrier, DeviceEvent, DeviceUid, Protocol, ReceivedFrame};
use domain::ids::{DeviceId, ResidentId};
use ingest::listeners::{Arrival, Intake as _, IntakeAnswer};
use ingest::{Codec, Envelope, Session};
use server::intake::FrameIntake;

use crate::app::TestApp;

/// One connection.
pub struct Line {
    codec: &'static Codec,
    intake: FrameIntake,
    /// What the connection has learnt.
    pub session: Session,
    source: String,
}

impl TestApp {
    /// A line that nothing is known of yet.
    pub fn line(&self, codec: &'static Codec, source: &str) -> Line {
        let app = &self.app;
        Line {
            codec,
            intake: FrameIntake::new(app.engine.clone(), app.counters.clone(), app.stages.clone()),
            session: Session::default(),
            source: source.to_owned(),
        }
    }

    /// Registers another device of a resident.
    ///
    /// # Panics
    /// When it does not fit.
    pub fn register(&self, protocol: Protocol, uid: &DeviceUid, wearer: ResidentId) -> DeviceId {
        let home = self.world.home.organisation;
        self.register_in(home, protocol, uid.as_str(), Some(wearer))
    }
}

impl Line {
    /// What a frame means here and now; `None` when it does not decode or names nobody.
    pub fn read(&self, raw: &[u8]) -> Option<DeviceEvent> {
        let carrier = self.carrier();
        let envelope = Envelope::of(&self.session)
            .at(self.intake.now())
            .by(carrier);
        let mut event = (self.codec.decode)(raw, &envelope).ok()?;
        event.carrier = Some(carrier);
        event.claim = Some(self.codec.claim(&self.session));
        event.device_uid.is_named().then_some(event)
    }

    /// Hands a frame over; the answer, and whether the device would hear something.
    ///
    /// # Panics
    /// When the frame does not decode.
    pub async fn hand(&mut self, raw: &[u8]) -> (IntakeAnswer, bool) {
        let event = self.read(raw).expect("a frame that decodes");
        let uid = event.device_uid.clone();
        let frame = ReceivedFrame {
            id: self.intake.next_frame_id(),
            protocol: self.codec.protocol,
            source: self.source.clone(),
            received_at: self.intake.now(),
            raw: raw.to_vec(),
            decoded: Ok(event),
            device_uid: Some(uid.clone()),
        };
        let answer = self
            .intake
            .accept(Arrival {
                frame,
                decode_us: 0,
            })
            .await;
        self.session.uid = Some(uid);
        (self.codec.learn)(raw, &mut self.session);
        let envelope = Envelope::of(&self.session)
            .at(self.intake.now())
            .by(self.carrier());
        (answer, (self.codec.reply)(raw, &envelope).is_some())
    }

    fn carrier(&self) -> Carrier {
        self.codec.carriers[0]
    }
}
