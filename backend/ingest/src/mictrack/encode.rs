//! What a simulated device sends; it is never answered.

/// An invented IMEI.
pub const ID: &str = "888800000000018";

/// Builds a report; a line end follows.
pub fn report(kind: &str, values: &str) -> Vec<u8> {
    format!("MT;6;{ID};{kind};{values}\r\n").into_bytes()
}

/// A place with this event number: 31.25 N, 121.5 E, 2024-01-31 08:09:10.
pub fn place(number: &str) -> Vec<u8> {
    report(
        "R0",
        &format!("10+240131080910+31.25000+121.50000+0.14+90+{number}+3744+13"),
    )
}

/// Networks with this event number; a name holds marks.
pub fn networks(number: &str) -> Vec<u8> {
    let names = "a+b;c,02:00:00:00:00:01,-58,home,02:00:00:00:00:02,-74";
    report("Y1", &format!("240131080910+{names}+{number}+3744+1"))
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let line = |text: &str| format!("{text}\r\n").into_bytes();
    let cells = "240131080910+02:00:00:00:00:01,-91+0,21681,20616,460";
    let track = "080910.00,A,3115.0000,N,12130.0000,E,0.01,90.0,12.0,310124";
    vec![
        place("2"),
        place("5"),
        networks("8"),
        report("R1", "240131081010+02:00:00:00:00:01,-91+5+3744+0"),
        report("R1", "240131080910+02:00:00:00:00:01,-91+3+3744+0"),
        report("R12", &format!("{cells}+9+3744+0")),
        report("R13", &format!("{cells},176+12+3744+0")),
        report("R2", "240131080910+0,21681,20616,460+10+3744+0"),
        report("RH", "5+240131080910+0+0+0+0+11+3744+1"),
        line(&format!("{ID}${track}")),
        line(&format!(
            "{ID}${track}$080920.00,V,3115.0000,S,12130.0000,W,,,-3.1,310124"
        )),
        line(&format!("{ID} netlock=Success!")),
        line("mode=Success!"),
    ]
}
