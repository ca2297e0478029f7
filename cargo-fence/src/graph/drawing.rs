//! A class graph as a picture: a node a class, an edge a dependency, with the task that showed it.

use fence_engine::ClassGraph;
use fence_engine::fgraph::{GraphEdge, GraphSite};
use fence_report::dot::DotGraph;

/// The picture. What lies on a circle, whether it can hang or not, is highlighted.
pub(super) fn of(graph: &ClassGraph) -> DotGraph {
    let components = graph.components();
    let component = |class: usize| components.get(class);
    let mut picture = DotGraph::default();
    for (_, class) in graph.classes() {
        picture.node(&class.label(), class.kind.word());
    }
    for edge in graph.edges() {
        let (from, to) = (edge.from.index(), edge.to.index());
        picture.edge(from, to, &label(&edge), component(from) == component(to));
    }
    picture
}

/// `task at file:line` of the first time the dependency was seen.
fn label(edge: &GraphEdge<'_>) -> String {
    let Some((_, witness)) = edge.witnesses().next() else {
        return String::new();
    };
    let place = place(&witness.to);
    match (witness.task.is_empty(), place.is_empty()) {
        (_, true) => witness.task.to_owned(),
        (true, false) => place,
        (false, false) => format!("{} at {place}", witness.task),
    }
}

fn place(site: &GraphSite<'_>) -> String {
    match (site.file.is_empty(), site.line) {
        (true, _) => String::new(),
        (false, 0) => site.file.to_owned(),
        (false, line) => format!("{}:{line}", site.file),
    }
}

#[cfg(test)]
mod tests {
    use fence_engine::fgraph::{GraphBuilder, GraphClass, GraphWitness};
    use fence_engine::{ClassKind, DepKinds};

    use super::*;

    #[test]
    fn only_what_lies_on_a_circle_is_highlighted() {
        let mut builder = GraphBuilder::new();
        let [a, b, c] =
            ["a", "b", "c"].map(|name| builder.class(&GraphClass::new(name, ClassKind::Lock)));
        let site = GraphSite {
            file: "x.c",
            line: 7,
            ..GraphSite::default()
        };
        let witness = GraphWitness {
            to: site,
            task: "job",
            ..GraphWitness::default()
        };
        for (from, to) in [(a, b), (b, a), (b, c)] {
            builder.edge(from, to, DepKinds::EN, true, &witness);
        }
        let picture = of(&builder.finish());
        let names: Vec<&str> = picture
            .nodes
            .iter()
            .map(|node| node.label.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
        let edges: Vec<(usize, usize, bool)> = picture
            .edges
            .iter()
            .map(|edge| (edge.from, edge.to, edge.highlighted))
            .collect();
        assert_eq!(edges, [(0, 1, true), (1, 0, true), (1, 2, false)]);
        assert!(
            picture
                .edges
                .iter()
                .all(|edge| edge.label == "job at x.c:7")
        );
    }
}
