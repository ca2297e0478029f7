//! The operations of a pattern that are one event each: fences, work, timers, events, power, readers, buffers.

use fence_engine::{BufferOp, ClassKind, Event};

use super::Player;
use crate::pattern::{self, OpKind};

impl<'a> Player<'a> {
    pub(super) fn fence_event(&mut self, op: &'a OpKind) -> Option<Event> {
        Some(match op {
            OpKind::BeginSignalling { section } => Event::BeginSignalling {
                name: self.section(section.as_ref()),
            },
            OpKind::EndSignalling { section } => Event::EndSignalling {
                name: self.section(section.as_ref()),
            },
            OpKind::Publish { fence, resv, .. } => {
                let resv = resv.as_ref().map(|resv| self.known_lock(resv));
                Event::Publish {
                    fence: self.fence(fence),
                    resv,
                }
            }
            OpKind::Signal { fence, error } => Event::Signal {
                fence: self.fence(fence),
                error: error.is_some(),
            },
            OpKind::Wait { fence, .. } => Event::WaitFence {
                fence: self.fence(fence),
            },
            OpKind::Poll { fence } => Event::Poll {
                fence: self.fence(fence),
            },
            OpKind::Drop { fence } => Event::DropIssuer {
                fence: self.fence(fence),
            },
            OpKind::Get { fence } => Event::Get {
                fence: self.fence(fence),
            },
            OpKind::Put { fence } => Event::Put {
                fence: self.fence(fence),
            },
            OpKind::FenceLock { fence } => Event::LockFence {
                fence: self.fence(fence),
            },
            OpKind::FenceUnlock { fence } => Event::UnlockFence {
                fence: self.fence(fence),
            },
            OpKind::Callback { fence } => Event::CallbackBegin {
                fence: self.fence(fence),
            },
            OpKind::CallbackEnd { fence } => Event::CallbackEnd {
                fence: self.fence(fence),
            },
            _ => return None,
        })
    }

    pub(super) fn node_event(&mut self, op: &'a OpKind) -> Option<Event> {
        let queue_of = |player: &mut Self, queue: &Option<pattern::Name>| {
            queue
                .as_ref()
                .map(|queue| player.node(queue, ClassKind::Workqueue))
        };
        Some(match op {
            OpKind::Queue { work, queue } => Event::QueueWork {
                work: self.node(work, ClassKind::WorkItem),
                queue: queue_of(self, queue),
            },
            OpKind::Run { work, queue } => Event::WorkBegin {
                work: self.node(work, ClassKind::WorkItem),
                queue: queue_of(self, queue),
            },
            OpKind::Done { work } => Event::WorkEnd {
                work: self.node(work, ClassKind::WorkItem),
            },
            OpKind::Flush { work } => Event::FlushWork {
                work: self.node(work, ClassKind::WorkItem),
            },
            OpKind::CancelSync { work } => Event::CancelWorkSync {
                work: self.node(work, ClassKind::WorkItem),
            },
            OpKind::FlushQueue { queue } => Event::FlushQueue {
                queue: self.node(queue, ClassKind::Workqueue),
            },
            OpKind::TimerRun { timer } => Event::TimerBegin {
                timer: self.node(timer, ClassKind::Timer),
            },
            OpKind::TimerDone { timer } => Event::TimerEnd {
                timer: self.node(timer, ClassKind::Timer),
            },
            OpKind::TimerSync { timer } => Event::WaitFor {
                node: self.node(timer, ClassKind::Timer),
                sleeps: false,
            },
            OpKind::WaitEvent { event } => Event::WaitFor {
                node: self.node(event, ClassKind::Event),
                sleeps: true,
            },
            OpKind::Complete { event } => Event::Complete {
                node: self.node(event, ClassKind::Event),
            },
            OpKind::PmGet { resource } => Event::WaitFor {
                node: self.node(resource, ClassKind::Power),
                sleeps: true,
            },
            OpKind::PmBusy { resource } => Event::PowerBusyBegin {
                power: self.node(resource, ClassKind::Power),
            },
            OpKind::PmDone { resource } => Event::PowerBusyEnd {
                power: self.node(resource, ClassKind::Power),
            },
            OpKind::SectionEnter { section } => Event::ReaderEnter {
                readers: self.node(section, ClassKind::ReaderSection),
            },
            OpKind::SectionExit { section } => Event::ReaderExit {
                readers: self.node(section, ClassKind::ReaderSection),
            },
            OpKind::SectionSync { section } => Event::ReaderSync {
                readers: self.node(section, ClassKind::ReaderSection),
            },
            OpKind::DmaMap {
                attachment,
                unlocked,
            } => self.buffer(BufferOp::Map, attachment, *unlocked),
            OpKind::DmaUnmap {
                attachment,
                unlocked,
            } => self.buffer(BufferOp::Unmap, attachment, *unlocked),
            OpKind::Pin {
                attachment,
                unlocked,
            } => self.buffer(BufferOp::Pin, attachment, *unlocked),
            OpKind::Vmap {
                attachment,
                unlocked,
            } => self.buffer(BufferOp::Vmap, attachment, *unlocked),
            OpKind::CpuBegin { buffer } => self.buffer(BufferOp::CpuBegin, buffer, false),
            OpKind::CpuEnd { buffer } => self.buffer(BufferOp::CpuEnd, buffer, false),
            OpKind::DeviceBegin { attachment } => {
                self.buffer(BufferOp::DeviceBegin, attachment, false)
            }
            OpKind::DeviceEnd { attachment } => self.buffer(BufferOp::DeviceEnd, attachment, false),
            _ => return None,
        })
    }

    pub(super) fn buffer(&mut self, op: BufferOp, name: &'a str, unlocked: bool) -> Event {
        let next = self.buffers.len() as u32;
        Event::Buffer {
            op,
            buffer: *self.buffers.entry(name).or_insert(next),
            unlocked,
        }
    }

    pub(super) fn section(&mut self, name: Option<&'a pattern::Name>) -> u32 {
        let next = self.sections.len() as u32 + 1;
        name.map_or(0, |name| *self.sections.entry(name).or_insert(next))
    }
}
