use super::angle::Angles;
use super::lattice::Lattice;
use crate::LonLat;

/// Points a block holds: as many as fill one cache line with their coordinates.
pub(super) const LANES: usize = 8;

/// No block, or no slot.
pub(super) const NONE: u32 = u32::MAX;

/// Half a turn south is nowhere: at least a quarter turn from every latitude, whichever way the
/// difference wraps, so that an empty lane is out of reach of every question.
const NOWHERE: i32 = i32::MIN;

/// Coordinates of the points of a block.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Block {
    pub(super) x: [i32; LANES],
    pub(super) y: [i32; LANES],
}

impl Block {
    const EMPTY: Self = Self {
        x: [0; LANES],
        y: [NOWHERE; LANES],
    };

    #[inline]
    fn at(&self, lane: usize) -> Angles {
        Angles {
            x: self.x[lane],
            y: self.y[lane],
        }
    }

    fn put(&mut self, lane: usize, at: Angles) {
        (self.x[lane], self.y[lane]) = (at.x, at.y);
    }
}

/// The points of one class in blocks of eight, in the cells of a lattice.
///
/// The first block of a cell has the number of the cell; fuller cells go on in a list of more
/// blocks, the newest of which (the only one that may have room) comes first.
#[derive(Debug, Clone)]
pub(super) struct ClassCells {
    pub(super) lattice: Lattice,
    pub(super) blocks: Vec<Block>,
    pub(super) ids: Vec<[u32; LANES]>,
    /// Block after each block in the list of its cell.
    pub(super) next: Vec<u32>,
    /// Points of each cell.
    held: Vec<u32>,
    /// A bit for each cell that holds points, `lattice.words` words for each row.
    pub(super) occupied: Vec<u64>,
    /// Block and lane of each id, as one number.
    slots: Vec<u32>,
    /// Blocks after the first ones that no cell uses.
    spare: Vec<u32>,
    count: usize,
    bounds: (LonLat, LonLat),
}

impl ClassCells {
    pub(super) fn new(bounds: (LonLat, LonLat)) -> Self {
        let mut cells = Self {
            lattice: Lattice::new(bounds, 0),
            blocks: Vec::new(),
            ids: Vec::new(),
            next: Vec::new(),
            held: Vec::new(),
            occupied: Vec::new(),
            slots: Vec::new(),
            spare: Vec::new(),
            count: 0,
            bounds,
        };
        cells.lay_out(Vec::new());
        cells
    }

    #[inline]
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// All slots that hold a point, in no order that means anything.
    pub(super) fn filled(&self) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.blocks).flat_map(|(block, lanes)| {
            (0u32..)
                .zip(lanes.y)
                .filter(|&(_, y)| y != NOWHERE)
                .map(move |(lane, _)| block * LANES as u32 + lane)
        })
    }

    #[inline]
    pub(super) fn at(&self, slot: u32) -> Angles {
        self.blocks[slot as usize / LANES].at(slot as usize % LANES)
    }

    #[inline]
    pub(super) fn id(&self, slot: u32) -> u32 {
        self.ids[slot as usize / LANES][slot as usize % LANES]
    }

    pub(super) fn insert(&mut self, id: u32, at: Angles) {
        if self.slots.len() <= id as usize {
            self.slots.resize(id as usize + 1, NONE);
        }
        self.push(id, at);
        self.count += 1;
        if self.count > self.lattice.planned.saturating_mul(2) {
            self.fit();
        }
    }

    pub(super) fn remove(&mut self, id: u32) {
        self.take(id);
        self.slots[id as usize] = NONE;
        self.count -= 1;
        if self.count < self.lattice.planned / 8 {
            self.fit();
        }
    }

    pub(super) fn move_to(&mut self, id: u32, at: Angles) {
        let slot = self.slots[id as usize];
        if self.lattice.cell(self.at(slot)) == self.lattice.cell(at) {
            self.blocks[slot as usize / LANES].put(slot as usize % LANES, at);
        } else {
            self.take(id);
            self.push(id, at);
        }
    }

    /// Lays the cells out for the points there are now.
    fn fit(&mut self) {
        let points = self
            .filled()
            .map(|slot| (self.id(slot), self.at(slot)))
            .collect();
        self.lay_out(points);
    }

    fn lay_out(&mut self, points: Vec<(u32, Angles)>) {
        self.lattice = Lattice::new(self.bounds, points.len());
        let cells = self.lattice.cells();
        self.blocks = vec![Block::EMPTY; cells];
        self.ids = vec![[NONE; LANES]; cells];
        self.next = vec![NONE; cells];
        self.held = vec![0; cells];
        self.occupied = vec![0; self.lattice.words * self.lattice.rows as usize];
        self.spare.clear();
        for (id, at) in points {
            self.push(id, at);
        }
    }

    fn push(&mut self, id: u32, at: Angles) {
        let (column, row) = self.lattice.cell(at);
        let cell = self.lattice.number(column, row);
        let held = self.held[cell] as usize;
        let lane = held % LANES;
        let block = match (held < LANES, lane) {
            (true, 0) => {
                let word = row as usize * self.lattice.words + column as usize / 64;
                self.occupied[word] |= 1 << (column % 64);
                cell
            }
            (true, _) => cell,
            (false, 0) => self.add_block(cell),
            (false, _) => self.next[cell] as usize,
        };
        self.blocks[block].put(lane, at);
        self.ids[block][lane] = id;
        self.slots[id as usize] = (block * LANES + lane) as u32;
        self.held[cell] += 1;
    }

    fn add_block(&mut self, cell: usize) -> usize {
        let block = self.spare.pop().unwrap_or_else(|| {
            self.blocks.push(Block::EMPTY);
            self.ids.push([NONE; LANES]);
            self.next.push(NONE);
            (self.blocks.len() - 1) as u32
        });
        self.next[block as usize] = self.next[cell];
        self.next[cell] = block;
        block as usize
    }

    /// Frees the slot of a point by moving the last point of its cell there.
    fn take(&mut self, id: u32) {
        let slot = self.slots[id as usize] as usize;
        let (column, row) = self.lattice.cell(self.at(slot as u32));
        let cell = self.lattice.number(column, row);
        let lane = (self.held[cell] as usize - 1) % LANES;
        let further = self.held[cell] as usize > LANES;
        let block = if further {
            self.next[cell] as usize
        } else {
            cell
        };
        let (last_at, last_id) = (self.blocks[block].at(lane), self.ids[block][lane]);
        self.blocks[slot / LANES].put(slot % LANES, last_at);
        self.ids[slot / LANES][slot % LANES] = last_id;
        self.slots[last_id as usize] = slot as u32;
        self.blocks[block].put(lane, Angles { x: 0, y: NOWHERE });
        self.held[cell] -= 1;
        if lane == 0 && further {
            self.next[cell] = self.next[block];
            self.spare.push(block as u32);
        } else if lane == 0 {
            let word = row as usize * self.lattice.words + column as usize / 64;
            self.occupied[word] &= !(1 << (column % 64));
        }
    }
}
