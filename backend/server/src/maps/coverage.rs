//! Which share of a town has a place of each category near by.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use accessibility::Language;
use serde_json::{Value, json};
use spatial::{
    CATEGORIES, Facility, Network, NodeCoverage, NodePlaces, Streets, cost_ms, cost_within,
};

use super::list::{self, Place};
use super::walker::Costed;
use super::{Form, Walker, field, limit_ms, minutes, print, put};
use crate::columns::{left, thousands};

/// What is to be covered, and where the answer goes.
#[derive(Debug, Clone)]
pub struct Covered<'a> {
    /// File of places: `id,category,lon,lat`.
    pub places: &'a Path,
    /// How long a walk may take.
    pub minutes: f64,
    /// File for every node x category.
    pub csv: Option<&'a Path>,
    /// How the figures are printed.
    pub form: Form,
}

/// Places of a list, by number of their category.
struct Places {
    places: Vec<Place>,
    categories: Vec<String>,
    category: Vec<u32>,
}

/// How far it is from a node to a place of a category.
struct Near {
    ms: u32,
    /// The nearest place, by its number in the list.
    place: usize,
}

/// What became of one category.
struct Share {
    category: String,
    places: usize,
    /// Places farther than 500 m from any street: they cover nothing.
    unknown: usize,
    /// Times of the covered nodes, rising.
    covered_ms: Vec<u32>,
    nodes: usize,
}

/// Prints how many of all nodes have each category within the limit, and writes which place it is.
///
/// # Errors
/// A network or list that cannot be read, or a file that cannot be written.
pub fn coverage(
    walker: &Walker<'_>,
    asked: &Covered<'_>,
    language: Language,
) -> anyhow::Result<()> {
    let places = Places::read(asked.places)?;
    let costed = walker.costed(language)?;
    let limit_ms = limit_ms(asked.minutes);
    let limit = cost_within(limit_ms, walker.speed_m_s).unwrap_or(0);
    let facilities = places.facilities(&costed);
    let mut served = Served::new(&costed.streets, limit, walker.speed_m_s);
    let mut shares = Vec::new();
    let mut rows = String::from("osm_id,category,ms,place\n");
    for (number, category) in (0u32..).zip(&places.categories) {
        let near = served.by(&facilities, number);
        if asked.csv.is_some() {
            write_rows(
                &mut rows,
                costed.streets.network(),
                category,
                &places.places,
                &near,
            );
        }
        shares.push(places.share(number, &facilities, &near));
    }
    if asked.csv.is_some() {
        put(asked.csv, &rows)?;
    }
    match asked.form {
        Form::Json => {
            let categories: Vec<Value> = shares.iter().map(Share::json).collect();
            print(&json!({
                "minutes": asked.minutes,
                "speed": walker.speed_m_s,
                "nodes": served.nodes.len(),
                "categories": categories,
            }))
        }
        Form::Columns => columns(&shares),
    }
}

impl Places {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let read = list::read(path, &["id", "category", "lon", "lat"], |line| {
            Ok((line.place()?, line.text("category")?.to_owned()))
        })?;
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        for (_, category) in &read {
            numbers.insert(category, 0);
        }
        for (number, own) in (0u32..).zip(numbers.values_mut()) {
            *own = number;
        }
        Ok(Self {
            categories: numbers.keys().map(|&name| name.to_owned()).collect(),
            category: read
                .iter()
                .map(|(_, name)| numbers[name.as_str()])
                .collect(),
            places: read.into_iter().map(|(place, _)| place).collect(),
        })
    }

    /// Positions of the places with their numbers, those too far from any street left out.
    fn facilities(&self, costed: &Costed) -> Vec<(usize, Facility)> {
        let all = self.places.iter().zip(&self.category).enumerate();
        all.filter_map(|(number, (place, &category))| {
            let position = costed.position(place.at)?;
            Some((number, Facility { category, position }))
        })
        .collect()
    }

    fn share(&self, number: u32, facilities: &[(usize, Facility)], near: &[Option<Near>]) -> Share {
        let places = self.category.iter().filter(|&&own| own == number).count();
        let known = facilities
            .iter()
            .filter(|(_, facility)| facility.category == number)
            .count();
        let mut covered_ms: Vec<u32> = near.iter().flatten().map(|near| near.ms).collect();
        covered_ms.sort_unstable();
        Share {
            category: self.categories[number as usize].clone(),
            places,
            unknown: places - known,
            covered_ms,
            nodes: near.len(),
        }
    }
}

/// Nearest places of all nodes, as many categories at a time as one pass answers.
struct Served<'a> {
    streets: &'a Streets,
    at: NodePlaces,
    pass: spatial::Coverage,
    nodes: NodeCoverage,
    limit: u32,
    speed_m_s: f64,
}

impl<'a> Served<'a> {
    fn new(streets: &'a Streets, limit: u32, speed_m_s: f64) -> Self {
        let (graph, weights) = (streets.graph(), streets.weights());
        Self {
            streets,
            at: NodePlaces::new(streets.network(), graph, weights),
            pass: spatial::Coverage::new(),
            nodes: NodeCoverage::new(),
            limit,
            speed_m_s,
        }
    }

    /// The nearest place of a category from every node; categories have to come in order.
    fn by(&mut self, places: &[(usize, Facility)], category: u32) -> Vec<Option<Near>> {
        if category.is_multiple_of(CATEGORIES as u32) {
            let facilities: Vec<Facility> = places.iter().map(|&(_, facility)| facility).collect();
            let Self { pass, nodes, .. } = self;
            pass.fill(self.streets.upward(), &facilities, category, self.limit);
            pass.nodes(&self.at, nodes);
        }
        let near = |node| {
            let served = self.nodes.at(node, category)?;
            Some(Near {
                ms: cost_ms(served.cost, self.speed_m_s),
                place: places[served.facility as usize].0,
            })
        };
        (0..self.nodes.len() as u32).map(near).collect()
    }
}

impl Share {
    fn share(&self) -> f64 {
        match self.nodes {
            0 => 0.0,
            nodes => self.covered_ms.len() as f64 / nodes as f64,
        }
    }

    /// Time within which so many percent of the covered nodes are; None if none is covered.
    fn percentile_ms(&self, percent: usize) -> Option<u32> {
        let rank = (self.covered_ms.len() * percent).div_ceil(100).max(1);
        self.covered_ms.get(rank - 1).copied()
    }

    fn json(&self) -> Value {
        let minutes = |percent| {
            self.percentile_ms(percent)
                .map(|ms| f64::from(ms) / 60_000.0)
        };
        json!({
            "category": self.category,
            "places": self.places,
            "places_unknown": self.unknown,
            "nodes_covered": self.covered_ms.len(),
            "share": self.share(),
            "p50_minutes": minutes(50),
            "p90_minutes": minutes(90),
        })
    }
}

fn write_rows(
    rows: &mut String,
    network: &Network,
    category: &str,
    places: &[Place],
    near: &[Option<Near>],
) {
    let category = field(category);
    for (node, near) in (0u32..).zip(near) {
        let id = network.node_id(node);
        let _ = match near {
            Some(Near { ms, place }) => {
                writeln!(rows, "{id},{category},{ms},{}", field(&places[*place].id))
            }
            None => writeln!(rows, "{id},{category},,"),
        };
    }
}

fn columns(shares: &[Share]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for share in shares {
        let time = |percent| share.percentile_ms(percent).map_or("-".to_owned(), minutes);
        writeln!(
            out,
            "{}  {:>6} places  {:>9} of {} nodes  {:>5.1} %  p50 {:>9}  p90 {:>9}",
            left(&share.category, 24),
            thousands(share.places as u64),
            thousands(share.covered_ms.len() as u64),
            thousands(share.nodes as u64),
            share.share() * 100.0,
            time(50),
            time(90)
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_of_covered_nodes() {
        let share = |covered_ms: Vec<u32>| Share {
            category: String::new(),
            places: 0,
            unknown: 0,
            nodes: 20,
            covered_ms,
        };
        let ten = share((1..=10).map(|minute| minute * 60_000).collect());
        assert_eq!(
            (ten.percentile_ms(50), ten.percentile_ms(90)),
            (Some(300_000), Some(540_000))
        );
        assert_eq!(ten.share(), 0.5);
        assert_eq!(share(vec![7]).percentile_ms(50), Some(7));
        assert_eq!(share(Vec::new()).percentile_ms(90), None);
    }
}
