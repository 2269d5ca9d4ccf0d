//! Wall and CPU time of calls and of whole rounds.
#![expect(
    clippy::disallowed_methods,
    reason = "measuring is what this program is for"
)]

use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Times the calls of one round, by channel: a question and a move are told apart.
#[derive(Default)]
pub(crate) struct Clock {
    channels: Vec<Channel>,
}

struct Channel {
    name: &'static str,
    wall: Vec<u64>,
    /// Only of calls long enough to ask for it.
    cpu: Vec<u64>,
}

impl Clock {
    /// Times one short call.
    #[inline]
    pub(crate) fn time<R>(&mut self, channel: &'static str, call: impl FnOnce() -> R) -> R {
        let begun = Instant::now();
        let result = std::hint::black_box(call());
        let nanos = begun.elapsed().as_nanos() as u64;
        self.channel(channel).wall.push(nanos);
        result
    }

    /// Times one call of a millisecond or more, with the CPU time it took.
    pub(crate) fn job<R>(&mut self, channel: &'static str, call: impl FnOnce() -> R) -> R {
        let cpu = cpu_time();
        let result = self.time(channel, call);
        let cpu = cpu_time().saturating_sub(cpu).as_nanos() as u64;
        self.channel(channel).cpu.push(cpu);
        result
    }

    fn channel(&mut self, name: &'static str) -> &mut Channel {
        if let Some(known) = self
            .channels
            .iter()
            .position(|channel| channel.name == name)
        {
            return &mut self.channels[known];
        }
        let (wall, cpu) = (Vec::with_capacity(16_384), Vec::new());
        self.channels.push(Channel { name, wall, cpu });
        self.channels.last_mut().expect("one was pushed")
    }

    /// Figures of every channel in nanoseconds.
    fn figures(self) -> serde_json::Map<String, Value> {
        let figures = self.channels.into_iter().map(
            |Channel {
                 name,
                 mut wall,
                 mut cpu,
             }| {
                let mean = wall.iter().sum::<u64>() as f64 / wall.len() as f64;
                let (p50, p99) = (percentile(&mut wall, 50), percentile(&mut wall, 99));
                let cpu = (!cpu.is_empty()).then(|| percentile(&mut cpu, 50));
                let figures =
                    json!({"n": wall.len(), "p50": p50, "p99": p99, "mean": mean, "cpu_p50": cpu});
                (name.to_owned(), figures)
            },
        );
        figures.collect()
    }
}

fn percentile(nanos: &mut [u64], hundredths: usize) -> u64 {
    nanos.sort_unstable();
    nanos[(nanos.len() * hundredths / 100).min(nanos.len() - 1)]
}

/// Runs a round and tells its wall time, its CPU time and the figures of its channels.
pub(crate) fn round(run: &mut dyn FnMut(&mut Clock)) -> Value {
    let mut clock = Clock::default();
    let (begun, cpu) = (Instant::now(), cpu_time());
    run(&mut clock);
    let (wall, cpu) = (begun.elapsed(), cpu_time().saturating_sub(cpu));
    json!({
        "wall_ns": wall.as_nanos() as u64,
        "cpu_ns": cpu.as_nanos() as u64,
        "figures": clock.figures(),
    })
}

/// CPU time of this thread.
pub(crate) fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
