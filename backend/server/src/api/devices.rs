//! Tag devices: what raises alarms, and the raw frames it sent.

use domain::access::{Action, Circumstances, Object, Visibility, visibility};
use domain::devices::{self, DeviceEvent, DeviceUid, Protocol, QUARANTINED, UsualWay};
use domain::identity::Subject;
use domain::ids::DeviceId;
use domain::ports::StoreError;
use openapi::{
    Answer, Caller, DatumSetting, Device, DeviceRegistered, DeviceRegistration, DevicesPort, Frame,
    Page, PageRequest, Problem, Slug, Time,
};
use poem_openapi::payload::Json;
use store::{DeviceRecord, FrameFilter, FrameRecord, Registered};
use uuid::Uuid;

use super::problems::Failure;
use super::{Api, gate, keyed, wire};
use crate::engine::Engine;

impl DevicesPort for Api {
    async fn device_register(
        &self,
        caller: Caller,
        key: String,
        registration: DeviceRegistration,
    ) -> Result<DeviceRegistered, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| register(engine, &subject, &key, registration))
            .await
    }

    async fn device_list(&self, caller: Caller, page: PageRequest) -> Answer<Page<Device>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::DeviceList)?;
            let asked = wire::page_request(&page)?;
            let found = engine.store.device_list(subject.organisation_id, &asked)?;
            let seen = visibility(&subject, Circumstances::default());
            let may = |record: &&DeviceRecord| {
                let object = Object::organisation(record.device.organisation_id);
                gate::pass(&subject, Action::DeviceRead, &object).is_ok()
            };
            let ids: Vec<DeviceId> = found.items.iter().map(|it| it.device.id).collect();
            let ways = engine.store.usual_ways(subject.organisation_id, &ids)?;
            let items = found
                .items
                .iter()
                .filter(may)
                .map(|record| shown_device(engine, record, ways.get(&record.device.id), seen));
            Ok(Json(wire::page(items.collect(), found.next)))
        })
        .await
    }

    async fn device_read(&self, caller: Caller, device_id: Uuid) -> Answer<Device> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::DeviceRead)?;
            let id = DeviceId(device_id);
            let record = engine.store.device_read(subject.organisation_id, id)?;
            let object = Object::organisation(record.device.organisation_id);
            gate::pass(&subject, Action::DeviceRead, &object)?;
            Ok(Json(one_device(engine, &subject, &record)?))
        })
        .await
    }

    async fn datum_set(
        &self,
        caller: Caller,
        device_id: Uuid,
        setting: DatumSetting,
    ) -> Answer<Device> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::DatumSet;
            gate::role(&subject, action)?;
            let (store, id) = (&engine.store, DeviceId(device_id));
            let record = store.device_read(subject.organisation_id, id)?;
            let organisation = record.device.organisation_id;
            gate::pass(&subject, action, &Object::organisation(organisation))?;
            let about = ("device", device_id);
            let audit = gate::line(engine, &subject, action, about, Some(setting.reason));
            let datum = setting.datum.map(wire::datum);
            let changed = store.datum_set(organisation, id, datum, audit)?;
            // Before the answer: whoever set it may rely on it for the next frame.
            engine.directory.reload()?;
            Ok(Json(one_device(engine, &subject, &changed)?))
        })
        .await
    }

    async fn frame_list(
        &self,
        caller: Caller,
        decoded: Option<bool>,
        page: PageRequest,
    ) -> Answer<Page<Frame>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let organisation = subject.organisation_id;
            gate::pass(
                &subject,
                Action::FrameList,
                &Object::organisation(organisation),
            )?;
            let asked = wire::page_request(&page)?;
            let filter = match decoded {
                None => FrameFilter::All,
                Some(true) => FrameFilter::Decoded,
                Some(false) => FrameFilter::Undecoded,
            };
            let found = engine.store.frame_list(organisation, filter, &asked)?;
            // Frames hold positions: whoever reads them leaves a line.
            gate::looked(
                engine,
                &subject,
                Action::FrameList,
                ("organisation", organisation.0),
            )?;
            Ok(Json(wire::page(
                found.items.into_iter().map(shown).collect(),
                found.next,
            )))
        })
        .await
    }
}

fn one_device(
    engine: &Engine,
    subject: &Subject,
    record: &DeviceRecord,
) -> Result<Device, StoreError> {
    let id = record.device.id;
    let ways = engine.store.usual_ways(subject.organisation_id, &[id])?;
    let seen = visibility(subject, Circumstances::default());
    Ok(shown_device(engine, record, ways.get(&id), seen))
}

fn shown_device(
    engine: &Engine,
    record: &DeviceRecord,
    way: Option<&UsualWay>,
    seen: Visibility,
) -> Device {
    let profiles = engine.directory.profiles();
    let profile = profiles.of(record.device.protocol, record.model.as_deref());
    wire::with_way(wire::device(record, profile, seen), way)
}

fn register(
    engine: &Engine,
    subject: &Subject,
    key: &str,
    registration: DeviceRegistration,
) -> Result<DeviceRegistered, Failure> {
    let organisation = Object::organisation(subject.organisation_id);
    gate::pass(subject, Action::DeviceRegister, &organisation)?;
    let protocol: Result<Protocol, _> = registration.protocol.parse();
    let protocol = protocol.map_err(|_| Problem::invalid("protocol", "one that is spoken here"))?;
    // Under the name of nobody every stranger's alarm would be this device's.
    let uid = DeviceUid::parse(&registration.uid).filter(DeviceUid::is_named);
    let uid = uid.ok_or_else(|| Problem::invalid("uid", "the number that the device sends"))?;
    let device = devices::Device {
        id: DeviceId(keyed::identifier(subject, key)),
        organisation_id: subject.organisation_id,
        protocol,
        uid,
        resident_id: None,
    };
    let registered = engine.store.device_register(&device, registration.model)?;
    if registered == Registered::Taken {
        return Err(Problem::from(Slug::DeviceRegistered).into());
    }
    let record = engine
        .store
        .device_read(subject.organisation_id, device.id)?;
    if registered == Registered::Known {
        return Ok(DeviceRegistered::Known(Json(unworn(engine, &record))));
    }
    gate::looked(
        engine,
        subject,
        Action::DeviceRegister,
        ("device", device.id.0),
    )?;
    Ok(DeviceRegistered::Kept(Json(unworn(engine, &record))))
}

/// A registration shows the device and nothing of whoever wears it by now.
fn unworn(engine: &Engine, record: &DeviceRecord) -> openapi::Device {
    let nothing = Visibility {
        resident: false,
        entry_card: false,
        candidates: false,
        timeline: false,
    };
    shown_device(engine, record, None, nothing)
}

fn shown(record: FrameRecord) -> Frame {
    let words = |event: &DeviceEvent| event.alarms.iter().map(ToString::to_string).collect();
    let event = record.decoded.as_ref().ok();
    let bound = event.and_then(|event| event.quarantine.as_ref());
    let bound = bound.map(ToString::to_string);
    Frame {
        id: record.id.0,
        received_at: Time(record.received_at),
        source: record.source,
        protocol: record.protocol.to_string(),
        device_uid: record.device_uid.map(|uid| uid.to_string()),
        kind: record.kind,
        device_time: event.and_then(|event| event.device_time).map(Time),
        clock_off_s: event.and_then(|event| event.clock_off_s),
        decoded: record.decoded.is_ok() && bound.is_none(),
        alarms: record.decoded.as_ref().map(words).unwrap_or_default(),
        error: record
            .decoded
            .err()
            .or(bound.as_ref().map(|_| QUARANTINED.to_owned())),
        quarantined: bound.is_some(),
        bound_uid: bound,
        incident_id: record.incident_id.map(|id| id.0),
        frame_hex: hex::encode(&record.raw),
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::FrameId;

    use super::super::samples::at;
    use super::*;

    #[test]
    fn a_frame_that_could_not_be_decoded_is_shown_with_its_bytes_and_reason() {
        let frame = shown(FrameRecord {
            id: FrameId(Uuid::from_u128(3)),
            received_at: at(),
            source: "192.0.2.7".to_owned(),
            protocol: Protocol::Watch,
            device_uid: DeviceUid::parse("9990000001"),
            kind: None,
            raw: vec![0x5b, 0x00, 0xff],
            decoded: Err("length".to_owned()),
            incident_id: None,
            undecided: false,
        });
        assert_eq!(
            (frame.decoded, frame.error.as_deref()),
            (false, Some("length"))
        );
        assert_eq!(frame.frame_hex, "5b00ff");
        assert_eq!(frame.device_uid.as_deref(), Some("9990000001"));
        assert!(frame.alarms.is_empty());
    }
}
