//! Questions to a network file: no database, no network, one answer.

use std::path::PathBuf;

use accessibility::Language;
use clap::{Args, Subcommand};
use server::maps::{self, Form, Hour, Walker};
use spatial::{LonLat, Profile};

/// Usual paces, metres a second: of circles, of workers, and of old people (DOMAIN 3.3).
const CIRCLE_M_S: f64 = 1.0;
const WORKER_M_S: f64 = Profile::Worker.speed_m_s();
const ELDER_M_S: f64 = 0.8;

/// Questions to a network file.
#[derive(Debug, Subcommand)]
pub(crate) enum Maps {
    /// Ask a network file which nodes are within so many minutes' walk
    Reach(Reach),
    /// Ask a network file which places of a list are nearest on foot
    Nearest(Nearest),
    /// Draw the areas within so many minutes' walk: GeoJSON, a picture, or figures
    Isochrone(Isochrone),
    /// Tell which share of all nodes has a place of each category within so many minutes' walk
    Coverage(Coverage),
    /// Walking times from every place of one list to every place of another
    Matrix(Matrix),
    /// Give every request the responder with which all together wait least, and prove it
    Assign(Assign),
}

impl Maps {
    /// Answers, and prints the answer.
    pub(crate) fn run(&self, language: Language) -> anyhow::Result<()> {
        match self {
            Self::Reach(asked) => asked.run(language),
            Self::Nearest(asked) => asked.run(language),
            Self::Isochrone(asked) => asked.run(language),
            Self::Coverage(asked) => asked.run(language),
            Self::Matrix(asked) => asked.run(language),
            Self::Assign(asked) => asked.run(language),
        }
    }
}

/// Who walks, and on which streets.
#[derive(Debug, Args)]
pub(crate) struct Walked {
    /// Network file, as import-osm --network writes it
    #[arg(long, value_name = "FILE")]
    network: PathBuf,
    /// Metres a second on a level street [default: the profile's pace, or 1.2 for
    /// nearest, matrix and assign, 1.0 for reach and isochrone, 0.8 for coverage]
    #[arg(long, value_name = "M/S", allow_hyphen_values = true, value_parser = speed)]
    speed: Option<f64>,
    /// Who walks: worker, elder-able, elder-usual, elder-frail, wheelchair or ebike; without it
    /// stairs, slopes, crossings and gates cost nothing
    #[arg(long, value_name = "NAME", value_parser = profile)]
    profile: Option<Profile>,
    /// When, as sat-23:30: gates that are shut then are closed
    #[arg(long, value_name = "WEEKDAY-HH:MM", value_parser = hour)]
    at: Option<Hour>,
    /// Closed: the pieces of street nearest to these positions
    #[arg(long, value_name = "LON,LAT[;LON,LAT]", value_delimiter = ';', allow_hyphen_values = true, value_parser = position)]
    closed: Vec<LonLat>,
}

impl Walked {
    fn walker(&self, usual_m_s: f64) -> Walker<'_> {
        let pace = self.profile.map_or(usual_m_s, Profile::speed_m_s);
        Walker {
            network: &self.network,
            speed_m_s: self.speed.unwrap_or(pace),
            profile: self.profile,
            at: self.at,
            closed: &self.closed,
        }
    }
}

/// What is within reach.
#[derive(Debug, Args)]
pub(crate) struct Reach {
    #[command(flatten)]
    walked: Walked,
    /// Where from: WGS-84 longitude and latitude
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true, value_parser = position)]
    from: LonLat,
    /// Minutes of walking; a node exactly so far is within
    #[arg(long, default_value_t = 15.0, allow_hyphen_values = true, value_parser = minutes)]
    minutes: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Reach {
    fn run(&self, language: Language) -> anyhow::Result<()> {
        let walker = self.walked.walker(CIRCLE_M_S);
        maps::reach(&walker, self.from, self.minutes, form(self.json), language)
    }
}

/// What is nearest.
#[derive(Debug, Args)]
pub(crate) struct Nearest {
    #[command(flatten)]
    walked: Walked,
    /// Where from: WGS-84 longitude and latitude
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true, value_parser = position)]
    from: LonLat,
    /// Places: id,lon,lat and perhaps eligible, with a head line
    #[arg(long, value_name = "FILE.csv")]
    among: PathBuf,
    /// How many at most
    #[arg(long, default_value_t = 8)]
    k: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Nearest {
    fn run(&self, language: Language) -> anyhow::Result<()> {
        let walker = self.walked.walker(WORKER_M_S);
        let among = maps::Among {
            list: &self.among,
            k: self.k,
        };
        maps::nearest(&walker, self.from, among, form(self.json), language)
    }
}

/// Areas within reach.
#[derive(Debug, Args)]
pub(crate) struct Isochrone {
    #[command(flatten)]
    walked: Walked,
    /// Where from: WGS-84 longitude and latitude
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true, value_parser = position)]
    from: LonLat,
    /// Minutes of walking, one area each
    #[arg(long, value_name = "MINUTES", value_delimiter = ',', default_values_t = [5.0, 10.0, 15.0], allow_hyphen_values = true, value_parser = minutes)]
    minutes: Vec<f64>,
    /// Write a GeoJSON FeatureCollection, the largest area first; print it without FILE
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    geojson: Option<Option<PathBuf>>,
    /// Draw streets and areas into an SVG picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print one JSON object with the figures
    #[arg(long, conflicts_with = "geojson")]
    json: bool,
}

impl Isochrone {
    fn run(&self, language: Language) -> anyhow::Result<()> {
        let asked = maps::Areas {
            walker: self.walked.walker(CIRCLE_M_S),
            from: self.from,
            minutes: &self.minutes,
            geojson: self.geojson.as_ref().map(Option::as_deref),
            svg: self.svg.as_deref(),
            form: form(self.json),
            language,
        };
        maps::isochrone(&asked)
    }
}

/// How well places cover a town.
#[derive(Debug, Args)]
pub(crate) struct Coverage {
    #[command(flatten)]
    walked: Walked,
    /// Places: id,category,lon,lat, with a head line
    #[arg(long, value_name = "FILE.csv")]
    places: PathBuf,
    /// Minutes of walking; a node exactly so far is covered
    #[arg(long, default_value_t = 15.0, allow_hyphen_values = true, value_parser = minutes)]
    minutes: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Write every node x category: osm_id,category,ms,place
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

impl Coverage {
    fn run(&self, language: Language) -> anyhow::Result<()> {
        let walker = self.walked.walker(ELDER_M_S);
        let csv = self.csv.as_deref();
        let asked = maps::Covered {
            places: &self.places,
            minutes: self.minutes,
            csv,
            form: form(self.json),
        };
        maps::coverage(&walker, &asked, language)
    }
}

/// Many to many.
#[derive(Debug, Args)]
pub(crate) struct Matrix {
    #[command(flatten)]
    walked: Walked,
    /// Where from: id,lon,lat, with a head line
    #[arg(long, value_name = "FILE.csv")]
    from: PathBuf,
    /// Where to: id,lon,lat, with a head line
    #[arg(long, value_name = "FILE.csv")]
    to: PathBuf,
    /// Print one JSON object
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Write from,to,ms,status; print it without FILE
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    csv: Option<Option<PathBuf>>,
}

impl Matrix {
    fn run(&self, language: Language) -> anyhow::Result<()> {
        let walker = self.walked.walker(WORKER_M_S);
        let asked = maps::Pairs {
            from: &self.from,
            to: &self.to,
            csv: self.csv.as_ref().map(Option::as_deref),
            form: form(self.json),
        };
        maps::matrix(&walker, &asked, language)
    }
}

/// Who goes where.
#[derive(Debug, Args)]
#[command(
    after_help = "Every request names its urgency: life, serious, attention, or a weight of its own \
from 1 to 16; without one it is serious. A minute of waiting costs 16 for life, 4 for serious, 1 for \
attention. A request that stays unserved costs as much as a walk of --at-most minutes, and nobody \
is sent on a longer one. The offers of a request are its K nearest eligible responders; a responder \
serves one request. The answer is the cheapest of all, and prices of both sides are checked that \
prove it."
)]
pub(crate) struct Assign {
    #[command(flatten)]
    walked: Walked,
    /// Who waits: id,lon,lat and perhaps urgency, with a head line
    #[arg(long, value_name = "FILE.csv")]
    requests: PathBuf,
    /// Who may go: id,lon,lat and perhaps eligible, with a head line
    #[arg(long, value_name = "FILE.csv")]
    responders: PathBuf,
    /// Offers of a request at most, the nearest
    #[arg(long, default_value_t = 32)]
    k: usize,
    /// Minutes of walking beyond which nobody is sent
    #[arg(long, value_name = "MINUTES", default_value_t = 60.0, allow_hyphen_values = true, value_parser = at_most)]
    at_most: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Assign {
    fn run(&self, language: Language) -> anyhow::Result<()> {
        let walker = self.walked.walker(WORKER_M_S);
        let asked = maps::Batch {
            requests: &self.requests,
            responders: &self.responders,
            offers: self.k,
            at_most_minutes: self.at_most,
            form: form(self.json),
        };
        maps::assign(&walker, &asked, language)
    }
}

fn form(json: bool) -> Form {
    if json { Form::Json } else { Form::Columns }
}

fn position(text: &str) -> Result<LonLat, String> {
    let (lon, lat) = text.split_once(',').ok_or("not LON,LAT")?;
    let number = |part: &str| {
        part.trim()
            .parse()
            .map_err(|_| format!("{part:?} is no number"))
    };
    LonLat::new(number(lon)?, number(lat)?).map_err(|error| error.to_string())
}

fn profile(text: &str) -> Result<Profile, String> {
    Profile::by_name(text).ok_or_else(|| {
        let names: Vec<&str> = Profile::ALL.iter().map(|own| own.name()).collect();
        format!("not one of {}", names.join(", "))
    })
}

fn hour(text: &str) -> Result<Hour, String> {
    Hour::parse(text).ok_or_else(|| "not WEEKDAY-HH:MM, as mon-08:00".to_owned())
}

fn minutes(text: &str) -> Result<f64, String> {
    // A thousand hours still fit into milliseconds of 32 bits.
    within(
        text,
        |minutes| (0.0..=60_000.0).contains(&minutes),
        "0 to 60000",
    )
}

fn at_most(text: &str) -> Result<f64, String> {
    within(
        text,
        |minutes| minutes > 0.0 && minutes <= maps::MOST_MINUTES,
        "above 0, at most 240",
    )
}

fn speed(text: &str) -> Result<f64, String> {
    within(
        text,
        |speed| speed > 0.0 && speed <= 100.0,
        "above 0, at most 100",
    )
}

pub(super) fn within(text: &str, is_fit: fn(f64) -> bool, range: &str) -> Result<f64, String> {
    let number: f64 = text.trim().parse().map_err(|_| "not a number".to_owned())?;
    if is_fit(number) {
        Ok(number)
    } else {
        Err(format!("must be {range}"))
    }
}
