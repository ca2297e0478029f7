//! The fence map in a recording: which of its events are a section, which a wait, and which a wait with lockdep off.

use fence_engine::{Event, Site};

use super::{Map, Replay};

impl Replay {
    /// The fence map is taken: for reading by a section or the end of a wait, exclusively by a wait.
    pub(super) fn take_map(&mut self, at: usize, read: bool, site: Site) {
        let id = self.states[at].id;
        let map = self.states[at].map;
        self.states[at].map = match (map, read) {
            (Map::Again { in_section }, true) => {
                if in_section {
                    Map::In
                } else {
                    Map::Out
                }
            }
            (_, true) => {
                self.settle(at);
                if self.states[at].map == Map::In {
                    Map::In
                } else {
                    self.engine
                        .feed(id, Event::BeginSignalling { name: 0 }, site);
                    Map::In
                }
            }
            (_, false) => {
                if map == Map::MaybeOff {
                    self.reach_limit(
                        "The kernel's lockdep was off in part of the recording, so signalling sections are missing there; \
                         what a signal needed is told by what its thread did since the fence was initialised.",
                    );
                }
                self.engine.feed(id, Event::WaitForAnyFence, site);
                let in_section = matches!(map, Map::In | Map::MaybeEnd(_));
                Map::Waiting {
                    in_section,
                    again: in_section || map == Map::MaybeOff,
                }
            }
        };
    }

    pub(super) fn give_map(&mut self, at: usize, site: Site) {
        let state = &mut self.states[at];
        state.map = match state.map {
            Map::Out | Map::MaybeOff | Map::Again { in_section: false } => Map::MaybeOff,
            Map::In | Map::MaybeEnd(_) | Map::Again { in_section: true } => Map::MaybeEnd(site),
            Map::Waiting {
                in_section,
                again: true,
            } => Map::Again { in_section },
            Map::Waiting { .. } => Map::Out,
        };
    }

    /// Decides what an earlier release of the fence map was, now that something else follows it.
    pub(super) fn settle(&mut self, at: usize) {
        if self.in_interrupt(at) {
            return;
        }
        self.unstick(at);
        match self.states[at].map {
            Map::MaybeEnd(end) => {
                self.engine
                    .feed(self.states[at].id, Event::EndSignalling { name: 0 }, end);
                self.states[at].map = Map::Out;
            }
            Map::MaybeOff => self.states[at].map = Map::Out,
            _ => {}
        }
    }
}
