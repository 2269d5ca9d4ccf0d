//! Which parts of an incident a subject sees.

use crate::identity::{Role, Subject};

use super::{Circumstances, Relation};

/// Parts of an incident beyond the bare fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visibility {
    /// The resident's name and phone.
    pub resident: bool,
    /// Door, floor and key.
    pub entry_card: bool,
    /// Who else was asked, and where they are.
    pub candidates: bool,
    /// Notes and history.
    pub timeline: bool,
}

/// What this subject sees of an incident it may read.
///
/// A volunteer sees distance and need; who accepted sees the door; after closing, nothing.
pub fn visibility(subject: &Subject, circumstances: Circumstances) -> Visibility {
    let going = circumstances.relation == Relation::Going && circumstances.incident_open;
    match subject.role {
        Role::Operator => Visibility {
            resident: true,
            entry_card: true,
            candidates: true,
            timeline: true,
        },
        Role::Family => Visibility {
            resident: true,
            entry_card: false,
            candidates: false,
            timeline: true,
        },
        Role::Responder => Visibility {
            resident: going,
            entry_card: going,
            candidates: false,
            timeline: going,
        },
        Role::Device | Role::Admin => Visibility {
            resident: false,
            entry_card: false,
            candidates: false,
            timeline: false,
        },
    }
}
