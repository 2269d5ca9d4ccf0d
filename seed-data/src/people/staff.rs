//! The seats that answer alarms, and the administrator.

use super::names::{fill, pattern};
use super::{Admin, Inventor, Operator, People};
use crate::draw::{Draw, Topic};
use crate::facts::{Division, DivisionKind};

/// One seat for every unit and one for the district.
pub(super) fn invent(inventor: &mut Inventor, divisions: &[Division], people: &mut People) {
    let mut draw = Draw::stream(inventor.seed, Topic::Staff, 0);
    let seat = pattern("operator_post");
    let answers =
        |division: &&Division| division.kind.is_unit() || division.kind == DivisionKind::District;
    for division in divisions.iter().filter(answers) {
        people.operators.push(Operator {
            id: draw.id(),
            name: fill(&seat, &[("place", &division.name)]),
            phone: inventor.numbers.phone(),
            division_code: division.code.clone(),
            synthetic: true,
        });
    }
    people.admins.push(Admin {
        id: draw.id(),
        name: pattern("admin_post"),
        synthetic: true,
    });
}
