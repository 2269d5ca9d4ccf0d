//! Who governs which block, and where people can live on the drawn network.

use crate::draw::Draw;
use crate::facts::{Division, Sketched, sketch};
use crate::near::Buckets;
use crate::plane::{Place, Plane, Spot};
use crate::streets::{BLOCK_M, Extent, StreetKind, Streets};
use crate::{PILOT_UNIT, Scale};

/// Blocks of the small sub-area, columns and rows.
const SMALL: (usize, usize) = (6, 7);
/// Blocks of the district, columns and rows.
const DISTRICT: (usize, usize) = (25, 25);
/// Middle of the drawing, WGS-84 degrees.
const CENTRE: Plane = Plane {
    lon: 121.415,
    lat: 31.40,
};

/// How far from its middle a committee's people live at most, metres, if streets allow.
const SETTLED_M: f64 = 350.0;
/// Fewer places than this to live make a committee reach farther.
const FEWEST_PLACES: usize = 8;
/// Distance between the middles of committees in the small sub-area, metres.
const SMALL_APART_M: f64 = 700.0;

/// The blocks a scale starts with; their streets nearly always suffice.
pub(crate) fn extent(scale: Scale) -> Extent {
    let (columns, rows) = match scale {
        Scale::Small => SMALL,
        Scale::District => DISTRICT,
    };
    Extent {
        columns,
        rows,
        plane: CENTRE,
    }
}

/// Candidate places to live, under the committee they belong to.
pub(crate) struct Settlement<'a> {
    pub(crate) committee: &'a Division,
    pub(crate) unit: &'a Division,
    pub(crate) places: Vec<Place>,
}

/// The drawn network as ground to live on.
pub(crate) struct Ground {
    extent: Extent,
    scale: Scale,
    dwellings: Buckets,
    /// Code of the unit that governs each block.
    units: Vec<String>,
}

impl Ground {
    pub(crate) fn new(streets: &Streets, extent: Extent, scale: Scale) -> Self {
        let quiet = quiet_nodes(streets);
        let nodes = streets.nodes.iter().zip(quiet).filter(|(_, quiet)| *quiet);
        let spots = nodes
            .map(|(node, _)| extent.plane.spot(node.lon, node.lat))
            .collect();
        let units = match scale {
            Scale::Small => vec![PILOT_UNIT.to_owned(); extent.blocks()],
            Scale::District => governed(extent, &sketch()),
        };
        Self {
            extent,
            scale,
            dwellings: Buckets::new(spots, SETTLED_M),
            units,
        }
    }

    /// Units that govern at least one block.
    pub(crate) fn governs(&self, unit: &str) -> bool {
        self.units.iter().any(|code| code == unit)
    }

    /// A random spot in a unit, or the middle of the drawing if the unit has no block.
    pub(crate) fn somewhere(&self, draw: &mut Draw, unit: &str) -> Spot {
        let blocks = self.blocks(unit);
        if blocks.is_empty() {
            return Spot { x: 0.0, y: 0.0 };
        }
        let block = *draw.pick(&blocks);
        self.inside(draw, block)
    }

    /// The middle of a unit's committee, spread evenly over the unit's blocks.
    pub(crate) fn middle(&self, draw: &mut Draw, unit: &str, number: usize, of: usize) -> Spot {
        if self.scale == Scale::Small {
            // Close together, so that neighbours are near in a story with few people.
            let (column, row) = (number % 3, number / 3 % 3);
            let offset = |cell: usize| (cell as f64 - 1.0) * SMALL_APART_M;
            let (dx, dy) = (draw.between(-150.0, 150.0), draw.between(-150.0, 150.0));
            return Spot {
                x: offset(column) + dx,
                y: offset(row) + dy,
            };
        }
        let blocks = self.blocks(unit);
        match blocks.len() {
            0 => Spot { x: 0.0, y: 0.0 },
            count => self.inside(draw, blocks[number * count / of]),
        }
    }

    /// Places to live around a spot; the circle grows until there are some.
    pub(crate) fn places(&self, middle: Spot) -> Vec<Place> {
        let mut radius_m = SETTLED_M;
        let mut found = self.dwellings.within(middle, radius_m);
        while found.len() < FEWEST_PLACES && radius_m < 8.0 * BLOCK_M {
            radius_m *= 1.5;
            found = self.dwellings.within(middle, radius_m);
        }
        let place = |point| self.extent.plane.place(self.dwellings.spot(point));
        found.into_iter().map(place).collect()
    }

    fn blocks(&self, unit: &str) -> Vec<usize> {
        (0..self.units.len())
            .filter(|&block| self.units[block] == unit)
            .collect()
    }

    fn inside(&self, draw: &mut Draw, block: usize) -> Spot {
        let (column, row) = (block % self.extent.columns, block / self.extent.columns);
        self.extent.spot(
            column,
            row,
            draw.between(0.15, 0.85),
            draw.between(0.15, 0.85),
        )
    }
}

/// Which nodes lie on streets with dwellings and not on an arterial road.
fn quiet_nodes(streets: &Streets) -> Vec<bool> {
    let mut dwellings = vec![false; streets.nodes.len()];
    let mut arterial = vec![false; streets.nodes.len()];
    for edge in &streets.edges {
        let marks = match edge.kind {
            StreetKind::Primary | StreetKind::Secondary => &mut arterial,
            StreetKind::Residential | StreetKind::Service => &mut dwellings,
            StreetKind::Tertiary | StreetKind::Footway | StreetKind::Path => continue,
        };
        marks[edge.a as usize] = true;
        marks[edge.b as usize] = true;
    }
    dwellings
        .iter()
        .zip(&arterial)
        .map(|(lived, loud)| *lived && !loud)
        .collect()
}

/// Gives each block to the unit whose sketched middle is nearest.
fn governed(extent: Extent, sketch: &[Sketched]) -> Vec<String> {
    let unit = |block: usize| {
        let x = ((block % extent.columns) as f64 + 0.5) / extent.columns as f64;
        let y = ((block / extent.columns) as f64 + 0.5) / extent.rows as f64;
        let far = |unit: &&Sketched| (unit.x - x) * (unit.x - x) + (unit.y - y) * (unit.y - y);
        let nearest = sketch.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
        nearest.map_or_else(String::new, |unit| unit.code.clone())
    };
    (0..extent.blocks()).map(unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_governs_some_blocks() {
        let units = governed(extent(Scale::District), &sketch());
        for unit in sketch() {
            let blocks = units.iter().filter(|code| **code == unit.code).count();
            assert!(blocks >= 20, "{} has {blocks}", unit.code);
        }
    }
}
