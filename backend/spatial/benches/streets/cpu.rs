//! Time on the processor, so that a busy machine does not look like a slow program.

/// Milliseconds this thread has run so far; None where the system does not tell.
pub(crate) fn thread_ms() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos: u64 = text.split_ascii_whitespace().next()?.parse().ok()?;
    Some(nanos as f64 / 1e6)
}

/// Mean processor time of a job over so many rounds, as text.
pub(crate) fn mean(rounds: usize, mut job: impl FnMut()) -> String {
    let before = thread_ms();
    (0..rounds).for_each(|_| job());
    match before.zip(thread_ms()) {
        Some((before, after)) => format!("{:.3} ms", (after - before) / rounds as f64),
        None => "unknown".to_owned(),
    }
}
