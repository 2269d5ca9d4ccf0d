use super::cell::{beyond, numbers, offer, offered, relax};
use super::{Beside, Coverage, Facility, NOBODY, lane_of};
use crate::hierarchy::Upward;
use crate::sweep::ascend;

impl Coverage {
    /// Notes the facilities of the pass by their streets; returns the number of lanes in use.
    pub(super) fn note(&mut self, facilities: &[Facility]) -> usize {
        for beside in self.beside.drain(..) {
            self.on_chain[beside.position.chain as usize] = NOBODY;
        }
        let mut lanes = 0;
        for (facility, &Facility { category, position }) in
            numbers(facilities.len()).zip(facilities)
        {
            let Some(lane) = lane_of(category, self.first_category) else {
                continue;
            };
            lanes = lanes.max(lane + 1);
            let chain = position.chain as usize;
            if chain >= self.on_chain.len() {
                self.on_chain.resize(chain + 1, NOBODY);
            }
            let next = std::mem::replace(&mut self.on_chain[chain], self.beside.len() as u32);
            self.beside.push(Beside {
                lane,
                facility,
                position,
                next,
            });
        }
        lanes
    }

    /// Carries facilities up from the junctions around them, then down to all.
    pub(super) fn sweep<const QUADS: usize>(&mut self, upward: &Upward) {
        let nothing = beyond::<QUADS>(self.over);
        let cells = self.cells.room::<QUADS>(upward.len());
        self.marks.clear(upward.len());
        for beside in &self.beside {
            for (junction, cost) in beside.position.ends {
                if cost < self.over {
                    let cell = &mut cells[junction as usize];
                    if self.marks.insert(junction) {
                        *cell = nothing;
                    }
                    offer(cell, beside.lane, offered(beside.facility, cost));
                }
            }
        }
        ascend(upward, &mut self.marks, |junction, head, cost, new| {
            let (below, above) = cells.split_at_mut(head as usize);
            let above = &mut above[0];
            let mut cell = *if new { &nothing } else { &*above };
            relax(&mut cell, &below[junction as usize], cost);
            *above = cell;
        });
        let (first, arcs) = (upward.first(), upward.arcs());
        for junction in (0..upward.len() as u32).rev() {
            let (below, above) = cells.split_at_mut(junction as usize + 1);
            let Some(own) = below.last_mut() else { return };
            let marked = self.marks.contains(junction);
            let mut cell = *if marked { &*own } else { &nothing };
            let range = first[junction as usize] as usize..first[junction as usize + 1] as usize;
            for arc in &arcs[range] {
                relax(
                    &mut cell,
                    &above[(arc.head - junction) as usize - 1],
                    arc.cost,
                );
            }
            *own = cell;
        }
    }
}
