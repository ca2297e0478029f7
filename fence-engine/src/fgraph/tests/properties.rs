//! Properties of merging, of the encoding and of engines that load a graph.

use alloc::string::ToString;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::bytes::seal;
use super::random::{Call, build, calls, graph};
use crate::fgraph::wire::{CHECKSUM_BYTES, MAGIC, VERSION};
use crate::fgraph::{ClassGraph, merge_all};

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
            let _ = (other.merge(&graph), other.stats(), other.to_string(), other.findings(crate::Config::STRICT));
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
