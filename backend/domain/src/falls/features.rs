//! What is measured around every impact of a trace.

use super::thresholds::Thresholds;
use super::trace::{Sample, Trace, length};

/// Fewest samples that say anything of a posture.
const LEAST_SAMPLES: usize = 10;

/// One impact and what stands around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Features {
    /// Seconds from the beginning of the trace to the impact.
    pub impact_s: f64,
    /// Greatest magnitude of the impact, g.
    pub impact_g: f64,
    /// Least magnitude shortly before it, g.
    pub dip_g: f64,
    /// Seconds from that to the impact.
    pub dip_to_impact_s: f64,
    /// Angle between gravity before and after, degrees; `None` when the trace is cut too close.
    pub posture_change_deg: Option<f64>,
    /// Standard deviation of the magnitude afterwards, g; `None` when the trace is cut too close.
    pub unrest_after_g: Option<f64>,
}

/// Features of every local peak of the magnitude above rest.
pub fn features<'t>(
    trace: &'t Trace,
    thresholds: &'t Thresholds,
) -> impl Iterator<Item = Features> + 't {
    let samples = trace.samples();
    (1..samples.len().saturating_sub(1))
        .filter(|&place| {
            let here = samples[place].magnitude();
            here > 1.0
                && here >= samples[place - 1].magnitude()
                && here > samples[place + 1].magnitude()
        })
        .filter_map(move |place| around(trace, &samples[place], thresholds))
}

fn around(trace: &Trace, impact: &Sample, thresholds: &Thresholds) -> Option<Features> {
    let drop = trace.between(impact.at_s - thresholds.dip_to_impact_s, impact.at_s);
    let dip = drop
        .iter()
        .min_by(|a, b| a.magnitude().total_cmp(&b.magnitude()))?;
    let before = trace.between(dip.at_s - thresholds.before_s, dip.at_s);
    // The drop itself says nothing of the posture: its first part belongs to standing.
    let before = &before[..before.len().saturating_sub(before.len() / 4)];
    let settled_s = impact.at_s + thresholds.settling_s;
    let after = trace.between(settled_s, settled_s + thresholds.after_s);
    Some(Features {
        impact_s: impact.at_s,
        impact_g: impact.magnitude(),
        dip_g: dip.magnitude(),
        dip_to_impact_s: impact.at_s - dip.at_s,
        posture_change_deg: mean(before).zip(mean(after)).and_then(|(a, b)| angle(a, b)),
        unrest_after_g: unrest(after),
    })
}

fn mean(samples: &[Sample]) -> Option<[f64; 3]> {
    if samples.len() < LEAST_SAMPLES {
        return None;
    }
    let mut sum = [0.0; 3];
    for sample in samples {
        for (total, axis) in sum.iter_mut().zip(sample.g) {
            *total += axis;
        }
    }
    Some(sum.map(|total| total / samples.len() as f64))
}

/// Degrees between two directions; `None` where one has no length.
fn angle(a: [f64; 3], b: [f64; 3]) -> Option<f64> {
    let lengths = length(a) * length(b);
    let dot: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
    (lengths > 0.0).then(|| (dot / lengths).clamp(-1.0, 1.0).acos().to_degrees())
}

fn unrest(samples: &[Sample]) -> Option<f64> {
    if samples.len() < LEAST_SAMPLES {
        return None;
    }
    let count = samples.len() as f64;
    let mean = samples.iter().map(Sample::magnitude).sum::<f64>() / count;
    let square = |sample: &Sample| (sample.magnitude() - mean).powi(2);
    Some((samples.iter().map(square).sum::<f64>() / count).sqrt())
}
