//! A trace: accelerations over time, in g whatever the unit they came in.

/// One moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Seconds since the trace began.
    pub at_s: f64,
    /// Acceleration along three axes, g.
    pub g: [f64; 3],
}

impl Sample {
    /// Magnitude, g.
    pub fn magnitude(&self) -> f64 {
        length(self.g)
    }
}

/// Samples by rising time, scaled so that rest is 1 g.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    samples: Vec<Sample>,
}

/// Why a trace is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// Fewer than a second can be said of.
    #[error("too short: a trace has at least {MOST_SHORT} samples")]
    Short,
    /// A number that is not finite.
    #[error("sample {0}: not a finite number")]
    Number(usize),
    /// Time stands still or runs backwards.
    #[error("sample {0}: time does not rise")]
    Time(usize),
    /// All zero: no gravity to scale by.
    #[error("no gravity in it")]
    Weightless,
}

/// Fewest samples of a trace.
const MOST_SHORT: usize = 20;
/// Share of the trace, in hundredths, whose magnitudes may lie below rest: the median.
const REST_PERCENT: usize = 50;

impl Trace {
    /// Takes seconds and accelerations in any one unit.
    ///
    /// The unit is found from the trace itself: over any length a body is on the whole at 1 g, so
    /// the median magnitude is taken for it. Samples at the same time as the one before, as
    /// gateways send them, are left out.
    ///
    /// # Errors
    /// Too few samples, numbers that are not finite, time that runs backwards, no gravity.
    pub fn new(rows: impl IntoIterator<Item = (f64, [f64; 3])>) -> Result<Self, TraceError> {
        let mut samples: Vec<Sample> = Vec::new();
        let mut begin = None;
        for (number, (at_s, raw)) in rows.into_iter().enumerate() {
            if !at_s.is_finite() || raw.iter().any(|axis| !axis.is_finite()) {
                return Err(TraceError::Number(number));
            }
            let at_s = at_s - *begin.get_or_insert(at_s);
            match samples.last() {
                Some(last) if at_s < last.at_s => return Err(TraceError::Time(number)),
                Some(last) if at_s <= last.at_s => {}
                _ => samples.push(Sample { at_s, g: raw }),
            }
        }
        if samples.len() < MOST_SHORT {
            return Err(TraceError::Short);
        }
        let mut magnitudes: Vec<f64> = samples.iter().map(Sample::magnitude).collect();
        magnitudes.sort_by(f64::total_cmp);
        let rest = magnitudes[magnitudes.len() * REST_PERCENT / 100];
        if rest <= 0.0 {
            return Err(TraceError::Weightless);
        }
        for sample in &mut samples {
            sample.g = sample.g.map(|axis| axis / rest);
        }
        Ok(Self { samples })
    }

    /// All samples.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// Seconds between two samples, on average.
    pub fn interval_s(&self) -> f64 {
        self.seconds() / (self.samples.len() - 1) as f64
    }

    /// Seconds from the first to the last sample.
    pub fn seconds(&self) -> f64 {
        self.samples.last().map_or(0.0, |last| last.at_s)
    }

    /// Samples from one moment to another, both included.
    pub fn between(&self, from_s: f64, to_s: f64) -> &[Sample] {
        let begin = self.samples.partition_point(|sample| sample.at_s < from_s);
        let end = self.samples.partition_point(|sample| sample.at_s <= to_s);
        &self.samples[begin..end.max(begin)]
    }
}

pub(super) fn length([x, y, z]: [f64; 3]) -> f64 {
    (x * x + y * y + z * z).sqrt()
}
