//! Areas as a picture: streets thin, areas filled, the origin marked.

use std::fmt::Write as _;

use accessibility::Language;
use spatial::{LonLat, Network};

use super::isochrone::Circle;
use super::{map_credit, said};

/// Width and height of the picture at most, without the border.
const SIDE: f64 = 960.0;

/// Around the areas, on every side.
const BORDER: f64 = 24.0;

/// Streets drawn at most, those in the middle first: what a browser still shows at once.
const MOST_STREETS: usize = 60_000;

/// Shortest side of what is shown, in metres: an area of nothing has a picture too.
const LEAST_M: f64 = 400.0;

/// Metres in a degree of latitude.
const DEGREE_M: f64 = 111_195.08;

/// Fills from the smallest area to the largest; differ in lightness, so also without colours.
const FILLS: [&str; 4] = ["#08519c", "#3182bd", "#6baed6", "#bdd7e7"];

/// What is drawn.
pub(super) struct Picture<'a> {
    pub(super) network: &'a Network,
    pub(super) from: LonLat,
    /// By falling limit: smaller areas are drawn over larger ones.
    pub(super) circles: &'a [Circle<'a>],
    pub(super) language: Language,
}

/// From degrees to places in the picture.
struct Frame {
    west: f64,
    north: f64,
    /// Picture units in a degree of longitude and of latitude.
    across: f64,
    down: f64,
    width: f64,
    height: f64,
}

impl Picture<'_> {
    /// The whole picture as SVG 1.1.
    pub(super) fn svg(&self) -> String {
        let frame = self.frame();
        let (width, height) = (frame.width + 2.0 * BORDER, frame.height + 2.0 * BORDER);
        let title = self.title();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        );
        for (place, circle) in self.circles.iter().enumerate() {
            let fill = self.fill(place);
            let path = outline(&frame, circle);
            if !path.is_empty() {
                let _ = writeln!(
                    svg,
                    "<path fill=\"{fill}\" fill-opacity=\".75\" fill-rule=\"evenodd\" d=\"{path}\"/>"
                );
            }
        }
        self.streets(&frame, &mut svg);
        let (x, y) = frame.place(self.from.lon(), self.from.lat());
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"8\" fill=\"#d94801\" stroke=\"#fff\" stroke-width=\"3\"/>"
        );
        self.legend(&mut svg);
        let _ = writeln!(
            svg,
            "<text x=\"{BORDER}\" y=\"{:.1}\" font-family=\"sans-serif\" font-size=\"12\" \
             fill=\"#333\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">{}</text>\n\
             </svg>",
            height - 7.0,
            map_credit(self.language)
        );
        svg
    }

    /// The box around all areas and the origin.
    fn frame(&self) -> Frame {
        let (lon, lat) = (self.from.lon(), self.from.lat());
        let squeeze = lat.to_radians().cos().max(0.01);
        let least = LEAST_M / 2.0 / DEGREE_M;
        let (mut west, mut east) = (lon - least / squeeze, lon + least / squeeze);
        let (mut south, mut north) = (lat - least, lat + least);
        for (_, ring) in self.circles.iter().flat_map(|circle| circle.area.rings()) {
            for &[x, y] in ring {
                let (x, y) = (f64::from(x) / 1e6, f64::from(y) / 1e6);
                (west, east) = (west.min(x), east.max(x));
                (south, north) = (south.min(y), north.max(y));
            }
        }
        let longest = ((east - west) * squeeze).max(north - south);
        let down = SIDE / longest;
        Frame {
            west,
            north,
            across: down * squeeze,
            down,
            width: (east - west) * down * squeeze,
            height: (north - south) * down,
        }
    }

    /// Draws what is in the frame as one path.
    fn streets(&self, frame: &Frame, svg: &mut String) {
        let west = (frame.west - BORDER / frame.across).max(-180.0);
        let east = (frame.west + (frame.width + BORDER) / frame.across).min(180.0);
        let north = (frame.north + BORDER / frame.down).min(90.0);
        let south = (frame.north - (frame.height + BORDER) / frame.down).max(-90.0);
        let (Ok(min), Ok(max)) = (LonLat::new(west, south), LonLat::new(east, north)) else {
            return;
        };
        let lines = self.network.excerpt(min, max, MOST_STREETS);
        svg.push_str("<path fill=\"none\" stroke=\"#444\" stroke-width=\".8\" d=\"");
        let mut end = None;
        for [a, b] in lines {
            let (x, y) = frame.place(b.lon(), b.lat());
            // Edges of a way follow each other: most go on where the last one ended.
            if end != Some(a) {
                let (x, y) = frame.place(a.lon(), a.lat());
                let _ = write!(svg, "M{x:.1} {y:.1}");
            }
            let _ = write!(svg, "L{x:.1} {y:.1}");
            end = Some(b);
        }
        svg.push_str("\"/>\n");
    }

    /// A patch of each fill with its limit, the smallest first.
    fn legend(&self, svg: &mut String) {
        let height = 24.0 * self.circles.len() as f64 + 12.0;
        let _ = writeln!(
            svg,
            "<rect x=\"8\" y=\"8\" width=\"150\" height=\"{height:.0}\" rx=\"4\" fill=\"#fff\" \
             fill-opacity=\".9\"/>"
        );
        for (row, (place, circle)) in self.circles.iter().enumerate().rev().enumerate() {
            let y = 16.0 + 24.0 * row as f64;
            let limit = circle.minutes.to_string();
            let words = said("within_limit", self.language, [("limit", limit)]);
            let _ = writeln!(
                svg,
                "<rect x=\"18\" y=\"{y:.0}\" width=\"16\" height=\"16\" fill=\"{}\" \
                 fill-opacity=\".75\"/><text x=\"42\" y=\"{:.0}\" font-family=\"sans-serif\" \
                 font-size=\"14\" fill=\"#111\">{words}</text>",
                self.fill(place),
                y + 13.0
            );
        }
    }

    fn title(&self) -> String {
        let largest = self.circles.first();
        let limit = largest.map_or(0.0, |circle| circle.minutes).to_string();
        said("picture_of_areas", self.language, [("limit", limit)])
    }

    /// The fill of an area by its place from the largest.
    fn fill(&self, place: usize) -> &'static str {
        let from_smallest = self.circles.len().saturating_sub(place + 1);
        FILLS[from_smallest.min(FILLS.len() - 1)]
    }
}

impl Frame {
    fn place(&self, lon: f64, lat: f64) -> (f64, f64) {
        (
            BORDER + (lon - self.west) * self.across,
            BORDER + (self.north - lat) * self.down,
        )
    }
}

/// The rings of an area as one path.
fn outline(frame: &Frame, circle: &Circle<'_>) -> String {
    let mut path = String::new();
    for (_, ring) in circle.area.rings() {
        for (place, &[lon, lat]) in ring.iter().enumerate() {
            let (x, y) = frame.place(f64::from(lon) / 1e6, f64::from(lat) / 1e6);
            let step = if place == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{step}{x:.1} {y:.1}");
        }
        path.push('Z');
    }
    path
}
