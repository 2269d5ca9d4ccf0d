//! Walking times from many positions to many others, a batch of sources at a time.

use spatial::{MatrixScratch, Position, matrix_ms};

use super::walker::Costed;

/// Sources walked from at a time: few enough to hold the times of, many enough for full lanes.
const BATCH: usize = 256;

/// Calls `visit` with the number of each source and its times in milliseconds to all targets;
/// without times for a source that is off the streets, `u32::MAX` where there is no way.
pub(super) fn each_row(
    costed: &Costed,
    from: &[Option<Position>],
    to: &[Position],
    speed_m_s: f64,
    mut visit: impl FnMut(usize, Option<&[u32]>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let upward = costed.streets.upward();
    let (mut scratch, mut times) = (MatrixScratch::new(), Vec::new());
    for (batch, from) in from.chunks(BATCH).enumerate() {
        let sources: Vec<Position> = from.iter().copied().flatten().collect();
        matrix_ms(upward, &mut scratch, &sources, to, speed_m_s, &mut times);
        let mut rows = times.chunks_exact(to.len().max(1));
        for (place, from) in from.iter().enumerate() {
            // Rows of nothing are not in the matrix.
            let row = from.map(|_| rows.next().unwrap_or_default());
            visit(batch * BATCH + place, row)?;
        }
    }
    Ok(())
}
