//! Class graphs of many runs put together, and written to a file.

use std::fs;
use std::path::{Path, PathBuf};

use fence_engine::ClassGraph;
use fence_engine::fgraph::merge_all;

use crate::failure::Failure;

/// Graphs that wait to be merged; many at once cost less than one after another.
const BATCH: usize = 64;

/// The graph of everything so far.
#[derive(Debug, Default)]
pub(crate) struct MergedGraph {
    waiting: Vec<ClassGraph>,
}

impl MergedGraph {
    pub(crate) fn add(&mut self, graph: ClassGraph) {
        self.waiting.push(graph);
        if self.waiting.len() >= BATCH {
            let all = std::mem::take(&mut self.waiting);
            self.waiting.push(merge_all(all));
        }
    }

    pub(crate) fn finish(self) -> ClassGraph {
        merge_all(self.waiting)
    }
}

/// Writes the graph so that the file is the old or the new one at any time, and may be one that was read.
pub(crate) fn write(graph: &ClassGraph, path: &Path) -> Result<(), Failure> {
    let failure = |error| Failure::Write {
        path: path.to_owned(),
        error,
    };
    // A pipe or a device has no name to be replaced.
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return fs::write(path, graph.encode()).map_err(failure);
    }
    let beside = beside(path);
    fs::write(&beside, graph.encode())
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| {
            // What is left is of no use; the first error says more than one about this.
            let _ = fs::remove_file(&beside);
            failure(error)
        })
}

/// A name in the same folder that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    name.into()
}

#[cfg(test)]
mod tests {
    use fence_engine::ClassKind;
    use fence_engine::fgraph::{GraphBuilder, GraphClass};

    use super::*;

    fn graph_of(class: &str) -> ClassGraph {
        let mut builder = GraphBuilder::new();
        builder.class(&GraphClass::new(class, ClassKind::Lock));
        builder.finish()
    }

    #[test]
    fn more_graphs_than_a_batch_are_all_there() {
        let mut merged = MergedGraph::default();
        for at in 0..=2 * BATCH {
            merged.add(graph_of(&format!("class {at}")));
        }
        assert_eq!(merged.finish().class_count(), 2 * BATCH + 1);
        assert!(MergedGraph::default().finish().is_empty());
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder =
            std::env::temp_dir().join(format!("cargo-fence-graph-output-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        let path = folder.join("x.fgraph");
        for class in ["one", "two"] {
            write(&graph_of(class), &path).expect("a file");
            let read = ClassGraph::decode(&fs::read(&path).expect("the file")).expect("a graph");
            assert_eq!(read, graph_of(class));
        }
        assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 1);
        assert!(write(&graph_of("one"), &folder.join("missing/x.fgraph")).is_err());
        fs::remove_dir_all(folder).expect("the folder is still there");
    }
}
