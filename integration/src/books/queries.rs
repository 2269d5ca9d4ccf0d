//! The questions, in SQL that both databases understand.

pub(super) const REGISTERED: &str = "
    SELECT uid AS value FROM devices
    WHERE protocol = 'watch' AND resident_id IS NOT NULL
        AND uid NOT LIKE '00%' -- the watchdog's own, which is there for a moment
    ORDER BY uid";

pub(super) const ALARMS: &str = "
    SELECT f.raw, i.id IS NOT NULL AS has_incident
    FROM frames f LEFT JOIN incidents i
        ON i.organisation_id = f.organisation_id AND i.id = f.incident_id
    WHERE f.event_key IS NOT NULL";

pub(super) const SPLIT: &str = "
    SELECT CAST(COALESCE(SUM(n - 1), 0) AS BIGINT) AS value FROM (
        SELECT COUNT(*) AS n FROM incidents WHERE status <> 'closed'
        GROUP BY organisation_id, resident_id,
            CASE WHEN resident_id IS NULL THEN device_uid END) AS causes";

/// Counted once for all incidents: nothing leads from an incident to its frames but a search.
pub(super) const MISCOUNTED: &str = "
    SELECT COUNT(*) AS value FROM incidents i LEFT JOIN (
        SELECT organisation_id, incident_id, COUNT(*) AS n FROM frames
        WHERE incident_id IS NOT NULL GROUP BY organisation_id, incident_id) AS f
        ON f.organisation_id = i.organisation_id AND f.incident_id = i.id
    WHERE i.device_uid IS NOT NULL AND i.repeats + 1 <> COALESCE(f.n, 0)";

pub(super) const ORPHANS: &str = "
    SELECT COUNT(*) AS value FROM incidents i
    WHERE i.status <> 'closed' AND NOT EXISTS (
        SELECT 1 FROM timers t
        WHERE t.organisation_id = i.organisation_id AND t.incident_id = i.id
            AND t.done_at IS NULL)";

/// A moment five seconds back, written as each database keeps instants.
pub(super) const SQLITE_AGO: &str = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-5 seconds')";
pub(super) const POSTGRES_AGO: &str = "now() - interval '5 seconds'";

pub(super) const STUCK_TIMERS: &str = "
    SELECT COUNT(*) AS value FROM timers
    WHERE done_at IS NULL AND due_at < {ago}
        AND (leased_until IS NULL OR leased_until < {ago})";

pub(super) const STUCK_OUTBOX: &str = "
    SELECT COUNT(*) AS value FROM outbox
    WHERE state NOT IN ('sent', 'failed', 'no_endpoint')
        AND (state <> 'queued' OR next_at IS NULL OR next_at < {ago})
        AND (leased_until IS NULL OR leased_until < {ago})";

pub(super) const UNDECIDED: &str = "SELECT COUNT(*) AS value FROM frames WHERE undecided";
