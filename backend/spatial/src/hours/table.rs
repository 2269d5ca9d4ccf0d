use super::{Hours, minute_of_week};

/// An entry of a [`GateHours`] table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoursId(pub(crate) u16);

/// The hours that occur in a network, each once; the first entry is always [`Hours::Unknown`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateHours {
    list: Vec<Hours>,
}

impl Default for GateHours {
    fn default() -> Self {
        Self {
            list: vec![Hours::Unknown],
        }
    }
}

impl GateHours {
    /// The entry of these hours, added if new; that of unknown hours once 65,535 are listed.
    pub fn entry(&mut self, hours: Hours) -> HoursId {
        let known = self.list.iter().position(|known| *known == hours);
        let place = known.unwrap_or_else(|| {
            if self.list.len() >= usize::from(u16::MAX) {
                return 0;
            }
            self.list.push(hours);
            self.list.len() - 1
        });
        // Fewer entries than 16 bits can count.
        HoursId(place as u16)
    }

    /// Hours by entry; entries of another table are unknown hours.
    pub fn get(&self, id: HoursId) -> &Hours {
        self.list.get(usize::from(id.0)).unwrap_or(&Hours::Unknown)
    }

    /// All entries but the first, which says nothing.
    pub(crate) fn told(&self) -> &[Hours] {
        &self.list[1..]
    }

    /// A table of these entries behind the first.
    pub(crate) fn of(told: Vec<Hours>) -> Self {
        let mut list = told;
        list.insert(0, Hours::Unknown);
        Self { list }
    }

    /// Whether what carries this entry is shut; weekday 0 is Monday.
    pub(crate) fn is_shut(&self, id: HoursId, weekday: u8, minute: u16) -> bool {
        !self.get(id).is_open(weekday, minute)
    }

    /// Minutes until any of these entries opens or shuts; None if none ever does.
    pub(crate) fn until_change(
        &self,
        ids: impl Iterator<Item = HoursId>,
        weekday: u8,
        minute: u16,
    ) -> Option<u32> {
        let from = minute_of_week(weekday, minute);
        ids.filter_map(|id| self.get(id).until_change(from)).min()
    }
}
