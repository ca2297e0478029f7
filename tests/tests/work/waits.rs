//! Waits for work under what the work needs, and what an item leaves behind.

use std::sync::Arc;

use fence_lockdep::Session;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::{Completion, Mutex};
use fence_lockdep::workqueue::{Work, Workqueue};

use crate::{NEVER, counter, taker};

#[test]
fn a_flush_under_a_lock_that_the_item_takes_is_a_cycle() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("system").build();
        let mode = Arc::new(Mutex::new(()));
        let hotplug = taker(&mode);
        queue.queue(&hotplug);
        hotplug.flush();
        let _mode = mode.lock();
        assert!(!hotplug.flush(), "it was idle");
    });
    session.expect("lock-order-cycle");
}

#[test]
fn a_flush_before_the_lock_is_clean() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("system").build();
        let mode = Arc::new(Mutex::new(()));
        let hotplug = taker(&mode);
        queue.queue(&hotplug);
        hotplug.flush();
        drop(mode.lock());
    });
    session.assert_clean();
}

#[test]
fn a_synchronous_cancel_under_the_items_lock_is_a_cycle() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("system").build();
        let poll_lock = Arc::new(Mutex::new(()));
        let poll = taker(&poll_lock);
        queue.queue(&poll);
        poll.flush();
        let _held = poll_lock.lock();
        poll.cancel_sync();
    });
    session.expect("lock-order-cycle");
}

#[test]
fn a_cancel_that_waits_for_nothing_is_clean_under_the_items_lock() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("system").build();
        let poll_lock = Arc::new(Mutex::new(()));
        let poll = taker(&poll_lock);
        queue.queue(&poll);
        poll.flush();
        let held = poll_lock.lock();
        poll.cancel();
        drop(held);
        poll.cancel_sync();
    });
    session.assert_clean();
}

#[test]
fn a_queue_flushed_under_an_items_lock_is_a_cycle() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("scan").ordered().build();
        let dev = Arc::new(Mutex::new(()));
        queue.queue(&taker(&dev));
        queue.flush();
        let _dev = dev.lock();
        queue.flush();
    });
    session.expect("lock-order-cycle");
}

#[test]
fn a_queue_dropped_under_an_items_lock_is_a_cycle() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("scan").build();
        let dev = Arc::new(Mutex::new(()));
        queue.queue(&taker(&dev));
        queue.flush();
        let _dev = dev.lock();
        drop(queue);
    });
    session.expect("lock-order-cycle");
}

#[test]
fn every_wait_for_work_in_a_section_is_told() {
    let waits: [fn(&Workqueue, &Work); 3] = [
        |_, work| {
            work.flush();
        },
        |_, work| {
            work.cancel_sync();
        },
        |queue, _| queue.flush(),
    ];
    for wait in waits {
        let session = Session::new().closed();
        session.run(|| {
            let queue = Workqueue::builder("submit").ordered().build();
            let (work, _) = counter();
            queue.queue(&work);
            let section = Section::begin();
            wait(&queue, &work);
            section.end();
        });
        session.expect("flush-in-signalling");
    }
}

#[test]
fn queueing_and_cancelling_are_for_any_context() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("submit").ordered().build();
        let (work, _) = counter();
        let section = Section::begin();
        queue.queue(&work);
        work.cancel();
        section.end();
        let handler = HardIrq::enter();
        queue.queue(&work);
        queue.mod_delayed(&work, NEVER);
        work.cancel();
        drop(handler);
    });
    session.assert_clean();
}

#[test]
fn a_flush_in_an_interrupt_sleeps_where_it_must_not() {
    let session = Session::new().closed();
    session.run(|| {
        let (work, _) = counter();
        let _handler = HardIrq::enter();
        work.flush();
    });
    session.expect("sleep-in-atomic");
}

/// An item of an ordered queue holds the queue while it runs, and a flush of another one takes the queue: once more.
#[test]
fn an_ordered_queue_must_not_wait_behind_itself() {
    let (ordered, other) = (Session::new().closed(), Session::new());
    let story = |queue: &Arc<Workqueue>| {
        let (second, _) = counter();
        queue.queue(&second);
        second.flush(); // from here on it is known to be on this queue
        let first = Work::new(move || {
            second.flush();
        });
        queue.queue(&first);
        first.flush();
    };
    ordered.run(|| story(&Arc::new(Workqueue::builder("ord").ordered().build())));
    ordered.expect("recursive-lock");
    other.run(|| story(&Arc::new(Workqueue::builder("par").build())));
    other.assert_clean();
}

#[test]
fn what_an_item_waits_for_must_not_be_on_its_own_ordered_queue() {
    let story = |asks: &Workqueue, answers: &Workqueue| {
        let reply = Arc::new(Completion::new());
        let (asked, answered) = (Arc::clone(&reply), Arc::clone(&reply));
        let ask = Work::new(move || asked.wait());
        let answer = Work::new(move || answered.complete());
        // In this order nothing hangs. The other way round it would.
        answers.queue(&answer);
        answers.flush();
        asks.queue(&ask);
        asks.flush();
    };
    let one = Session::new().closed();
    one.run(|| {
        let ord = Workqueue::builder("ord").ordered().build();
        story(&ord, &ord);
    });
    one.expect("lock-order-cycle");
    let two = Session::new().closed();
    two.run(|| {
        let ord = Workqueue::builder("ord").ordered().build();
        let replies = Workqueue::builder("replies").ordered().build();
        story(&ord, &replies);
    });
    two.assert_clean();
}

#[test]
fn an_item_that_leaves_a_lock_taken_is_told_and_the_next_one_on_its_thread_is_not_blamed() {
    let session = Session::new().closed();
    session.run(|| {
        let queue = Workqueue::builder("system").ordered().build();
        let (left, taken) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let leaks = Arc::clone(&left);
        let leak = Work::new(move || std::mem::forget(leaks.lock()));
        queue.queue(&leak);
        leak.flush();
        // Were `left` still held on that thread, this order and the one below would be a cycle.
        let next = taker(&taken);
        queue.queue(&next);
        next.flush();
        let _taken = taken.lock();
        assert!(left.is_locked());
        fence_lockdep::might_lock(&*left);
    });
    session.expect("lock-held-at-exit");
}
