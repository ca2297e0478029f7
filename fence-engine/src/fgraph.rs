//! The class graph as a file: `.fgraph`.
mod builder;
mod class_graph;
mod components;
mod decode;
mod decode_error;
mod encode;
mod export;
mod instances;
mod join;
mod lists;
mod load;
mod merge;
mod new_findings;
mod normal;
mod roles;
mod rows;
mod show;
mod stats;
mod strings;
#[cfg(test)]
mod tests;
mod view;
mod wire;

pub use builder::GraphBuilder;
pub use class_graph::ClassGraph;
pub use decode_error::{DecodeError, DecodeErrorKind};
pub use instances::Instances;
pub use merge::merge_all;
pub use new_findings::new_findings;
pub use roles::Roles;
pub use stats::Stats;
pub use view::{ClassIndex, GraphClass, GraphEdge, GraphHeld, GraphSite, GraphWitness};
