//! What a simulated watch sends; it is never answered.

/// An invented IMEI.
pub const ID: &str = "888800000000018";
/// 2024-01-31 08:09:10.
pub const AT: u32 = 1_706_688_550;

/// Builds a frame from reports, each an object's content.
pub fn frame(imei: &str, reports: &[&str]) -> Vec<u8> {
    let reports: Vec<_> = reports
        .iter()
        .map(|report| format!("{{{report}}}"))
        .collect();
    format!("{{\"imei\":\"{imei}\",\"data\":[{}]}}", reports.join(",")).into_bytes()
}

/// A report with this behind its time.
pub fn report(at: u32, rest: &str) -> String {
    format!("\"tm\":{at}{rest}")
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let state = report(
        AT,
        ",\"st\":289,\"ba\":3,\"sn\":60,\"hr\":72,\"te\":\"364,250\"",
    );
    let located = report(AT + 5, ",\"gp\":\"121.5,31.25\",\"ci\":\"460,0,1,2,3\"");
    let sos = report(AT, ",\"wn\":2,\"wi\":\"020000000001,-60;020000000002,-71\"");
    let quoted = report(AT + 9, ",\"ve\":\"a\\\"}{b\",\"wn\":4");
    vec![
        frame(ID, &[&state]),
        frame(ID, &[&located]),
        frame(ID, &[&sos]),
        frame(ID, &[&located, &quoted]),
        frame(ID, &[]),
        frame(ID, &[&report(AT + 60, ",\"wn\":2,\"ba\":0")]),
    ]
}
