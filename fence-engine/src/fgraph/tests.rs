//! Properties of merging and of the encoding, over random graphs of a small vocabulary.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use proptest::prelude::*;

use super::wire::{CHECKSUM_BYTES, MAGIC, VERSION, checksum, number};
use super::*;
use crate::class::{ClassKind, Instance, LockType, WaitType};
use crate::graph::Why;
use crate::mode::{DepKinds, Mode};
use crate::usage::Usage;

/// One call of the builder. Names are numbers, so that different graphs have them in common.
#[derive(Clone, Debug)]
enum Call {
    Class {
        class: Key,
        waits: (u8, u8),
        facts: (u8, u8, u8),
    },
    Usage {
        class: Key,
        bit: u8,
        site: Place,
    },
    Edge {
        ends: (Key, Key),
        kinds: u8,
        direct: bool,
        gates: Vec<(Key, bool)>,
        witness: Seen,
    },
}

type Key = (u8, u8, u8);
type Place = (u8, u8, u32, u32);
type Seen = (Place, Place, u8, u8, Vec<(Key, Place, u8)>);

fn key() -> impl Strategy<Value = Key> {
    (
        0..4_u8,
        prop_oneof![3 => Just(0), 1 => Just(8)],
        prop_oneof![4 => Just(0), 1 => Just(1)],
    )
}

fn place() -> impl Strategy<Value = Place> {
    let known = (0..3_u8, 0..3_u8, 0..4_u32, 0..2_u32);
    prop_oneof![1 => Just((0, 0, 0, 0)), 4 => known]
}

fn call() -> impl Strategy<Value = Call> {
    let held = prop::collection::vec((key(), place(), 0..3_u8), 0..3);
    let witness = (place(), place(), 0..3_u8, 0..5_u8, held);
    let gates = prop::collection::vec((key(), any::<bool>()), 0..3);
    prop_oneof![
        1 => (key(), (0..6_u8, 0..6_u8), (0..3_u8, 0..5_u8, 0..8_u8))
            .prop_map(|(class, waits, facts)| Call::Class { class, waits, facts }),
        1 => (key(), 0..12_u8, place()).prop_map(|(class, bit, site)| Call::Usage { class, bit, site }),
        3 => (key(), key(), 1..16_u8, any::<bool>(), gates, witness).prop_map(
            |(from, to, kinds, direct, gates, witness)| {
                Call::Edge { ends: (from, to), kinds, direct, gates, witness }
            }
        ),
    ]
}

fn name(of: &str, number: u8) -> String {
    if number == 0 {
        String::new()
    } else {
        format!("{of}{number}")
    }
}

fn build(calls: &[Call], whole_thread: bool) -> ClassGraph {
    let mut builder = GraphBuilder::new();
    if whole_thread {
        builder.whole_thread();
    }
    for call in calls {
        make(&mut builder, call);
    }
    builder.finish()
}

fn make(builder: &mut GraphBuilder, call: &Call) {
    let names: Vec<String> = (0..3).map(|number| name("f", number)).collect();
    let site = |(file, function, line, column): Place| GraphSite {
        file: &names[usize::from(file)],
        function: &names[usize::from(function)],
        line,
        column,
    };
    let class = |builder: &mut GraphBuilder, (name, kind, subclass): Key| {
        let name = format!("class {name}");
        let new = GraphClass::new(&name, ClassKind::from_code(kind));
        builder.class(&GraphClass { subclass, ..new })
    };
    match call {
        Call::Class {
            class: (name, kind, subclass),
            waits,
            facts,
        } => {
            builder.class(&GraphClass {
                name: &format!("class {name}"),
                kind: ClassKind::from_code(*kind),
                subclass: *subclass,
                outer: rows::wait_type(waits.0).unwrap_or(WaitType::None),
                inner: rows::wait_type(waits.1).unwrap_or(WaitType::None),
                lock_type: rows::lock_type(facts.0).unwrap_or(LockType::Normal),
                roles: Roles::from_bits(facts.2),
                instances: match facts.1 {
                    0 => Instances::None,
                    1 => Instances::One,
                    4 => Instances::Many,
                    other => Instances::Only(Instance(u64::from(other) << 40)),
                },
                usage: Usage::NONE,
            });
        }
        Call::Usage {
            class: key,
            bit,
            site: at,
        } => {
            let class = class(builder, *key);
            builder.usage(class, *bit, &site(*at));
        }
        Call::Edge {
            ends,
            kinds,
            direct,
            gates,
            witness: (from, to, task, why, held),
        } => {
            let ends = (class(builder, ends.0), class(builder, ends.1));
            let gates: Vec<_> = gates
                .iter()
                .map(|(key, shared)| (class(builder, *key), *shared))
                .collect();
            let held = held.iter().map(|(key, at, mode)| GraphHeld {
                class: class(builder, *key),
                site: site(*at),
                mode: Mode::from_bits(u32::from(*mode)),
            });
            let witness = GraphWitness {
                from: site(*from),
                to: site(*to),
                task: &name("task", *task),
                why: Why::from_code(*why),
                held: held.collect(),
            };
            let kinds = DepKinds::from_bits(*kinds);
            builder.edge(ends.0, ends.1, kinds, *direct, &gates, &witness);
        }
    }
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    prop::collection::vec(call(), 0..12)
}

fn graph() -> impl Strategy<Value = ClassGraph> {
    (calls(), prop::bool::weighted(0.1)).prop_map(|(calls, whole)| build(&calls, whole))
}

/// Puts the right checksum at the end, so that what comes before it is looked at.
fn seal(bytes: &mut [u8]) {
    if let Some((body, sum)) = bytes.split_last_chunk_mut::<CHECKSUM_BYTES>() {
        *sum = checksum(body).to_le_bytes();
    }
}

proptest! {
    #[test]
    fn merging_is_commutative_and_idempotent(a in graph(), b in graph()) {
        let merged = a.merge(&b);
        prop_assert_eq!(&merged, &b.merge(&a));
        prop_assert_eq!(&merged.merge(&a), &merged);
        prop_assert_eq!(&merged.merge(&merged), &merged);
        prop_assert_eq!(&a.merge(&a), &a);
        prop_assert_eq!(&a.merge(&ClassGraph::new()), &a);
        prop_assert_eq!(merged.encode(), b.merge(&a).encode());
    }

    #[test]
    fn merging_is_associative(a in graph(), b in graph(), c in graph()) {
        prop_assert_eq!(a.merge(&b).merge(&c), a.merge(&b.merge(&c)));
    }

    #[test]
    fn merging_all_at_once_is_merging_one_by_one(graphs in prop::collection::vec(graph(), 0..9)) {
        let one_by_one = graphs.iter().fold(ClassGraph::new(), |merged, graph| merged.merge(graph));
        prop_assert_eq!(merge_all(graphs), one_by_one);
    }

    #[test]
    fn the_order_in_which_a_graph_was_built_does_not_show(
        (calls, shuffled) in calls().prop_flat_map(|calls| (Just(calls.clone()), Just(calls).prop_shuffle())),
    ) {
        prop_assert_eq!(build(&calls, false), build(&shuffled, false));
    }

    #[test]
    fn building_in_parts_and_merging_is_building_at_once(ours in calls(), theirs in calls()) {
        let all: Vec<Call> = ours.iter().chain(&theirs).cloned().collect();
        prop_assert_eq!(build(&ours, false).merge(&build(&theirs, false)), build(&all, false));
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same(graph in graph()) {
        prop_assert_eq!(ClassGraph::decode(&graph.encode()), Ok(graph));
    }

    #[test]
    fn changed_bytes_are_refused_or_are_another_graph(
        graph in graph(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::weighted(0.3, any::<prop::sample::Index>()),
    ) {
        let mut bytes = graph.encode();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let unsealed = ClassGraph::decode(&bytes);
        prop_assert!(bytes == graph.encode() || unsealed.is_err());
        seal(&mut bytes);
        if let Ok(other) = ClassGraph::decode(&bytes) {
            prop_assert_eq!(other.encode(), bytes);
            // Whatever decodes can be used.
            let _ = (other.merge(&graph), other.stats(), other.to_string());
            let _ = other.findings(crate::Config::STRICT);
        }
    }

    #[test]
    fn any_bytes_decode_or_are_refused(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = MAGIC.to_vec();
        bytes.push(VERSION);
        bytes.extend(body);
        bytes.extend([0; CHECKSUM_BYTES]);
        seal(&mut bytes);
        if let Ok(graph) = ClassGraph::decode(&bytes) {
            prop_assert_eq!(graph.encode(), bytes);
        }
    }

    #[test]
    fn a_graph_that_one_engine_exported_another_loads_and_exports_the_same(graph in graph()) {
        let mut engine = crate::Engine::new(graph.config(crate::Config::STRICT));
        engine.load(&graph);
        let first = engine.class_graph();
        let mut again = crate::Engine::new(graph.config(crate::Config::STRICT));
        again.load(&first);
        prop_assert_eq!(again.class_graph(), first);
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
        held: vec![GraphHeld {
            class: a,
            site: GraphSite::default(),
            mode: Mode::Exclusive,
        }],
        ..GraphWitness::default()
    };
    builder.edge(a, b, DepKinds::EN, true, &[(b, true)], &witness);
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
