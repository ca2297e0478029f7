//! Single facts about merged graphs, their text and their figures.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use crate::class::ClassKind;
use crate::fgraph::{
    ClassGraph, ClassIndex, GraphBuilder, GraphClass, GraphSite, GraphWitness, rows,
};
use crate::mode::DepKinds;
use crate::witness::Why;

/// A dependency `a -> b` with this witness.
fn one_edge(witness: &GraphWitness<'_>) -> ClassGraph {
    let mut builder = GraphBuilder::new();
    let [a, b] = ["a", "b"].map(|name| builder.class(&GraphClass::new(name, ClassKind::Lock)));
    builder.edge(a, b, DepKinds::EN, false, witness);
    builder.finish()
}

#[test]
fn a_declared_witness_is_kept_before_a_seen_one_and_a_known_place_before_none() {
    let nowhere = GraphWitness::default();
    let late = GraphWitness {
        to: GraphSite {
            file: "x.c",
            line: 9,
            ..GraphSite::default()
        },
        ..nowhere.clone()
    };
    let early = GraphWitness {
        to: GraphSite {
            file: "x.c",
            line: 3,
            ..GraphSite::default()
        },
        ..nowhere.clone()
    };
    let declared = GraphWitness {
        why: Why::Declared,
        ..nowhere.clone()
    };
    let kept = |a: &GraphWitness<'_>, b: &GraphWitness<'_>| {
        let merged = one_edge(a).merge(&one_edge(b));
        let edge = merged.edges().next().expect("one edge");
        let (_, witness) = edge.witnesses().next().expect("one kind");
        (witness.why, witness.to.line)
    };
    assert_eq!(kept(&late, &early), (Why::Held, 3));
    assert_eq!(kept(&nowhere, &late), (Why::Held, 9));
    assert_eq!(kept(&early, &declared), (Why::Declared, 0));
}

#[test]
fn each_kind_of_a_dependency_keeps_its_own_gates() {
    let mut builder = GraphBuilder::new();
    let [a, b, g, h] =
        ["a", "b", "g", "h"].map(|name| builder.class(&GraphClass::new(name, ClassKind::Lock)));
    let mut see = |kinds, gates| {
        let witness = GraphWitness {
            gates,
            ..GraphWitness::default()
        };
        builder.edge(a, b, kinds, true, &witness);
    };
    see(DepKinds::ER, vec![]);
    see(DepKinds::EN, vec![(g, false), (h, true)]);
    see(DepKinds::EN, vec![(h, false)]);
    let graph = builder.finish();
    let edge = graph.edge(a, b).expect("one edge");
    let gates: Vec<_> = edge
        .witnesses()
        .map(|(kind, witness)| (kind, witness.gates))
        .collect();
    // `h` was around both of one kind, once for reading only; nothing was around the other kind.
    assert_eq!(
        gates,
        [(DepKinds::ER, vec![]), (DepKinds::EN, vec![(h, true)])]
    );
    assert_eq!(ClassGraph::decode(&graph.encode()), Ok(graph));
}

#[test]
fn a_graph_as_text_has_a_line_for_each_class_and_what_follows_from_it() {
    let witness = GraphWitness {
        to: GraphSite {
            file: "x.c",
            function: "f\u{1b}",
            line: 4,
            column: 2,
        },
        task: "t",
        // That `a` itself is held around what is taken under it goes without saying.
        gates: vec![(ClassIndex(0), false), (ClassIndex(1), true)],
        ..GraphWitness::default()
    };
    let expected = "\
a lock {....}
  -> b E->N
     E->N at x.c:4:2 (f\\u{1b}), by t, always under b (read)
b lock {....}
";
    assert_eq!(one_edge(&witness).to_string(), expected);
}

#[test]
fn figures_are_those_of_the_graph() {
    let stats = one_edge(&GraphWitness::default()).stats();
    assert_eq!(
        (stats.classes, stats.edges, stats.witnesses, stats.sites),
        (2, 1, 1, 0)
    );
    assert_eq!(
        (stats.kinds, stats.edge_kinds),
        (vec![(ClassKind::Lock, 2)], [0, 0, 0, 1])
    );
    assert_eq!(
        (stats.largest_component, stats.gated, stats.direct),
        (1, 0, 0)
    );
}

/// The bound is 96 bytes besides the witness.
#[test]
fn an_edge_takes_few_bytes_besides_its_witness() {
    assert!(size_of::<rows::EdgeRow>() <= 24);
}
