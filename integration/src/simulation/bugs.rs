//! Bugs that are planted in the wiring of a simulated process, to show that they are found.

use super::faults::kinds;

kinds! {
    /// One planted bug.
    Bug {
        /// The device is answered before anything is saved.
        AckBeforeSave = "ack-before-save",
        /// A conflict is taken for success.
        DropOnConflict = "drop-on-conflict",
        /// A late effect is let through whatever its generation.
        NoFencing = "no-fencing",
        /// An acceptance sets no guard.
        ForgetGuard = "forget-guard",
        /// Who is let off hears nothing.
        NoAllClear = "no-all-clear",
        /// An acceptance is saved whatever version is stored.
        DoubleAccept = "double-accept",
        /// Events are recognised only by the process that saw them first.
        KeysInMemory = "keys-in-memory",
        /// Timers are claimed ten seconds before they are due.
        EarlyTimers = "early-timers",
        /// The limit for telemetry refuses alarms as well.
        ShedAlarms = "shed-alarms",
        /// A notice that does not go at once is forgotten.
        ForgetNotice = "forget-notice",
        /// What nobody can read is answered and thrown away.
        DropUndecodable = "drop-undecodable",
        /// Closing leaves the offers as they are.
        OffersStayOpen = "offers-stay-open",
        /// A claim of a timer never runs out.
        EndlessLease = "endless-lease",
        /// A frame kept undecided gets no effect when its timer fires.
        UndecidedForgotten = "undecided-forgotten",
    }
}

impl std::str::FromStr for Bug {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|bug| bug.as_str() == word);
        found.copied().ok_or_else(|| {
            let all: Vec<&str> = Self::ALL.iter().map(|bug| bug.as_str()).collect();
            format!("one of {}", all.join(", "))
        })
    }
}
