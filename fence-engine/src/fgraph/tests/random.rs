//! Random graphs of a small vocabulary, so that different graphs have much in common.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use proptest::prelude::*;

use crate::class::{ClassKind, Instance, LockType, WaitType};
use crate::fgraph::{
    ClassGraph, GraphBuilder, GraphClass, GraphHeld, GraphSite, GraphWitness, Instances, Roles,
    rows,
};
use crate::mode::{DepKinds, Mode};
use crate::usage::Usage;
use crate::witness::Why;

/// One call of the builder. Names are numbers, so that different graphs have them in common.
#[derive(Clone, Debug)]
pub(super) enum Call {
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

pub(super) fn build(calls: &[Call], whole_thread: bool) -> ClassGraph {
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
                gates,
                held: held.collect(),
            };
            let kinds = DepKinds::from_bits(*kinds);
            builder.edge(ends.0, ends.1, kinds, *direct, &witness);
        }
    }
}

pub(super) fn calls() -> impl Strategy<Value = Vec<Call>> {
    prop::collection::vec(call(), 0..12)
}

pub(super) fn graph() -> impl Strategy<Value = ClassGraph> {
    (calls(), prop::bool::weighted(0.1)).prop_map(|(calls, whole)| build(&calls, whole))
}
