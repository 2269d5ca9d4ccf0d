use super::*;
use crate::engine::fresh_id;
use crate::stages::monotonic;

struct Alarm {
    start: Instant,
    frame: FrameId,
    incident: IncidentId,
}

impl Alarm {
    fn new(start: Instant) -> Self {
        Self {
            start,
            frame: FrameId(fresh_id()),
            incident: IncidentId(fresh_id()),
        }
    }

    fn stage(&self, stage: Stage, after_us: u64, took_us: Option<u64>) -> News {
        let known = matches!(stage, Stage::Ranked | Stage::Committed | Stage::Offered);
        let push = stage == Stage::PushHandedOver;
        News::Stage(StageEvent {
            incident_id: (known || push).then_some(self.incident),
            frame_id: (!push).then_some(self.frame),
            stage,
            at: self.start + Duration::from_micros(after_us),
            took: took_us.map(Duration::from_micros),
            count: 3,
        })
    }

    fn deed(&self, what: DeedKind, after_ms: u64, kind: Option<&str>) -> News {
        News::Deed(Deed {
            incident_id: self.incident,
            what,
            at: self.start + Duration::from_millis(after_ms),
            took: Duration::from_micros(2_500),
            kind: kind.map(str::to_owned),
        })
    }
}

fn hear_all(telling: &mut Telling, news: Vec<News>) -> Vec<String> {
    news.into_iter()
        .flat_map(|news| telling.hear(news))
        .collect()
}

#[test]
fn a_whole_alarm_is_told_with_its_times_and_the_closing_line() {
    let alarm = Alarm::new(monotonic());
    let mut telling = Telling::new(Language::En);
    let lines = hear_all(
        &mut telling,
        vec![
            alarm.stage(Stage::FrameReceived, 0, None),
            alarm.stage(Stage::Decoded, 14, Some(14)),
            alarm.stage(Stage::Ranked, 3_000, Some(61)),
            alarm.stage(Stage::Committed, 3_000, Some(2_900)),
            alarm.stage(Stage::Offered, 3_001, None),
            alarm.stage(Stage::PushHandedOver, 9_100, Some(5_000)),
            alarm.stage(Stage::DeviceAnswered, 3_200, None),
            alarm.deed(DeedKind::Accepted, 432, None),
            alarm.deed(DeedKind::Departed, 900, Some("fall")),
            alarm.deed(DeedKind::Arrived, 2_000, Some("fall")),
        ],
    );
    assert_eq!(telling.followed(), Some(alarm.incident));
    let shown = lines.join("\n");
    for line in [
        "  frame received         0.0 ms",
        "  decoded                0.0 ms      14 µs",
        "  ranked                             61 µs",
        "  committed              3.0 ms     2.9 ms",
        "  device answered        3.2 ms",
        "  push handed over       9.1 ms     5.0 ms",
        "  accepted             432.0 ms     2.5 ms   A neighbour sees",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert_eq!(telling.ending(), None);
    telling.hear(alarm.deed(DeedKind::Closed, 2_800, Some("fall")));
    assert_eq!(
        telling.ending().as_deref(),
        Some("incident closed: fall → accepted in 432 ms (ack after commit 3 ms, ranked 61 µs)")
    );
}

#[test]
fn an_alarm_that_asks_nobody_or_is_not_answered_is_not_followed() {
    let start = monotonic();
    let (attention, silent, real) = (Alarm::new(start), Alarm::new(start), Alarm::new(start));
    let mut telling = Telling::new(Language::ZhCn);
    let nothing = hear_all(
        &mut telling,
        vec![
            attention.stage(Stage::FrameReceived, 0, None),
            attention.stage(Stage::Committed, 5, None),
            attention.stage(Stage::DeviceAnswered, 6, None),
            silent.stage(Stage::FrameReceived, 7, None),
            silent.stage(Stage::Offered, 8, None),
            real.stage(Stage::FrameReceived, 9, None),
            real.stage(Stage::Offered, 10, None),
            real.deed(DeedKind::Accepted, 400, None),
        ],
    );
    assert!(
        nothing.is_empty() && telling.followed().is_none(),
        "{nothing:?}"
    );
    let lines = telling.hear(real.stage(Stage::DeviceAnswered, 11, None));
    assert_eq!(telling.followed(), Some(real.incident));
    assert!(
        lines.iter().any(|line| line.contains("400.0 ms")),
        "{lines:?}"
    );
    assert!(
        telling
            .hear(silent.deed(DeedKind::Accepted, 1, None))
            .is_empty()
    );
}

#[test]
fn every_stage_has_words_in_every_language() {
    let alarm = Alarm::new(monotonic());
    for language in Language::ALL {
        let mut telling = Telling::new(*language);
        let stages = [
            Stage::FrameReceived,
            Stage::Decoded,
            Stage::Ranked,
            Stage::Committed,
            Stage::Offered,
            Stage::PushHandedOver,
            Stage::DeviceAnswered,
        ];
        let stages = stages.map(|stage| alarm.stage(stage, 1, None));
        let deeds = [
            DeedKind::Accepted,
            DeedKind::Departed,
            DeedKind::Arrived,
            DeedKind::Closed,
        ];
        let deeds = deeds.map(|deed| alarm.deed(deed, 1, None));
        let lines = hear_all(&mut telling, stages.into_iter().chain(deeds).collect());
        assert_eq!(lines.len(), 12, "{lines:?}");
        assert!(!lines.join("\n").contains("stage."), "{lines:?}");
    }
}
