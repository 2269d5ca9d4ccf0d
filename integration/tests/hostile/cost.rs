//! What one input costs: time on the processor and bytes asked of the allocator.

use stats_alloc::Region;

use crate::ALLOCATOR;

/// What a call took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// On the processor, milliseconds; 0 where the system does not tell.
    pub(crate) ms: u64,
    /// Bytes that were asked for, given back or not.
    pub(crate) bytes: usize,
}

impl Cost {
    pub(crate) fn most(self, other: Self) -> Self {
        Self {
            ms: self.ms.max(other.ms),
            bytes: self.bytes.max(other.bytes),
        }
    }
}

/// Runs a call and says what it took.
pub(crate) fn of<T>(call: impl FnOnce() -> T) -> (T, Cost) {
    let before = thread_ns();
    let region = Region::new(ALLOCATOR);
    let done = call();
    let change = region.change();
    let ms = (thread_ns() - before) / 1_000_000;
    let grown = usize::try_from(change.bytes_reallocated).unwrap_or(0);
    let bytes = change.bytes_allocated + grown;
    (done, Cost { ms, bytes })
}

fn thread_ns() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = text.split_ascii_whitespace().next();
    first.and_then(|ns| ns.parse().ok()).unwrap_or(0)
}
