//! A class graph in the language of Graphviz: `dot -Tsvg`.
//!
//! The graph is a neutral one that anything can be turned into; what its nodes and edges mean is the caller's business.
//!
//! ```
//! use fence_report::dot::{self, DotGraph};
//! let mut graph = DotGraph::default();
//! let (a, b) = (graph.node("gpu", "lock"), graph.node("fs_reclaim", "reclaim"));
//! graph.edge(a, b, "recover", true);
//! assert!(dot::render(&graph).contains(r#"n0 -> n1 [label="recover", color=red, penwidth=2];"#));
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fence_engine::Finding;

use crate::escape::is_hidden;

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotNode {
    /// What stands in it.
    pub label: String,
    /// Nodes of one kind are drawn in one box with the kind's name; an empty kind has no box.
    pub kind: String,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotEdge {
    /// The index of the node it leaves.
    pub from: usize,
    /// The index of the node it enters.
    pub to: usize,
    /// What stands beside it, if anything.
    pub label: String,
    /// Whether it is drawn in red: part of a cycle.
    pub highlighted: bool,
}

/// A graph to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DotGraph {
    /// The nodes, by index.
    pub nodes: Vec<DotNode>,
    /// The edges. One that leaves or enters a node that is not there is not drawn.
    pub edges: Vec<DotEdge>,
}

impl DotGraph {
    /// Adds a node and returns its index.
    pub fn node(&mut self, label: &str, kind: &str) -> usize {
        self.nodes.push(DotNode {
            label: label.into(),
            kind: kind.into(),
        });
        self.nodes.len() - 1
    }

    /// Adds an edge.
    pub fn edge(&mut self, from: usize, to: usize, label: &str, highlighted: bool) {
        self.edges.push(DotEdge {
            from,
            to,
            label: label.into(),
            highlighted,
        });
    }

    /// The cycles of some findings as one graph: a node a class, an edge from each class to the one it waits for, labelled
    /// with the rule. Findings without a cycle add nothing.
    pub fn of_cycles(findings: &[Finding]) -> Self {
        let mut graph = Self::default();
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in findings {
            let classes = finding.cycle.iter();
            let nodes: Vec<usize> = classes
                .map(|class| *known.entry(class).or_insert_with(|| graph.node(class, "")))
                .collect();
            for (from, to) in nodes.iter().zip(nodes.iter().cycle().skip(1)) {
                graph.edge(*from, *to, finding.rule.id, true);
            }
        }
        graph
    }
}

/// The graph as a `digraph`.
pub fn render(graph: &DotGraph) -> String {
    let mut out = String::from(
        "digraph fence {\n    rankdir=LR;\n    node [shape=box, fontname=\"monospace\"];\n",
    );
    let mut boxes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        boxes.entry(&node.kind).or_default().push(at);
    }
    for (number, (kind, nodes)) in boxes.iter().enumerate() {
        let indent = if kind.is_empty() { "    " } else { "        " };
        if !kind.is_empty() {
            // Writing to a String cannot fail; the same goes for all of this file.
            let _ = writeln!(
                out,
                "    subgraph cluster_{number} {{\n        label={};",
                quoted(kind)
            );
        }
        for at in nodes {
            let label = graph.nodes.get(*at).map_or("", |node| node.label.as_str());
            let _ = writeln!(out, "{indent}n{at} [label={}];", quoted(label));
        }
        if !kind.is_empty() {
            out.push_str("    }\n");
        }
    }
    let exists = |at: usize| at < graph.nodes.len();
    for edge in graph
        .edges
        .iter()
        .filter(|edge| exists(edge.from) && exists(edge.to))
    {
        let mut attributes = Vec::new();
        if !edge.label.is_empty() {
            attributes.push(format!("label={}", quoted(&edge.label)));
        }
        if edge.highlighted {
            attributes.push("color=red, penwidth=2".into());
        }
        let attributes = if attributes.is_empty() {
            String::new()
        } else {
            format!(" [{}]", attributes.join(", "))
        };
        let _ = writeln!(out, "    n{} -> n{}{attributes};", edge.from, edge.to);
    }
    out.push_str("}\n");
    out
}

/// A DOT string: quotes and backslashes are escaped, so that no part of a name is taken for Graphviz's own escapes.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if is_hidden(c) => out.extend(
                c.escape_default()
                    .flat_map(|c| (c == '\\').then_some('\\').into_iter().chain([c])),
            ),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_of_one_kind_share_a_box_and_highlighted_edges_are_red() {
        let mut graph = DotGraph::default();
        let a = graph.node("a", "lock");
        let free = graph.node("free", "");
        let b = graph.node("b", "lock");
        graph.edge(a, b, "", true);
        graph.edge(b, free, "job", false);
        let expected = "digraph fence {
    rankdir=LR;
    node [shape=box, fontname=\"monospace\"];
    n1 [label=\"free\"];
    subgraph cluster_1 {
        label=\"lock\";
        n0 [label=\"a\"];
        n2 [label=\"b\"];
    }
    n0 -> n2 [color=red, penwidth=2];
    n2 -> n1 [label=\"job\"];
}
";
        assert_eq!(render(&graph), expected);
    }

    #[test]
    fn no_name_can_leave_its_quotes() {
        assert_eq!(quoted("a\"; b"), "\"a\\\"; b\"");
        assert_eq!(quoted("a\\"), "\"a\\\\\"");
        assert_eq!(quoted("a\n\u{1b}"), "\"a\\\\n\\\\u{1b}\"");
    }

    #[test]
    fn an_edge_to_nowhere_is_not_drawn() {
        let mut graph = DotGraph::default();
        let a = graph.node("a", "");
        graph.edge(a, 7, "", false);
        assert!(!render(&graph).contains("->"));
    }
}
