//! The bytes of the format: what is refused, and that they are as documented.

use alloc::string::ToString;
use alloc::vec;

use crate::class::{ClassKind, WaitType};
use crate::fgraph::wire::{CHECKSUM_BYTES, MAGIC, VERSION, checksum, number};
use crate::fgraph::{
    ClassGraph, DecodeErrorKind, GraphBuilder, GraphClass, GraphHeld, GraphSite, GraphWitness,
    Instances,
};
use crate::mode::{DepKinds, Mode};

/// Puts the right checksum at the end, so that what comes before it is looked at.
pub(super) fn seal(bytes: &mut [u8]) {
    if let Some((body, sum)) = bytes.split_last_chunk_mut::<CHECKSUM_BYTES>() {
        *sum = checksum(body).to_le_bytes();
    }
}

fn kind_of(bytes: &[u8]) -> Option<DecodeErrorKind> {
    ClassGraph::decode(bytes).err().map(|error| error.kind)
}

#[test]
fn files_of_other_kinds_later_versions_and_cut_off_ones_are_told_apart() {
    let bytes = ClassGraph::new().encode();
    // Magic, version, flag, six empty tables and the checksum.
    assert_eq!(bytes.len(), 7 + 1 + 1 + 6 + 8);
    assert_eq!(kind_of(b"TRACE"), Some(DecodeErrorKind::NotAGraph));
    assert_eq!(kind_of(b""), Some(DecodeErrorKind::NotAGraph));
    assert_eq!(kind_of(b"FGRAPH"), Some(DecodeErrorKind::Truncated));
    assert_eq!(kind_of(&bytes[..12]), Some(DecodeErrorKind::Truncated));
    assert_eq!(kind_of(&bytes[..18]), Some(DecodeErrorKind::Checksum));
    let mut later = bytes.clone();
    later[7] = VERSION + 1;
    let error = ClassGraph::decode(&later).expect_err("a later version");
    assert_eq!(
        error.to_string(),
        "byte 7: the file has version 2 of the format, this program reads up to 1"
    );
    let mut damaged = bytes;
    damaged[9] = 1;
    assert_eq!(kind_of(&damaged), Some(DecodeErrorKind::Checksum));
}

#[test]
fn a_count_beyond_the_end_of_the_file_is_refused_before_memory_is_taken() {
    let mut bytes = MAGIC.to_vec();
    bytes.extend([VERSION, 0]);
    number(&mut bytes, u64::from(u32::MAX));
    bytes.extend([0; CHECKSUM_BYTES]);
    seal(&mut bytes);
    assert_eq!(kind_of(&bytes), Some(DecodeErrorKind::Truncated));
}

#[test]
fn rows_that_nothing_refers_to_are_refused() {
    let mut bytes = MAGIC.to_vec();
    // One string of one byte, and all other tables empty.
    bytes.extend([VERSION, 0, 1, 1, b'a', 0, 0, 0, 0, 0]);
    bytes.extend([0; CHECKSUM_BYTES]);
    seal(&mut bytes);
    assert_eq!(kind_of(&bytes), Some(DecodeErrorKind::Unused));
}

#[test]
fn the_bytes_are_those_of_the_documentation() {
    let mut builder = GraphBuilder::new();
    let a = builder.class(&GraphClass {
        instances: Instances::One,
        ..GraphClass::new("a", ClassKind::Lock)
    });
    let b = builder.class(&GraphClass {
        inner: WaitType::Sleep,
        ..GraphClass::new("b", ClassKind::Lock)
    });
    builder.usage(
        a,
        8,
        &GraphSite {
            file: "x.c",
            function: "f",
            line: 3,
            column: 0,
        },
    );
    let witness = GraphWitness {
        to: GraphSite {
            file: "x.c",
            function: "f",
            line: 4,
            column: 2,
        },
        task: "t",
        gates: vec![(b, true)],
        held: vec![GraphHeld {
            class: a,
            site: GraphSite::default(),
            mode: Mode::Exclusive,
        }],
        ..GraphWitness::default()
    };
    builder.edge(a, b, DepKinds::EN, true, &witness);
    let bytes = builder.finish().encode();
    let body = [
        &b"FGRAPH\0\x01\x00"[..],
        // Strings: a b f t x.c are 1 to 5.
        b"\x05\x01a\x01b\x01f\x01t\x03x.c",
        // Sites: 1 is x.c:3 in f, 2 is x.c:4:2 in f.
        &[2, 5, 3, 0, 3, 0, 1, 2, 3],
        // Classes: a, lock, subclass 0, no wait types, one instance, no role, bit 8 at site 1.
        &[2, 1, 0, 0, 0x00, 1 << 2, 0, 0x80, 0x02, 1],
        // b, one name further, inner wait type 4.
        &[1, 0, 0, 0x04, 0, 0, 0],
        // Gate sets: one of one gate, class 1 held for reading.
        &[1, 1, 1 << 1 | 1],
        // Held lists: one of one lock, class 0 held exclusively nowhere.
        &[1, 1, 0, 0],
        // Edges: 0 to 1, kind 8, direct, gated by set 1; from nowhere to site 2 by string 4, held list 1.
        &[1, 0, 1, 8 | 1 << 4 | 1 << 5, 1, 0, 2, 4, 0, 1],
    ]
    .concat();
    assert_eq!(bytes[..bytes.len() - CHECKSUM_BYTES], body[..]);
}
