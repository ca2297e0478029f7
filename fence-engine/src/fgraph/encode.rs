//! A class graph as bytes. The layout is in the documentation of [`super`].

use alloc::vec::Vec;

use super::class_graph::ClassGraph;
use super::instances::Instances;
use super::rows::{ClassRow, EdgeRow, SiteRow, lock_type_code};
use super::wire::{CHECKSUM_BYTES, MAGIC, VERSION, checksum, number};

impl ClassGraph {
    /// The graph as the bytes of a `.fgraph` file. Equal graphs give equal bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.strings.bytes() + 16 * self.edges.len() + 64);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.push(u8::from(self.whole_thread));
        self.encode_strings(&mut bytes);
        self.encode_sites(&mut bytes);
        self.encode_classes(&mut bytes);
        self.encode_lists(&mut bytes);
        self.encode_edges(&mut bytes);
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        debug_assert!(
            bytes.len() > MAGIC.len() + CHECKSUM_BYTES,
            "magic and checksum are there"
        );
        bytes
    }

    fn encode_strings(&self, bytes: &mut Vec<u8>) {
        number(bytes, self.strings.len() as u64 - 1);
        for string in self.strings.iter().skip(1) {
            number(bytes, string.len() as u64);
            bytes.extend_from_slice(string.as_bytes());
        }
    }

    fn encode_sites(&self, bytes: &mut Vec<u8>) {
        number(bytes, self.sites.len() as u64 - 1);
        let mut last = SiteRow::default();
        for site in &self.sites[1..] {
            number(bytes, u64::from(site.file - last.file));
            let base = if site.file == last.file { last.line } else { 0 };
            number(bytes, u64::from(site.line - base));
            number(bytes, u64::from(site.column));
            number(bytes, u64::from(site.function));
            last = *site;
        }
    }

    fn encode_classes(&self, bytes: &mut Vec<u8>) {
        number(bytes, self.classes.len() as u64);
        let mut last = 0;
        for class in &self.classes {
            number(bytes, u64::from(class.name - last));
            last = class.name;
            encode_class(class, bytes);
        }
    }

    fn encode_lists(&self, bytes: &mut Vec<u8>) {
        number(bytes, self.gates.len() as u64 - 1);
        for gates in self.gates.iter().skip(1) {
            number(bytes, gates.len() as u64);
            let mut last = 0;
            for &(class, shared) in gates {
                number(bytes, u64::from(class - last) << 1 | u64::from(shared));
                last = class;
            }
        }
        number(bytes, self.held.len() as u64 - 1);
        for held in self.held.iter().skip(1) {
            number(bytes, held.len() as u64);
            for row in held {
                number(bytes, u64::from(row.class) << 2 | row.mode as u64);
                number(bytes, u64::from(row.site));
            }
        }
    }

    fn encode_edges(&self, bytes: &mut Vec<u8>) {
        number(bytes, self.edges.len() as u64);
        let mut last = (0, 0);
        for edge in &self.edges {
            number(bytes, u64::from(edge.from - last.0));
            let base = if edge.from == last.0 { last.1 } else { 0 };
            number(bytes, u64::from(edge.to - base));
            last = edge.ends();
            self.encode_edge(edge, bytes);
        }
    }

    fn encode_edge(&self, edge: &EdgeRow, bytes: &mut Vec<u8>) {
        let witnesses = self.edge_witnesses(edge);
        let gated = witnesses.iter().any(|witness| witness.gates != 0);
        bytes.push(edge.kinds.bits() | u8::from(edge.direct) << 4 | u8::from(gated) << 5);
        for witness in witnesses {
            if gated {
                number(bytes, u64::from(witness.gates));
            }
            number(bytes, u64::from(witness.from));
            number(bytes, u64::from(witness.to));
            number(bytes, u64::from(witness.task));
            bytes.push(witness.why as u8);
            number(bytes, u64::from(witness.held));
        }
    }
}

fn encode_class(class: &ClassRow, bytes: &mut Vec<u8>) {
    let (instances, only) = match class.instances {
        Instances::None => (0, None),
        Instances::One => (1, None),
        Instances::Only(only) => (2, Some(only)),
        Instances::Many => (3, None),
    };
    bytes.push(class.kind as u8);
    bytes.push(class.subclass);
    bytes.push((class.outer as u8) << 4 | class.inner as u8);
    bytes.push(lock_type_code(class.lock_type) | instances << 2);
    bytes.push(class.roles.bits());
    number(bytes, u64::from(class.usage.bits()));
    for bit in class.usage.iter() {
        number(bytes, u64::from(class.usage_sites[usize::from(bit.0)]));
    }
    if let Some(only) = only {
        number(bytes, only.0);
    }
}
