use super::cell::Cell;
use super::{Beside, Coverage, Facility, lane_of};
use crate::hierarchy::Upward;
use crate::sweep::ascend;

impl Coverage {
    /// Puts facilities to the junctions around them; returns the number of lanes in use.
    pub(super) fn seed(&mut self, facilities: &[Facility]) -> usize {
        self.beside.clear();
        let mut chains = 0;
        for (facility, &Facility { category, position }) in (0u32..).zip(facilities) {
            let Some(lane) = lane_of(category, self.first_category) else {
                continue;
            };
            chains = chains.max(position.chain as usize + 1);
            self.beside.push(Beside {
                lane,
                facility,
                position,
            });
            for (junction, cost) in position.ends {
                if cost < self.over {
                    let cell = &mut self.cells[junction as usize];
                    let known = &mut self.known[junction as usize];
                    if self.marks.insert(junction) {
                        (*cell, *known) = (Cell::beyond(self.over), 0);
                    }
                    *known |= 1 << lane;
                    cell.offer(lane, facility, cost);
                }
            }
        }
        self.by_chain.clear();
        self.chains.clear(chains);
        for (place, beside) in (0u32..).zip(&self.beside) {
            self.chains.insert(beside.position.chain);
            self.by_chain.push((beside.position.chain, place));
        }
        self.by_chain.sort_unstable();
        self.beside
            .iter()
            .map(|beside| beside.lane + 1)
            .max()
            .unwrap_or(0)
    }

    /// Carries facilities up, then down; only the first `USED` lanes hold any.
    pub(super) fn sweep<const USED: usize>(&mut self, upward: &Upward) {
        self.up::<USED>(upward);
        self.down::<USED>(upward);
    }

    fn up<const USED: usize>(&mut self, upward: &Upward) {
        let (cells, known, over) = (&mut self.cells, &mut self.known, self.over);
        ascend(upward, &mut self.marks, |junction, head, cost, new| {
            let (below, above) = cells.split_at_mut(head as usize);
            let (cell, above) = (&below[junction as usize], &mut above[0]);
            let lanes = known[junction as usize];
            if new {
                (*above, known[head as usize]) = (Cell::beyond(over), 0);
            }
            known[head as usize] |= lanes;
            // Near the facilities most categories are still unknown.
            if are_few(lanes) {
                above.relax_few(cell, cost, lanes);
            } else {
                above.relax::<USED>(cell, cost);
            }
        });
    }

    fn down<const USED: usize>(&mut self, upward: &Upward) {
        let (first, arcs) = (upward.first(), upward.arcs());
        let nothing = Cell::beyond(self.over);
        for junction in (0..upward.len() as u32).rev() {
            let (below, above) = self.cells.split_at_mut(junction as usize + 1);
            let Some(own) = below.last_mut() else { return };
            let mut cell = if self.marks.contains(junction) {
                *own
            } else {
                nothing
            };
            let range = first[junction as usize] as usize..first[junction as usize + 1] as usize;
            for arc in &arcs[range] {
                cell.relax::<USED>(&above[(arc.head - junction) as usize - 1], arc.cost);
            }
            *own = cell;
        }
    }
}

/// Whether at most three bits are set; the oldest x86-64 instructions cannot count them.
#[inline]
fn are_few(bits: u16) -> bool {
    let less = |bits: u16| bits & bits.wrapping_sub(1);
    less(less(less(bits))) == 0
}
