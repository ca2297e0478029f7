//! The engine: feeding a known order, learning a new one, replaying a recording, merging graphs, bytes an edge.
//!
//! `feed` has no peer. `learn` takes a four-lock order that is new on a graph of 1,000 classes and 12,000 edges, the peer
//! is tracing-mutex, whose graph is given the same edges.

use std::hint::black_box;

use fence_bench::{Figure, median, nanoseconds};
use fence_engine::fgraph::{ClassGraph, merge_all};
use fence_engine::{
    Acquired, ClassKind, ClassSpec, Config, Engine, Event, How, Instance, Lock, Mode, Site, Task,
    WaitType,
};

const ROUNDS: usize = 21;

fn main() {
    feed();
    hot_path();
    learn();
    replay();
    merge();
}

fn locks(engine: &mut Engine, count: usize) -> Vec<Lock> {
    (0..count)
        .map(|at| {
            let name = format!("lock {at}");
            let class =
                engine.declare(&ClassSpec::new(&name, ClassKind::Lock).waits(WaitType::Sleep));
            Lock {
                class,
                instance: Instance(at as u64 + 1),
            }
        })
        .collect()
}

/// One acquire and release through `Engine::feed`, `depth` locks deep.
fn feed() {
    const PAIRS: usize = 400_000;
    let how = How::new(Mode::Exclusive);
    for depth in 1..=8 {
        let mut engine = Engine::new(Config::STRICT);
        let locks = locks(&mut engine, depth);
        let task = engine.start_task("task");
        let rounds = (0..ROUNDS).map(|_| {
            nanoseconds(PAIRS / depth * depth, || {
                for _ in 0..PAIRS / depth {
                    for &lock in &locks {
                        engine.feed(task, Event::acquire(black_box(lock), how), Site::UNKNOWN);
                    }
                    for &lock in locks.iter().rev() {
                        engine.feed(
                            task,
                            Event::Release {
                                lock: black_box(lock),
                            },
                            Site::UNKNOWN,
                        );
                    }
                }
            })
        });
        let ours = median(rounds.collect());
        assert!(engine.findings().is_empty());
        Figure {
            bench: "feed",
            case: format!("depth={depth}"),
            ours,
            peer: None,
            unit: "ns",
        }
        .print();
    }
}

/// The same through the task alone, as the in-process runtime does it.
fn hot_path() {
    const PAIRS: usize = 400_000;
    let how = How::new(Mode::Exclusive);
    for depth in [1, 8] {
        let mut engine = Engine::new(Config::STRICT);
        let locks = locks(&mut engine, depth);
        let known = engine.start_task("task");
        for &lock in &locks {
            engine.feed(known, Event::acquire(lock, how), Site::UNKNOWN);
        }
        let chains = engine.chains().slots();
        let mut task = Task::new();
        let rounds = (0..ROUNDS).map(|_| {
            nanoseconds(PAIRS / depth * depth, || {
                for _ in 0..PAIRS / depth {
                    for &lock in &locks {
                        let lock = black_box(lock);
                        let acquired =
                            task.acquire(chains, lock.class, lock.instance, how, Site::UNKNOWN);
                        assert_eq!(acquired, Acquired::Known);
                    }
                    for lock in locks.iter().rev() {
                        assert!(task.release_newest(black_box(lock.instance)));
                    }
                }
            })
        });
        let ours = median(rounds.collect());
        Figure {
            bench: "hot-path",
            case: format!("depth={depth}"),
            ours,
            peer: None,
            unit: "ns",
        }
        .print();
    }
}

/// A seeded generator, so that both sides get the same graph.
fn random(state: &mut u64) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

const CLASSES: usize = 1_000;
const EDGES: usize = 12_000;
const ORDERS: usize = 500;

/// Pairs that make the graph, each from a lower class to a higher one, and four-lock orders that are new on it.
fn graph() -> (Vec<[usize; 2]>, Vec<[usize; 4]>) {
    let mut seed = 42;
    let mut edges = std::collections::BTreeSet::new();
    while edges.len() < EDGES {
        let (a, b) = (random(&mut seed) % CLASSES, random(&mut seed) % CLASSES);
        if a < b {
            edges.insert([a, b]);
        }
    }
    let mut orders = Vec::new();
    while orders.len() < ORDERS {
        let mut order = [0; 4].map(|_| random(&mut seed) % CLASSES);
        order.sort_unstable();
        if order
            .windows(2)
            .all(|pair| pair[0] < pair[1] && !edges.contains(pair))
        {
            orders.push(order);
        }
    }
    // Declared out of their order, as real locks are.
    (edges.into_iter().collect(), orders)
}

/// Where each class stands in the order of declaration, which is not the order of locking.
fn shuffled() -> Vec<usize> {
    let mut seed = 7;
    let mut places: Vec<usize> = (0..CLASSES).collect();
    for at in (1..CLASSES).rev() {
        places.swap(at, random(&mut seed) % (at + 1));
    }
    places
}

fn learn() {
    let (edges, orders) = graph();
    let places = shuffled();
    let how = How::new(Mode::Exclusive);
    let (mut ours, mut theirs, mut bytes) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..7 {
        let mut engine = Engine::new(Config::STRICT);
        let locks = locks(&mut engine, CLASSES);
        let task = engine.start_task("task");
        let take = |engine: &mut Engine, order: &[usize]| {
            for &at in order {
                engine.feed(task, Event::acquire(locks[places[at]], how), Site::UNKNOWN);
            }
            for &at in order.iter().rev() {
                engine.feed(
                    task,
                    Event::Release {
                        lock: locks[places[at]],
                    },
                    Site::UNKNOWN,
                );
            }
        };
        for edge in &edges {
            take(&mut engine, edge);
        }
        ours.push(nanoseconds(ORDERS, || {
            for order in &orders {
                take(&mut engine, order);
            }
        }));
        assert!(engine.findings().is_empty());
        bytes = engine.bytes_per_dependency();

        let locks: Vec<tracing_mutex::stdsync::tracing::Mutex<()>> = (0..CLASSES)
            .map(|_| tracing_mutex::stdsync::tracing::Mutex::new(()))
            .collect();
        let take = |order: &[usize]| {
            let guards: Vec<_> = order.iter().map(|&at| locks[places[at]].lock()).collect();
            for guard in guards.into_iter().rev() {
                drop(guard);
            }
        };
        for edge in &edges {
            take(edge);
        }
        theirs.push(nanoseconds(ORDERS, || {
            for order in &orders {
                take(order);
            }
        }));
    }
    let peer = Some(("tracing-mutex", median(theirs)));
    Figure {
        bench: "learn",
        case: "4-locks".into(),
        ours: median(ours),
        peer,
        unit: "ns",
    }
    .print();
    Figure {
        bench: "memory",
        case: "bytes-per-edge".into(),
        ours: bytes,
        peer: None,
        unit: "bytes",
    }
    .print();
}

/// Megabytes of trace text a second, on a recording repeated to about 40 MB.
fn replay() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/data/oracle/traces/trace.swsync.txt"
    );
    let Ok(once) = std::fs::read(path) else {
        return;
    };
    let text = once.repeat(40_000_000 / once.len());
    let rounds = (0..5).map(|_| {
        let mut parser = fence_replay::tracefs::Parser::new();
        let mut replay = fence_replay::trace_events::Replay::new("trace", Config::STRICT);
        let nanoseconds = nanoseconds(text.len(), || {
            for line in fence_replay::lines::SliceLines::new(&text) {
                if let Some(Ok(record)) = parser.read(&line) {
                    replay.record(&record);
                }
            }
        });
        1_000.0 / nanoseconds
    });
    let ours = median(rounds.collect());
    Figure {
        bench: "replay",
        case: "ftrace-text".into(),
        ours,
        peer: None,
        unit: "MB/s",
    }
    .print();
}

/// Seconds to decode and merge 1,000 graphs of 5,000 edges, most of them in every graph.
fn merge() {
    const GRAPHS: u64 = 1_000;
    const EDGES: usize = 5_000;
    let how = How::new(Mode::Exclusive);
    let graph = |seed: u64| {
        let mut engine = Engine::new(Config::STRICT);
        let source = engine.sources_mut().intern("driver.c", "submit");
        let locks = locks(&mut engine, 600);
        let task = engine.start_task("task");
        let (mut common, mut own) = (42, seed);
        while engine.dependency_count() < EDGES {
            // One edge in twenty is this run's own.
            let state = if random(&mut own).is_multiple_of(20) {
                &mut own
            } else {
                &mut common
            };
            let (a, b) = (random(state) % locks.len(), random(state) % locks.len());
            if a < b {
                for at in [a, b] {
                    engine.feed(
                        task,
                        Event::acquire(locks[at], how),
                        Site::new(source, at as u64 + 1, 1),
                    );
                }
                for at in [b, a] {
                    engine.feed(task, Event::Release { lock: locks[at] }, Site::UNKNOWN);
                }
            }
        }
        engine.class_graph().encode()
    };
    // Fifty different graphs, each twenty times: merging looks at every one all the same.
    let different: Vec<Vec<u8>> = (1..=50).map(graph).collect();
    let rounds = (0..3).map(|_| {
        nanoseconds(1, || {
            let decoded = (0..GRAPHS).filter_map(|at| {
                ClassGraph::decode(&different[at as usize % different.len()]).ok()
            });
            let merged = merge_all(decoded);
            assert!(merged.edge_count() >= EDGES);
        }) / 1e9
    });
    let ours = median(rounds.collect());
    Figure {
        bench: "merge",
        case: "1000x5000-edges".into(),
        ours,
        peer: None,
        unit: "s",
    }
    .print();
}
