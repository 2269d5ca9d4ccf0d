//! What a simulated device sends; it is never answered.

/// An invented IMEI.
pub const ID: &str = "888800000000018";

/// Builds a frame around its content.
pub fn frame(imei: &str, content: &str) -> Vec<u8> {
    match content {
        "" => format!("#{imei}##"),
        _ => format!("#{imei}#{content}##"),
    }
    .into_bytes()
}

/// A position of this event: 31.25 N, 121.5 E, 2024-01-31 08:09:10.
pub fn position(fix: &str, event: &str, cell: &str) -> String {
    format!(
        "13000000000#{fix}#0000#{event}#1#{cell}#12130.0000,E,3115.0000,N,0.00,90.00#310124#080910.000"
    )
}

/// What a pendant sends indoors: a status whose second byte is this, and cells.
pub fn pendant(code: &str) -> String {
    format!(
        "0#1#0000#AUT#0#04{code}0500003d005d#accesstype=0&imei={ID}&bts=460,0,4386,13124,158&nearbts=460,0,4386,13125,130"
    )
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let twice = format!(
        "{}#V#12130.0010,E,3115.0010,N,0.1,9#310124#080920",
        position("1", "AUT", "V")
    );
    [
        position("1", "AUT", "27bc10af"),
        String::new(),
        position("0", "SF", "V"),
        position("1", "SOS", ""),
        twice,
        pendant("01"),
        pendant("09"),
        pendant("00"),
        "#0#0000#AUT#1##121.500000,E,31.250000,N,0.00,#310124#080911".to_owned(),
    ]
    .iter()
    .map(|content| frame(ID, content))
    .collect()
}
