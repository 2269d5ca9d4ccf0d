//! What a simulated bracelet sends; it is never answered: its maker counts what was sent as received.

/// An invented IMEI.
pub const ID: &str = "888800000000018";

/// Builds a frame around its content.
pub fn frame(content: &str) -> Vec<u8> {
    format!("@{content}$").into_bytes()
}

/// A report that is live (`R`) or stored (`S`), with this strap and alarm: 31.25 N, 121.5 E,
/// 2024-01-31 08:09:10, battery 81.
pub fn report(recency: char, strap: char, alarm: &str) -> String {
    format!("GPSD,{ID},{recency},20240131,080910,31.25000,N,121.50000,E,0,90,12,81,{strap},{alarm}")
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    [
        report('R', 'L', ""),
        format!("LINK,{ID}"),
        report('S', 'L', ""),
        report('R', 'L', "SOS"),
        report('R', 'L', "LBT"),
        report('R', 'R', "ULK"),
        format!("GPSD,{ID},R,20240131,081010,0.00000,N,0.00000,E,0,0,0,9,L,SOS"),
    ]
    .iter()
    .map(|content| frame(content))
    .collect()
}
