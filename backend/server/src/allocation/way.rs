//! The way that is drawn: by the streets that rankings use.

use domain::geo::Coordinate;
use domain::ids::OrganisationId;
use spatial::LonLat;

use super::Allocation;
use super::streets::Mode;

impl Allocation {
    /// The way from one place to another as somebody of this organisation takes it now: not
    /// through what is closed for it, nor through gates outside their hours.
    ///
    /// Empty where a ranking finds no way either.
    pub fn way(
        &self,
        organisation: OrganisationId,
        mode: Mode,
        from: Coordinate,
        to: Coordinate,
    ) -> Vec<LonLat> {
        let Some(ways) = self.live.ways(organisation).or_else(|| self.ways()) else {
            return Vec::new();
        };
        let Some((from, to)) = ways.snap(from).zip(ways.snap(to)) else {
            return Vec::new();
        };
        let streets = ways.of(mode);
        let pace = mode.speed_m_s();
        let found = self.with_scratch(|scratch| streets.route(scratch, &from, &to, pace));
        found.map(|route| route.points).unwrap_or_default()
    }
}
