//! What every store must do, as cases that run on any of them.
//!
//! The rules rest on these promises, so the store in memory and both databases are held to the
//! same list. A case panics when a promise is broken; after every single change of most cases the
//! whole store is looked through for an open incident that nobody guards.

mod alarms;
mod answers;
mod at_once;
mod engine;
#[cfg(test)]
mod faults;
mod missions;
mod organisations;
mod outbox;
mod saving;
mod timers;
mod town;
mod undecided;
mod watched;
mod world;

use domain::ids::OrganisationId;
use domain::ports::Store;

use crate::memory_store::{Inside, MemoryStore};

pub use town::town;

/// A fresh store that holds [`town`] and nothing else.
pub trait Fixture {
    /// The store under test.
    type S: Store + Send + Sync;

    /// The store.
    fn store(&self) -> &Self::S;

    /// The same content as another process would reach it.
    fn twin(&self) -> Self::S;

    /// All that is stored.
    fn inside(&self, organisation: OrganisationId) -> Inside;
}

/// Hands the names of all cases to a macro.
#[macro_export]
macro_rules! store_suite_cases {
    ($with:ident) => {
        $with! {
            saving::an_alarm_opens_an_incident,
            saving::an_old_version_conflicts,
            saving::a_second_first_alarm_conflicts,
            saving::an_ended_cause_may_begin_again,
            saving::an_event_is_stored_once,
            saving::a_key_makes_one_incident,
            saving::a_refused_change_leaves_nothing,
            saving::a_deed_is_written_down,
            alarms::an_applied_alarm_is_found_again,
            alarms::a_repeated_frame_is_known,
            alarms::another_alarm_joins,
            alarms::attention_has_an_incident_of_its_own,
            alarms::an_unregistered_device_goes_to_the_seat,
            alarms::a_flood_shares_one_row,
            alarms::a_flood_ends_with_its_minute,
            alarms::frames_that_ask_nothing_are_kept,
            alarms::a_story_leaves_nothing_behind,
            answers::of_two_yes_one_is_saved,
            answers::an_answer_is_read_back,
            answers::identifying_ties_a_resident,
            answers::an_unknown_incident_is_not_found,
            missions::who_goes_is_known_until_it_ends,
            missions::whoever_never_arrived_did_not_help,
            missions::a_wave_is_kept_with_who_stood_where,
            missions::a_wave_that_is_not_saved_leaves_no_standing,
            timers::not_early_and_once,
            timers::the_longest_overdue_first,
            timers::a_lapsed_lease_is_claimed_anew,
            timers::an_old_claim_saves_nothing,
            timers::done_is_done,
            timers::a_new_guard_replaces_the_old,
            timers::the_end_clears_the_guard,
            timers::an_overtaken_timer_changes_nothing,
            undecided::a_kept_frame_is_decided_once,
            undecided::a_kept_frame_is_kept_once,
            undecided::a_copy_decides_the_kept_frame,
            outbox::a_notice_is_claimed_once,
            outbox::a_later_notice_waits,
            outbox::an_old_claim_records_nothing,
            outbox::too_many_attempts_fail,
            outbox::an_end_is_an_end,
            outbox::what_moves_somebody_goes_first,
            organisations::nothing_collides_across_organisations,
            organisations::others_see_nothing,
            at_once::two_yes_at_once,
            at_once::first_alarms_at_once,
            at_once::copies_of_a_frame_at_once,
            at_once::claims_at_once,
        }
    };
}

/// Runs one case by its name.
///
/// # Panics
/// When the store breaks a promise, or there is no such case.
pub fn run<F: Fixture>(name: &str, fixture: &F) {
    let case = cases::<F>().into_iter().find(|case| case.name == name);
    (case.expect("a case of this name").run)(fixture);
}

/// A case by its name.
struct Case<F> {
    name: &'static str,
    run: fn(&F),
}

fn cases<F: Fixture>() -> Vec<Case<F>> {
    macro_rules! listed {
        ($($module:ident::$name:ident),+ $(,)?) => {
            vec![$(Case { name: stringify!($name), run: $module::$name::<F> }),+]
        };
    }
    store_suite_cases!(listed)
}

/// The store in memory, as the suite sees it.
pub struct InMemory(MemoryStore);

impl InMemory {
    /// Filled with [`town`].
    pub fn fresh() -> Self {
        Self(MemoryStore::new(&town()))
    }
}

impl Fixture for InMemory {
    type S = MemoryStore;

    fn store(&self) -> &MemoryStore {
        &self.0
    }

    fn twin(&self) -> MemoryStore {
        self.0.clone()
    }

    fn inside(&self, organisation: OrganisationId) -> Inside {
        self.0.inside(organisation)
    }
}
