//! Edges as records.

use super::part;
use crate::hours::HoursId;
use crate::network::Edge;
use crate::{Crossing, EdgeAttributes, EdgeEnds, InputEdge, Surface, WayKind};

/// Bytes of an edge.
pub(super) const EDGE_BYTES: usize = 28;
/// Bytes of an edge in versions 1 and 2.
pub(super) const OLD_EDGE_BYTES: usize = 24;

const STEPS: u8 = 1;
const RAMP: u8 = 2;
const GATE: u8 = 4;
const LIFT: u8 = 8;
const KERB: u8 = 16;

const NO_INCLINE: i16 = i16::MIN;
const NO_HOURS: u16 = u16::MAX;

pub(super) fn write(edge: &Edge) -> [u8; EDGE_BYTES] {
    let EdgeAttributes {
        kind,
        steps,
        ramp,
        gate,
        surface,
        crossing,
        crossing_halves,
        incline,
        lift,
        kerb,
        hours,
        hours_at,
    } = edge.attributes;
    let flags = [
        (steps, STEPS),
        (ramp, RAMP),
        (gate, GATE),
        (lift, LIFT),
        (kerb, KERB),
    ];
    let flags = flags
        .iter()
        .filter(|(set, _)| *set)
        .fold(0, |sum, (_, flag)| sum | flag);
    let mut bytes = [0; EDGE_BYTES];
    let mut put = |from: usize, part: &[u8]| bytes[from..from + part.len()].copy_from_slice(part);
    put(0, &edge.a.to_le_bytes());
    put(4, &edge.b.to_le_bytes());
    put(8, &edge.way_id.to_le_bytes());
    put(16, &edge.segment.to_le_bytes());
    let crossing = crossing.code() | crossing_halves.min(2) << 4 | hours_at.code() << 6;
    put(20, &[kind.code(), flags, surface.code(), crossing]);
    put(24, &incline.unwrap_or(NO_INCLINE).to_le_bytes());
    put(26, &hours.map_or(NO_HOURS, |hours| hours.0).to_le_bytes());
    bytes
}

/// None for attribute codes that are not known.
pub(super) fn read(bytes: &[u8; EDGE_BYTES]) -> Option<InputEdge> {
    let old = std::array::from_fn(|place| if place == 23 { 0 } else { bytes[place] });
    let mut edge = read_with(&old, STEPS | RAMP | GATE | LIFT | KERB)?;
    let [crossing, halves, ends] = [bytes[23] & 15, bytes[23] >> 4 & 3, bytes[23] >> 6];
    if halves > 2 {
        return None;
    }
    let incline = i16::from_le_bytes(part(bytes, 24));
    let hours = u16::from_le_bytes(part(bytes, 26));
    edge.attributes = EdgeAttributes {
        crossing: Crossing::from_code(crossing)?,
        crossing_halves: halves,
        incline: (incline != NO_INCLINE).then_some(incline),
        hours: (hours != NO_HOURS).then_some(HoursId(hours)),
        hours_at: EdgeEnds::from_code(ends)?,
        ..edge.attributes
    };
    Some(edge)
}

/// An edge of versions 1 and 2.
pub(super) fn read_old(bytes: &[u8; OLD_EDGE_BYTES]) -> Option<InputEdge> {
    read_with(bytes, STEPS | RAMP | GATE)
}

fn read_with(bytes: &[u8; OLD_EDGE_BYTES], known: u8) -> Option<InputEdge> {
    let [kind, flags, surface, zero] = part(bytes, 20);
    if zero != 0 || flags & !known != 0 {
        return None;
    }
    let attributes = EdgeAttributes {
        kind: WayKind::from_code(kind)?,
        steps: flags & STEPS != 0,
        ramp: flags & RAMP != 0,
        gate: flags & GATE != 0,
        lift: flags & LIFT != 0,
        kerb: flags & KERB != 0,
        surface: Surface::from_code(surface)?,
        ..EdgeAttributes::default()
    };
    Some(InputEdge {
        a: u32::from_le_bytes(part(bytes, 0)),
        b: u32::from_le_bytes(part(bytes, 4)),
        way_id: i64::from_le_bytes(part(bytes, 8)),
        segment: u32::from_le_bytes(part(bytes, 16)),
        attributes,
    })
}
