//! A run that goes on for ever with the same few locks, events, queues and timelines: memory must not go on with it.

use fence_engine::{
    BufferOp, ClassKind, ClassSpec, Config, ContractNames, Engine, Event, FenceSpec, How, Instance,
    Lock, Mode, Site, WaitType,
};

use crate::memory::peak;

/// Rounds of a driver that submits a job, hands its fence to a work item and waits for it elsewhere.
struct Driver {
    engine: Engine,
    round: u32,
}

impl Driver {
    fn new() -> Self {
        let mut engine = Engine::new(Config::STRICT);
        engine.prime(&ContractNames::KERNEL, true);
        Self { engine, round: 0 }
    }

    fn rounds(&mut self, count: u32) {
        let engine = &mut self.engine;
        let node = |engine: &mut Engine, name, kind| engine.declare(&ClassSpec::new(name, kind));
        let [done, never] = ["done", "never"].map(|name| node(engine, name, ClassKind::Event));
        let (work, queue) = (
            node(engine, "retire", ClassKind::WorkItem),
            node(engine, "ring queue", ClassKind::Workqueue),
        );
        let class =
            engine.declare(&ClassSpec::new("ring", ClassKind::Lock).waits(WaitType::Config));
        let lock = Lock {
            class,
            instance: Instance(1),
        };
        let [submitter, waiter] = ["submit", "wait"].map(|name| engine.start_task(name));
        for round in self.round..self.round + count {
            // Every round at a line of its own, as in a recording.
            let site = Site::new(Site::UNKNOWN.source(), u64::from(round) + 1, 0);
            let fence = engine.declare_fence(&FenceSpec {
                name: "job",
                timeline: "ring",
                lock: Some(lock),
                seqno: None,
                unbounded: false,
            });
            let exclusive = How::new(Mode::Exclusive);
            for event in [
                Event::BeginSignalling { name: 0 },
                Event::Publish { fence, resv: None },
                Event::QueueWork {
                    work,
                    queue: Some(queue),
                },
                Event::EndSignalling { name: 0 },
                Event::acquire(lock, exclusive),
                Event::Release { lock },
                Event::Complete { node: done },
            ] {
                engine.feed(submitter, event, site);
            }
            let (op, buffer, unlocked) = (BufferOp::CpuBegin, round, false);
            for event in [
                Event::WaitFor {
                    node: done,
                    sleeps: true,
                },
                Event::WaitFor {
                    node: never,
                    sleeps: true,
                },
                Event::Buffer {
                    op,
                    buffer,
                    unlocked,
                },
                Event::WaitFence { fence },
                Event::Buffer {
                    op: BufferOp::CpuEnd,
                    buffer,
                    unlocked,
                },
            ] {
                engine.feed(waiter, event, site);
            }
            for event in [
                Event::BeginSignalling { name: 0 },
                Event::Signal {
                    fence,
                    error: false,
                },
                Event::EndSignalling { name: 0 },
            ] {
                engine.feed(submitter, event, site);
            }
            engine.forget_fence(fence);
        }
        self.round += count;
    }
}

#[test]
fn a_long_run_takes_no_more_memory_than_a_short_one() {
    let mut driver = Driver::new();
    driver.rounds(1_000);
    let ((), bytes) = peak(|| driver.rounds(20_000));
    assert!(bytes < 16_384, "{bytes} bytes");
    driver.engine.finish();
    let rules: Vec<&str> = driver
        .engine
        .findings()
        .iter()
        .map(|finding| finding.rule.name)
        .collect();
    assert_eq!(rules, [""; 0]);
}
