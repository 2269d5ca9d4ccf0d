//! What can go wrong, and how often in one history.

use std::collections::BTreeSet;

use super::dice::Dice;

macro_rules! kinds {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $case:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $case),+ }

        impl $name {
            /// Every case, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$case),+];

            /// The word of this case.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$case => $word),+ }
            }
        }
    };
}
pub(super) use kinds;

kinds! {
    /// One kind of fault. Each is counted where it takes effect, not where it is planned.
    Fault {
        /// The database refuses a write.
        SaveRefused = "save refused",
        /// The database reports a conflict that is none.
        FalseConflict = "false conflict",
        /// So many conflicts that an alarm is kept undecided.
        Contention = "contention",
        /// The commit happened and its reply is lost.
        CommitUnknown = "commit unknown",
        /// A write takes seconds, up to longer than a lease.
        SlowSave = "slow save",
        /// The database does not answer a read.
        ReadRefused = "read refused",
        /// The database is away for a while.
        StorageAway = "storage away",
        /// A process dies and comes back later.
        Crash = "crash",
        /// It dies while writes wait for their sync: some reach the disk, some do not.
        TornBatch = "torn batch",
        /// A process stands still longer than a lease.
        Pause = "pause past the lease",
        /// The wall clock of a process jumps forward.
        ClockForward = "clock jumps forward",
        /// The wall clock of a process jumps back.
        ClockBack = "clock jumps back",
        /// A frame does not arrive.
        FrameLost = "frame lost",
        /// The answer to a frame does not arrive.
        AnswerLost = "answer lost",
        /// A frame is late, and so out of order.
        FrameDelayed = "frame delayed",
        /// A frame arrives twice.
        FrameDoubled = "frame doubled",
        /// A process hears no device for a while.
        Partition = "partition",
        /// One event comes over two paths at once.
        TwoPaths = "two paths",
        /// An alarm comes late, as history.
        LateHistory = "late history",
        /// The clock of a device is wrong.
        DeviceClock = "device clock off",
        /// A device says what nobody can read.
        Undecodable = "undecodable frame",
        /// A device nobody registered.
        UnknownDevice = "unknown device",
        /// Telemetry over its limit.
        Flood = "telemetry flood",
        /// A carrier takes a notice and never delivers it.
        NoticeLost = "notice lost",
        /// A carrier takes seconds, up to longer than a lease.
        CarrierSlow = "carrier slow",
        /// A carrier delivers and its reply is lost.
        ReplyLost = "carrier reply lost",
        /// A carrier asks for patience.
        Throttled = "carrier throttles",
        /// A carrier refuses for good.
        Rejected = "carrier rejects",
        /// Somebody who is asked says nothing.
        Silent = "nobody answers",
        /// Somebody who said yes does not go.
        Drops = "says yes and does not go",
        /// A person's request does not arrive.
        RequestLost = "request lost",
        /// A person's request arrives twice.
        RequestDoubled = "request doubled",
    }
}

/// How often each fault strikes in this history, in thousandths of its chances; most histories know
/// only some kinds ("swarm"), because faults also hide each other.
pub(super) struct Mix([u16; Fault::ALL.len()]);

impl Mix {
    /// The mix of a history. Kinds that are switched off never strike.
    pub(super) fn draw(dice: &mut Dice, off: &BTreeSet<Fault>) -> Self {
        let mut mix = [0; Fault::ALL.len()];
        for (fault, chance) in Fault::ALL.iter().zip(&mut mix) {
            let strikes = dice.permille(700);
            let often = dice.between(2, i64::from(fault.most()));
            if strikes && !off.contains(fault) {
                *chance = u16::try_from(often).unwrap_or(u16::MAX);
            }
        }
        Self(mix)
    }

    /// In thousandths.
    pub(super) fn of(&self, fault: Fault) -> u16 {
        self.0[fault as usize]
    }
}

impl Fault {
    /// At most so often, in thousandths of its chances.
    fn most(self) -> u16 {
        match self {
            Self::FrameLost | Self::AnswerLost | Self::Silent => 400,
            Self::FrameDelayed | Self::FrameDoubled | Self::TwoPaths | Self::Drops => 300,
            Self::NoticeLost | Self::ReplyLost | Self::Throttled => 200,
            Self::LateHistory | Self::DeviceClock | Self::UnknownDevice => 120,
            Self::SaveRefused | Self::FalseConflict | Self::CommitUnknown => 80,
            Self::RequestLost | Self::RequestDoubled => 150,
            Self::SlowSave | Self::CarrierSlow | Self::Contention => 25,
            _ => 50,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_switched_off_never_strikes() {
        let off: BTreeSet<Fault> = Fault::ALL.iter().copied().collect();
        let mix = Mix::draw(&mut Dice::of(1, 2, 3), &off);
        assert!(Fault::ALL.iter().all(|fault| mix.of(*fault) == 0));
        let all = Mix::draw(&mut Dice::of(1, 2, 3), &BTreeSet::new());
        let struck = Fault::ALL.iter().filter(|fault| all.of(**fault) > 0);
        assert!(struck.count() > Fault::ALL.len() / 2);
    }
}
