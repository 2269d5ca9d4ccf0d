use crate::hours::{GateHours, Hours};

/// The table behind the edges; entry 0 is not written.
pub(super) fn write(hours: &GateHours) -> Vec<u8> {
    let mut bytes = Vec::new();
    for hours in hours.told() {
        let open = match hours {
            Hours::Weekly(open) => open.as_slice(),
            // Only the first entry, which is not written, says nothing.
            Hours::Unknown => continue,
        };
        bytes.extend((open.len() as u16).to_le_bytes());
        let borders = open.iter().flat_map(|open| [open.start, open.end]);
        bytes.extend(borders.flat_map(u16::to_le_bytes));
    }
    bytes
}

/// None for what [`write`] would not have written.
pub(super) fn read(bytes: &[u8]) -> Option<GateHours> {
    let (words, []) = bytes.as_chunks::<2>() else {
        return None;
    };
    let mut words = words.iter().map(|word| u16::from_le_bytes(*word));
    let mut told = Vec::new();
    while let Some(count) = words.next() {
        let mut open = Vec::new();
        for _ in 0..count {
            open.push(words.next()?..words.next()?);
        }
        told.push(Hours::from_ranges(open)?);
    }
    (told.len() < usize::from(u16::MAX)).then(|| GateHours::of(told))
}
