//! A class graph as text for a person: one class a line, its usage and dependencies below. Not an exchange format.

use core::fmt::{self, Write as _};

use super::class_graph::ClassGraph;
use super::instances::Instances;
use super::stats::usage_word;
use super::view::{ClassIndex, GraphClass, GraphEdge, GraphSite, GraphWitness};
use crate::class::WaitType;
use crate::mode::DepKinds;
use crate::witness::Why;

impl fmt::Display for ClassGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut edges = self.edges().peekable();
        for (index, class) in self.classes() {
            class_line(f, &class)?;
            for (bit, site) in self.usage_sites(index) {
                writeln!(f, "  {}{}", usage_word(bit), At(&site))?;
            }
            while let Some(edge) = edges.next_if(|edge| edge.from == index) {
                edge_lines(f, self, &edge)?;
            }
        }
        Ok(())
    }
}

/// `name work {+.+.}-{4:4} one instance`, the braces for what they are known of.
fn class_line(f: &mut fmt::Formatter<'_>, class: &GraphClass<'_>) -> fmt::Result {
    let (label, usage) = (class.label(), class.usage.chars());
    write!(f, "{} {} {{", Plain(&label), class.kind.word())?;
    usage
        .into_iter()
        .try_for_each(|state| f.write_char(state))?;
    f.write_char('}')?;
    if class.inner != WaitType::None {
        let outer = if class.outer == WaitType::None {
            class.inner
        } else {
            class.outer
        };
        write!(f, "-{{{}:{}}}", outer as u8, class.inner as u8)?;
    }
    let instances = match class.instances {
        Instances::None => "",
        Instances::One | Instances::Only(_) => " one instance",
        Instances::Many => " many instances",
    };
    writeln!(f, "{instances}")
}

/// `-> name E->N direct` and a line for each kind.
fn edge_lines(f: &mut fmt::Formatter<'_>, graph: &ClassGraph, edge: &GraphEdge<'_>) -> fmt::Result {
    let label = |class: ClassIndex| graph.class(class).label();
    write!(f, "  -> {}", Plain(&label(edge.to)))?;
    for kind in edge.kinds.singles() {
        write!(f, " {}", kind_word(kind))?;
    }
    f.write_str(if edge.direct { " direct" } else { "" })?;
    writeln!(f)?;
    edge.witnesses()
        .try_for_each(|(kind, witness)| witness_line(f, graph, edge.from, kind, &witness))
}

/// `E->N at place, held since place, by task, always under gate`.
fn witness_line(
    f: &mut fmt::Formatter<'_>,
    graph: &ClassGraph,
    from: ClassIndex,
    kind: DepKinds,
    witness: &GraphWitness<'_>,
) -> fmt::Result {
    let why = match witness.why {
        Why::Held => "",
        Why::Declared => " declared",
        Why::BeforeSignal => " before the signal",
        Why::AroundSignal => " around the signal",
        Why::HandedOff => " handed off",
    };
    write!(f, "     {}{why}{}", kind_word(kind), At(&witness.to))?;
    if witness.from != GraphSite::default() {
        write!(f, ", held since{}", At(&witness.from))?;
    }
    if !witness.task.is_empty() {
        write!(f, ", by {}", Plain(witness.task))?;
    }
    let mut before = ", always under";
    for &(class, shared) in &witness.gates {
        // What is held is around what is taken under it: that goes without saying.
        if graph.are_one_lock(class, from) {
            continue;
        }
        let label = graph.class(class).label();
        let how = if shared { " (read)" } else { "" };
        write!(f, "{before} {}{how}", Plain(&label))?;
        before = " and";
    }
    writeln!(f)
}

fn kind_word(kind: DepKinds) -> &'static str {
    match (kind.only_shared(), kind.only_recursive()) {
        (true, true) => "S->R",
        (false, true) => "E->R",
        (true, false) => "S->N",
        (false, false) => "E->N",
    }
}

/// A place with ` at ` before it, or nothing.
struct At<'a>(&'a GraphSite<'a>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GraphSite {
            file,
            function,
            line,
            column,
        } = *self.0;
        if *self.0 == GraphSite::default() {
            return Ok(());
        }
        f.write_str(" at ")?;
        if !file.is_empty() {
            write!(f, "{}", Plain(file))?;
        }
        if line > 0 {
            write!(f, ":{line}")?;
        }
        if column > 0 {
            write!(f, ":{column}")?;
        }
        match (file.is_empty(), function.is_empty()) {
            (_, true) => Ok(()),
            (true, false) => write!(f, "{}", Plain(function)),
            (false, false) => write!(f, " ({})", Plain(function)),
        }
    }
}

/// Text from a file, with control characters made visible.
struct Plain<'a>(&'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if character.is_control() {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                f.write_char(character)?;
            }
        }
        Ok(())
    }
}
