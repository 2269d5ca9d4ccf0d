//! Conditions of partial indices.
//!
//! They stand literally in the statement: for a bound parameter neither database can prove that
//! the partial index holds all rows, and reads the whole table instead.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

/// Incidents that need somebody now. The first half is the index's own condition.
pub(crate) fn incident_open() -> SqlLiteral<Bool> {
    sql("incidents.status <> 'closed' AND incidents.status <> 'follow_up'")
}

/// Incidents after which somebody still has to look.
pub(crate) fn incident_followed() -> SqlLiteral<Bool> {
    sql("incidents.status <> 'closed' AND incidents.status = 'follow_up'")
}

/// Notices that wait.
pub(crate) fn notice_queued() -> SqlLiteral<Bool> {
    sql("outbox.state = 'queued'")
}

#[cfg(test)]
mod tests {
    use domain::incidents::IncidentStatus;
    use domain::notices::DeliveryState;

    #[test]
    fn the_literals_are_the_domains_words() {
        assert_eq!(IncidentStatus::Closed.as_str(), "closed");
        assert_eq!(IncidentStatus::FollowUp.as_str(), "follow_up");
        assert_eq!(DeliveryState::Queued.as_str(), "queued");
    }
}
