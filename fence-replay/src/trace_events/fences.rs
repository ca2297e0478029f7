//! The fences of a trace: by context and sequence number, from their initialisation to their end.

use fence_engine::{Event, FenceSpec, Site};

use super::{MAX_PENDING, MAX_TIMELINES, Replay};
use crate::tracefs::FenceEvent;

impl Replay {
    pub(super) fn fence(
        &mut self,
        at: usize,
        kind: FenceEvent,
        name: (&[u8], &[u8], u64, u64),
        site: Site,
    ) {
        let (driver, timeline, context, seqno) = name;
        let task = self.states[at].id;
        let key = (context, seqno);
        if kind == FenceEvent::Destroy {
            if let Some(fence) = self.fences.remove(&key) {
                self.engine.forget_fence(fence);
            }
            return;
        }
        if !matches!(
            kind,
            FenceEvent::Init | FenceEvent::WaitStart | FenceEvent::Signaled
        ) {
            return;
        }
        if kind == FenceEvent::Init
            && let Some(old) = self.fences.remove(&key)
        {
            self.engine.forget_fence(old);
        }
        if self.fences.len() >= MAX_PENDING {
            self.reach_limit("more than 262,144 fences at once: earlier ones are forgotten");
            let mut fences: Vec<_> = self.fences.drain().collect();
            fences.sort_unstable_by_key(|(key, _)| *key);
            for (_, fence) in fences {
                self.engine.forget_fence(fence);
            }
        }
        if self.timelines.len() >= MAX_TIMELINES && !self.timelines.contains(&context) {
            return self
                .reach_limit("more than 65,536 fence contexts: fences of later ones are left out");
        }
        self.timelines.insert(context);
        let known = self.fences.get(&key).copied();
        let fence = known.unwrap_or_else(|| {
            let [driver, timeline] = [driver, timeline].map(String::from_utf8_lossy);
            let spec = FenceSpec {
                name: &format!("{driver}:{timeline}:{seqno}"),
                timeline: &format!("{driver}:{timeline} (context {context})"),
                lock: Some(self.fence_lock),
                // Recordings keep the low halves only, and contexts such as the stub's have no order.
                seqno: None,
                unbounded: false,
            };
            let fence = self.engine.declare_fence(&spec);
            self.fences.insert(key, fence);
            fence
        });
        match kind {
            FenceEvent::Init => self.engine.fence_born(task, fence, site),
            FenceEvent::WaitStart => self.engine.feed(task, Event::WaitFence { fence }, site),
            _ => self.engine.feed(
                task,
                Event::Signal {
                    fence,
                    error: false,
                },
                site,
            ),
        }
    }
}
