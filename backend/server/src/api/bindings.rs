//! Tag devices: labelled, bound to a resident and taken back.

use domain::access::Action;
use domain::devices::{Binding, LabelCode};
use domain::identity::Subject;
use domain::ids::{BindingId, ResidentId};
use domain::ports::StoreError;
use domain::time::{Timestamp, storable};
use openapi::{
    Answer, BindingOpened, BindingOrder, BindingsPort, Caller, DeviceLabelDrawn, Enrolment,
    EnrolmentOrder, EnrolmentOrdered, Page, PageRequest, Problem, ProofTest, Slug, Time,
    UnbindingOrder,
};
use poem_openapi::payload::{Json, PlainText};
use qrcode::QrCode;
use qrcode::render::svg;
use store::{Bound, DeviceRecord, Unbinding};
use uuid::Uuid;

use super::problems::{Failure, no_such_resident};
use super::{Api, enrolments, gate, keyed, wire};
use crate::engine::{Engine, fresh_id};

/// Pixels of one square of a label's code at least.
const MODULE: u32 = 8;

impl BindingsPort for Api {
    async fn device_label(
        &self,
        caller: Caller,
        device_id: Uuid,
    ) -> Result<DeviceLabelDrawn, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let record = gate::device(engine, &subject, Action::DeviceLabel, device_id)?;
            let (organisation, id) = (subject.organisation_id, record.device.id);
            let fresh = LabelCode::from_bits(random()?);
            let now = storable(engine.now());
            let code = match engine.store.device_label(organisation, id, fresh, now) {
                Err(StoreError::Conflict) => return Err(Problem::from(Slug::DeviceBound).into()),
                code => code?,
            };
            // The code opens the device once: whoever drew it is on record.
            gate::looked(engine, &subject, Action::DeviceLabel, ("device", device_id))?;
            let drawn = drawn(&code.written_for(id))?;
            Ok(DeviceLabelDrawn::Drawn(PlainText(drawn)))
        })
        .await
    }

    async fn device_unbind(
        &self,
        caller: Caller,
        device_id: Uuid,
        _key: Option<String>,
        order: UnbindingOrder,
    ) -> Answer<openapi::Binding> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::DeviceUnbind;
            let record = gate::device(engine, &subject, action, device_id)?;
            let reason = wire::end_reason(order.reason);
            let unbinding = Unbinding {
                device_id: record.device.id,
                fresh: BindingId(fresh_id()),
                reason,
                audit: gate::line(
                    engine,
                    &subject,
                    action,
                    ("device", device_id),
                    Some(reason.to_string()),
                ),
            };
            let ended = engine.store.device_unbind(unbinding)?;
            // Streams of those who no longer see it wake and look at what they may see.
            domain::ports::WakeUps::committed(&*engine.wake);
            let Some(ended) = ended else {
                return Err(Problem::from(Slug::DeviceNotBound).into());
            };
            Ok(Json(shown(&ended)))
        })
        .await
    }

    async fn binding_list(
        &self,
        caller: Caller,
        device_id: Uuid,
        _page: PageRequest,
    ) -> Answer<Page<openapi::Binding>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::BindingList;
            let record = gate::device(engine, &subject, action, device_id)?;
            let organisation = subject.organisation_id;
            let bindings = engine
                .store
                .bindings_of_device(organisation, record.device.id)?;
            gate::looked(engine, &subject, action, ("device", device_id))?;
            // A device has had few wearers: never more than a page.
            Ok(Json(wire::page(bindings.iter().map(shown).collect(), None)))
        })
        .await
    }

    async fn binding_open(
        &self,
        caller: Caller,
        key: String,
        order: BindingOrder,
    ) -> Result<BindingOpened, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::BindingOpen;
            let record = gate::device(engine, &subject, action, order.device_id)?;
            let resident = resident(engine, &subject, order.resident_id)?;
            let code = LabelCode::parse(&order.code);
            let code = code.ok_or_else(|| Problem::from(Slug::LabelInvalid))?;
            let id = keyed::identifier(&subject, &key);
            let binding = opened(&subject, &record, resident, id, storable(engine.now()));
            let line = gate::line(engine, &subject, action, ("device", order.device_id), None);
            match engine.store.device_bind(&binding, Some(code), None, line)? {
                Bound::New(binding) => Ok(BindingOpened::Kept(Json(shown(&binding)))),
                Bound::Known(known) => {
                    same(&known, &binding)?;
                    Ok(BindingOpened::Known(Json(shown(&known))))
                }
                Bound::Worn => Err(Problem::from(Slug::DeviceBound).into()),
                Bound::WrongCode => Err(Problem::from(Slug::LabelInvalid).into()),
            }
        })
        .await
    }

    async fn enrolment_order(
        &self,
        caller: Caller,
        key: String,
        order: EnrolmentOrder,
    ) -> Result<EnrolmentOrdered, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| enrolments::order(engine, &subject, &key, &order))
            .await
    }

    async fn enrolment_list(&self, caller: Caller, page: PageRequest) -> Answer<Page<Enrolment>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| enrolments::list(engine, &subject, &page))
            .await
    }

    async fn enrolment_read(&self, caller: Caller, enrolment_id: Uuid) -> Answer<Enrolment> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| enrolments::read(engine, &subject, enrolment_id))
            .await
    }

    async fn enrolment_test(
        &self,
        caller: Caller,
        enrolment_id: Uuid,
        _key: Option<String>,
        test: ProofTest,
    ) -> Answer<Enrolment> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| enrolments::test(engine, &subject, enrolment_id, &test))
            .await
    }
}

/// Bits that nobody guesses; identifiers hold the time and a counter.
fn random() -> Result<u64, StoreError> {
    getrandom::u64().map_err(|error| StoreError::Bug(format!("no randomness: {error}")))
}

/// A picture of a text, dark on light, with the border that scanners need.
fn drawn(text: &str) -> Result<String, Failure> {
    let code = QrCode::new(text.as_bytes())
        .map_err(|error| StoreError::Bug(format!("a label does not fit a code: {error}")))?;
    let drawn = code.render::<svg::Color<'_>>();
    Ok({ drawn }.min_dimensions(MODULE * 33, MODULE * 33).build())
}

/// The resident that is meant, who must be of the subject's organisation.
pub(super) fn resident(
    engine: &Engine,
    subject: &Subject,
    id: Uuid,
) -> Result<ResidentId, Failure> {
    let id = ResidentId(id);
    match engine.store.resident_read(subject.organisation_id, id) {
        Err(StoreError::NotFound) => Err(no_such_resident().into()),
        read => Ok(read.map(|_| id)?),
    }
}

/// A binding that begins now.
pub(super) fn opened(
    subject: &Subject,
    record: &DeviceRecord,
    resident: ResidentId,
    id: Uuid,
    now: Timestamp,
) -> Binding {
    Binding {
        id: BindingId(id),
        organisation_id: subject.organisation_id,
        device_id: record.device.id,
        resident_id: resident,
        bound_at: Some(now),
        bound_by: Some(subject.account_id),
        until: None,
        ended_by: None,
        reason: None,
    }
}

/// A repeat must ask for what was asked for first.
pub(super) fn same(known: &Binding, asked: &Binding) -> Result<(), Failure> {
    if (known.device_id, known.resident_id) == (asked.device_id, asked.resident_id) {
        Ok(())
    } else {
        Err(Problem::from(Slug::IdempotencyKeyReused).into())
    }
}

fn shown(binding: &Binding) -> openapi::Binding {
    openapi::Binding {
        id: binding.id.0,
        device_id: binding.device_id.0,
        resident_id: binding.resident_id.0,
        bound_at: binding.bound_at.map(Time),
        bound_by: binding.bound_by.map(|by| by.0),
        until: binding.until.map(Time),
        ended_by: binding.ended_by.map(|by| by.0),
        reason: binding.reason.map(wire::shown_end_reason),
    }
}
