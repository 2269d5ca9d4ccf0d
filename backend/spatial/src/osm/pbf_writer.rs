//! Just enough of the PBF format to write invented maps for tests.

/// A map to be written; names and tags are text, positions are in 1e-7 degrees.
#[derive(Default)]
pub(super) struct PbfMap {
    pub(super) nodes: Vec<(i64, i32, i32, &'static str)>,
    pub(super) ways: Vec<(i64, Vec<i64>, &'static str)>,
    /// Left, right, top, bottom in 1e-9 degrees.
    pub(super) bounds: Option<[i64; 4]>,
    pub(super) feature: &'static str,
    /// Ways in a block before that of the nodes, and nodes one by one instead of dense.
    pub(super) turned_round: bool,
}

impl PbfMap {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut header = Vec::new();
        if let Some(sides) = self.bounds {
            let mut bounds = Vec::new();
            for (field, side) in (1..).zip(sides) {
                number(&mut bounds, field, zigzag(side));
            }
            bytes(&mut header, 1, &bounds);
        }
        bytes(&mut header, 4, b"OsmSchema-V0.6");
        bytes(&mut header, 4, self.feature.as_bytes());
        let mut blocks = [self.node_block(), self.way_block()];
        if self.turned_round {
            blocks.reverse();
        }
        let mut file = blob("OSMHeader", &header);
        blocks
            .iter()
            .for_each(|block| file.extend(blob("OSMData", block)));
        file
    }

    fn node_block(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let mut group = Vec::new();
        if self.turned_round {
            for &(id, lon, lat, tags) in &self.nodes {
                let mut node = Vec::new();
                number(&mut node, 1, zigzag(id));
                strings.tags(&mut node, tags);
                number(&mut node, 8, zigzag(i64::from(lat)));
                number(&mut node, 9, zigzag(i64::from(lon)));
                bytes(&mut group, 1, &node);
            }
        } else {
            let keys_values = self.nodes.iter().flat_map(|&(.., tags)| {
                let pairs = strings
                    .pairs(tags)
                    .into_iter()
                    .flat_map(|(key, value)| [key, value]);
                pairs.chain([0]).collect::<Vec<u64>>()
            });
            let keys_values: Vec<u64> = keys_values.collect();
            let mut dense = Vec::new();
            packed(&mut dense, 1, deltas(self.nodes.iter().map(|node| node.0)));
            packed(
                &mut dense,
                8,
                deltas(self.nodes.iter().map(|node| i64::from(node.2))),
            );
            packed(
                &mut dense,
                9,
                deltas(self.nodes.iter().map(|node| i64::from(node.1))),
            );
            packed(&mut dense, 10, keys_values);
            bytes(&mut group, 2, &dense);
        }
        strings.block(&group)
    }

    fn way_block(&self) -> Vec<u8> {
        let mut strings = Strings::default();
        let mut group = Vec::new();
        for (id, refs, tags) in &self.ways {
            let mut way = Vec::new();
            number(&mut way, 1, *id as u64);
            strings.tags(&mut way, tags);
            packed(&mut way, 8, deltas(refs.iter().copied()));
            bytes(&mut group, 3, &way);
        }
        strings.block(&group)
    }
}

/// The string table of one block; string 0 is reserved.
#[derive(Default)]
struct Strings(Vec<Vec<u8>>);

impl Strings {
    /// Indices of `key=value` words; `?` stands for a byte that is not UTF-8.
    fn pairs(&mut self, words: &str) -> Vec<(u64, u64)> {
        let mut index = |word: &str| {
            self.0.push(
                word.bytes()
                    .map(|byte| if byte == b'?' { 0xff } else { byte })
                    .collect(),
            );
            self.0.len() as u64
        };
        words
            .split_whitespace()
            .map(|word| word.split_once('=').unwrap())
            .map(|(key, value)| (index(key), index(value)))
            .collect()
    }

    fn tags(&mut self, object: &mut Vec<u8>, words: &str) {
        let pairs = self.pairs(words);
        packed(object, 2, pairs.iter().map(|pair| pair.0).collect());
        packed(object, 3, pairs.iter().map(|pair| pair.1).collect());
    }

    fn block(&self, group: &[u8]) -> Vec<u8> {
        let mut table = Vec::new();
        bytes(&mut table, 1, b"");
        self.0
            .iter()
            .for_each(|string| bytes(&mut table, 1, string));
        let mut block = Vec::new();
        bytes(&mut block, 1, &table);
        bytes(&mut block, 2, group);
        block
    }
}

fn blob(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    bytes(&mut body, 1, content);
    let mut head = Vec::new();
    bytes(&mut head, 1, kind.as_bytes());
    number(&mut head, 3, body.len() as u64);
    let mut blob = (head.len() as u32).to_be_bytes().to_vec();
    blob.extend(head);
    blob.extend(body);
    blob
}

fn deltas(values: impl Iterator<Item = i64>) -> Vec<u64> {
    let mut last = 0;
    values
        .map(|value| zigzag(value - std::mem::replace(&mut last, value)))
        .collect()
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn bytes(out: &mut Vec<u8>, field: u64, content: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, content.len() as u64);
    out.extend(content);
}

fn packed(out: &mut Vec<u8>, field: u64, values: Vec<u64>) {
    let mut content = Vec::new();
    values
        .into_iter()
        .for_each(|value| varint(&mut content, value));
    bytes(out, field, &content);
}
