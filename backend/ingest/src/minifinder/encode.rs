//! What a simulated pendant sends; it is never answered.

/// Builds a frame around its content.
pub fn frame(content: &str) -> Vec<u8> {
    format!("!{content};").into_bytes()
}

/// A position with these flags: 31.25 N, 121.5 E, 2024-01-31 08:09:10, battery 81.
pub fn position(kind: char, flags: u32) -> String {
    format!("{kind},31/01/24,08:09:10,31.250000,121.500000,0,90,{flags:06x},4.5,81,5,14,1.2")
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    [
        "1,888800000000018,V07S.1.2,100".to_owned(),
        "3,ok".to_owned(),
        "4,10,040123,,,1.0,110,0,0S,33".to_owned(),
        "5,17,A,90".to_owned(),
        "A,31/1/24,8:9:10,31.250000,121.500000,000.1,90.0,0".to_owned(),
        position('B', 0x10_0001),
        "C,31/1/24,8:9:10,31.250000,121.500000,0,0,100001,25.32,100,0.03,0.01,0".to_owned(),
        position('D', 0x10_0001),
        position('D', 0x10_0040),
        position('D', 0x10_1100),
        "D,31/01/24,08:10:10,0.000000,0.000000,0,0,001040,4.5,9,5,0,0".to_owned(),
    ]
    .iter()
    .map(|content| frame(content))
    .collect()
}
