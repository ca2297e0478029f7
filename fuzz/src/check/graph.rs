//! What must hold of any class graph, whether its bytes were read or it was built in ways that no run would.

use fence_engine::fgraph::{
    ClassIndex, GraphBuilder, GraphClass, GraphHeld, GraphSite, GraphWitness, Instances, Roles,
};
use fence_engine::{
    ClassGraph, ClassKind, Config, DepKinds, Engine, Instance, LockType, Mode, Usage, WaitType, Why,
};

/// A class graph: encoding and decoding undo each other, merging is a union, and an engine can judge it.
///
/// Bytes that begin as a `.fgraph` file are one, with its last eight bytes replaced by the checksum they should be.
/// Others say how to build three graphs.
pub fn graph(bytes: &[u8]) {
    let graphs = if bytes.starts_with(b"FGRAPH") {
        let sealed = seal(bytes);
        for bytes in [bytes, &sealed] {
            if let Ok(graph) = ClassGraph::decode(bytes) {
                assert_eq!(graph.encode(), bytes, "only one encoding is accepted");
            }
        }
        ClassGraph::decode(&sealed).into_iter().collect()
    } else {
        build(bytes)
    };
    for graph in &graphs {
        holds(graph);
    }
    if let [a, b, c] = &graphs[..] {
        let ab = a.merge(b);
        assert_eq!(ab, b.merge(a));
        let abc = ab.merge(c);
        assert_eq!(abc, a.merge(&b.merge(c)));
        assert_eq!(abc, abc.merge(b));
        holds(&abc);
    }
}

fn holds(graph: &ClassGraph) {
    let bytes = graph.encode();
    assert_eq!(ClassGraph::decode(&bytes).as_ref(), Ok(graph));
    assert_eq!(graph.merge(graph), *graph);
    assert_eq!(ClassGraph::new().merge(graph), *graph);
    assert!(!graph.stats().to_string().is_empty());
    let _ = graph.to_string();
    for config in [Config::STRICT, Config::KERNEL] {
        for finding in graph.findings(config) {
            assert!(!finding.message().is_empty());
            let _ = graph.has(&finding);
        }
        let mut engine = Engine::new(graph.config(config));
        engine.load(graph);
        engine.load(graph);
        let learnt = engine.class_graph();
        assert_eq!(ClassGraph::decode(&learnt.encode()).as_ref(), Ok(&learnt));
    }
}

/// The same bytes with the right checksum at their end.
fn seal(bytes: &[u8]) -> Vec<u8> {
    let body = &bytes[..bytes.len().saturating_sub(8)];
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3);
    let word = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u64::from(byte))
    };
    let words = body.chunks_exact(8);
    let rest = word(words.remainder());
    let hash = words.map(word).fold(0xcbf2_9ce4_8422_2325, mix);
    let sum = mix(mix(hash, rest), body.len() as u64);
    [body, &sum.to_le_bytes()].concat()
}

/// Three graphs over the same classes. `bytes` say how many classes, what each is, and then what depends on what.
fn build(bytes: &[u8]) -> Vec<ClassGraph> {
    let mut bytes = bytes.iter().copied();
    let mut next = || bytes.next();
    let mut builders = [
        GraphBuilder::new(),
        GraphBuilder::new(),
        GraphBuilder::new(),
    ];
    let whole_threads = next().unwrap_or_default();
    for (at, builder) in builders.iter_mut().enumerate() {
        if whole_threads >> at & 1 == 1 {
            builder.whole_thread();
        }
    }
    let mut classes: Vec<[ClassIndex; 3]> = Vec::new();
    for _ in 0..next().unwrap_or_default() % 24 {
        let byte = next().unwrap_or_default();
        let (name, bits) = (
            NAMES[usize::from(byte) % NAMES.len()],
            next().unwrap_or_default(),
        );
        let class = GraphClass {
            kind: KINDS[usize::from(byte / 8) % KINDS.len()],
            subclass: bits % 9,
            inner: WAITS[usize::from(bits / 9) % WAITS.len()],
            outer: WAITS[usize::from(byte / 3) % WAITS.len()],
            lock_type: [LockType::Normal, LockType::PerCpu, LockType::WaitOverride]
                [usize::from(bits / 54) % 3],
            roles: Roles::from_bits(if byte >= 0xc0 { 1 << (bits % 6) } else { 0 }),
            instances: match next().unwrap_or_default() {
                0 => Instances::None,
                1..0x60 => Instances::One,
                0x60..0xe0 => Instances::Only(Instance(u64::from(bits))),
                _ => Instances::Many,
            },
            usage: Usage::from_bits(u16::from(next().unwrap_or_default()) << 4 | u16::from(bits)),
            ..GraphClass::new(name, ClassKind::Lock)
        };
        classes.push(builders.each_mut().map(|builder| builder.class(&class)));
    }
    while let (Some(ends), Some(how)) = (next(), next()) {
        let Some(count) = u8::try_from(classes.len()).ok().filter(|count| *count > 0) else {
            break;
        };
        let (from, to) = (
            classes[usize::from(ends % count)],
            classes[usize::from(ends / count % count)],
        );
        let gate = classes[usize::from(how) % classes.len()];
        let site = GraphSite {
            file: "f",
            function: NAMES[usize::from(how) % NAMES.len()],
            line: how.into(),
            column: 1,
        };
        let modes = [Mode::Exclusive, Mode::Read, Mode::RecursiveRead];
        let kinds = DepKinds::of(modes[usize::from(how % 3)], modes[usize::from(how / 3 % 3)]);
        let at = usize::from(how / 64 % 3);
        let held = GraphHeld {
            class: from[at],
            site,
            mode: modes[usize::from(how % 3)],
        };
        let why = [
            Why::Held,
            Why::Declared,
            Why::BeforeSignal,
            Why::AroundSignal,
            Why::HandedOff,
        ][usize::from(how) % 5];
        let gates = [(gate[at], how & 2 == 0)];
        let witness = GraphWitness {
            from: site,
            to: site,
            task: "t",
            why,
            gates: if how & 16 == 0 {
                gates.to_vec()
            } else {
                Vec::new()
            },
            held: vec![held; usize::from(how % 4)],
        };
        builders[at].edge(from[at], to[at], kinds, how & 1 == 0, &witness);
    }
    builders.into_iter().map(GraphBuilder::finish).collect()
}

const NAMES: [&str; 8] = [
    "",
    "a",
    "b",
    "c",
    "dma_fence_map",
    "fs_reclaim",
    "a/1",
    "\u{fffd}",
];

const WAITS: [WaitType; 6] = [
    WaitType::None,
    WaitType::Free,
    WaitType::Spin,
    WaitType::Config,
    WaitType::Sleep,
    WaitType::Max,
];

const KINDS: [ClassKind; 13] = [
    ClassKind::Lock,
    ClassKind::WwContext,
    ClassKind::PseudoLock,
    ClassKind::FenceContract,
    ClassKind::Timeline,
    ClassKind::Reclaim,
    ClassKind::MmuNotifier,
    ClassKind::Workqueue,
    ClassKind::WorkItem,
    ClassKind::Event,
    ClassKind::Timer,
    ClassKind::Power,
    ClassKind::ReaderSection,
];
