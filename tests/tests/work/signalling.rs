//! Work that a fence or memory reclaim needs.

use std::sync::Arc;

use fence_lockdep::annotate::Fence;
use fence_lockdep::reclaim::Reclaim;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;
use fence_lockdep::workqueue::{Work, Workqueue};
use fence_lockdep::{Session, might_sleep};

/// Publishes a fence, has an item signal it, and flushes that.
fn signalled_on(queue: &Workqueue, make: fn(Box<dyn FnMut() + Send>) -> Work) {
    let job = Arc::new(Fence::new("job"));
    let signals = Arc::clone(&job);
    let run_job = make(Box::new(move || signals.signal()));
    let section = Section::begin();
    job.publish();
    queue.queue(&run_job);
    section.end();
    run_job.flush();
}

#[test]
fn an_item_that_signals_needs_a_queue_with_a_rescuer() {
    let without = Session::new().closed();
    without.run(|| {
        let sched = Workqueue::builder("sched").ordered().build();
        signalled_on(&sched, |signal| Work::signalling(signal));
    });
    without.expect("queue-without-reclaim");
    let with = Session::new().closed();
    with.run(|| {
        let sched = Workqueue::builder("sched").ordered().mem_reclaim().build();
        signalled_on(&sched, |signal| Work::signalling(signal));
    });
    with.assert_clean();
}

#[test]
fn what_reclaim_waits_for_needs_a_queue_with_a_rescuer() {
    let story = |queue: &Workqueue| {
        let purge = Work::new(might_sleep);
        queue.queue(&purge);
        purge.flush();
        let _reclaim = Reclaim::enter();
        purge.flush();
    };
    let without = Session::new().closed();
    without.run(|| story(&Workqueue::builder("purge").ordered().build()));
    without.expect("queue-without-reclaim");
    let with = Session::new().closed();
    with.run(|| story(&Workqueue::builder("purge").ordered().mem_reclaim().build()));
    with.assert_clean();
}

/// Only a note: the queue is right, and a section is missing.
#[test]
fn an_item_that_signals_is_to_be_a_section() {
    let session = Session::new().closed();
    session.run(|| {
        let sched = Workqueue::builder("sched").ordered().mem_reclaim().build();
        signalled_on(&sched, |signal| Work::new(signal));
    });
    session.expect("unannotated-handoff");
}

#[test]
fn a_signalling_item_must_not_take_a_lock_that_is_held_over_a_wait_for_its_fence() {
    let story = |under_lock: bool| {
        let sched = Workqueue::builder("sched").mem_reclaim().build();
        let submit = Arc::new(Mutex::new(()));
        let job = Arc::new(Fence::new("job"));
        let (needs, signals) = (Arc::clone(&submit), Arc::clone(&job));
        let run_job = Work::signalling(move || {
            drop(needs.lock());
            signals.signal();
        });
        let section = Section::begin();
        job.publish();
        sched.queue(&run_job);
        section.end();
        run_job.flush();
        let held = submit.lock();
        if under_lock {
            job.wait();
        }
        drop(held);
        job.wait();
    };
    let bad = Session::new().closed();
    bad.run(|| story(true));
    bad.expect("wait-under-signalling-lock");
    let good = Session::new().closed();
    good.run(|| story(false));
    good.assert_clean();
}

/// The second item of this queue waits for the fence that the first one signals. With only the rescuer left it never would.
#[test]
fn a_queue_that_signals_must_not_run_what_waits() {
    let story = |waits_on: &Workqueue, sched: &Workqueue| {
        let job = Arc::new(Fence::new("job"));
        let (waits, signals) = (Arc::clone(&job), Arc::clone(&job));
        let report = Work::new(move || waits.wait());
        let run_job = Work::signalling(move || signals.signal());
        let section = Section::begin();
        job.publish();
        sched.queue(&run_job);
        section.end();
        waits_on.queue(&report);
        run_job.flush();
        report.flush();
    };
    let one = Session::new().closed();
    one.run(|| {
        let sched = Workqueue::builder("sched").mem_reclaim().build();
        story(&sched, &sched);
    });
    one.expect("wait-under-signalling-lock");
    let two = Session::new().closed();
    two.run(|| {
        let sched = Workqueue::builder("sched").mem_reclaim().build();
        let system = Workqueue::builder("system").build();
        story(&system, &sched);
    });
    two.assert_clean();
}
