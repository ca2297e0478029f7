//! Class graphs of runs and machines, and their file format `.fgraph`.
//!
//! What one run learns about the order of locks is worth more together with what others have learnt: a deadlock whose
//! two halves never happened in one run shows as a cycle once their graphs are merged. [`crate::Engine::class_graph`]
//! exports a [`ClassGraph`], [`ClassGraph::encode`] makes a file of it, [`ClassGraph::merge`] and [`merge_all`] put many
//! together, and [`new_findings()`] judges the result: [`crate::Engine::load`] feeds it to an engine, which reports what it
//! would have reported had it seen it all, and what a single part says already is left out.
//!
//! Merging is associative, commutative and idempotent. The graph of a run is that of its parts merged, if the parts are
//! made of whole tasks, in all but the choice of witness: an engine keeps the first it meets, merging the one whose place
//! comes first. In a recording, where places are lines and lines are moments, these are the same for nested locks. What
//! no dependency shows is no part of it: a fence published by one task and signalled by another, or work handed from one
//! to the other, is seen only where both are.
//!
//! Not here: reading and writing files, and other texts that hold a graph.
//!
//! # Layout of a file, version 1
//!
//! A *number* is an unsigned integer in LEB128: seven bits a byte, lowest first, the high bit set in all bytes but the
//! last, in the shortest form. A *table* is the number of its rows and then the rows. Rows are in ascending order, each
//! once, and are referred to by index; in the tables marked *from 1*, index 0 is not in the file and means the empty
//! string, no place, no gates, nothing held. Every row of these is referred to by a class or dependency, directly or
//! through other rows.
//!
//! | part | content |
//! |---|---|
//! | magic | the seven bytes `FGRAPH` and 0 |
//! | version | one byte: 1 |
//! | flags | one byte: 1 if the graph is guessed from what whole threads did, as in recordings, otherwise 0 |
//! | strings, from 1 | a table, ordered by bytes. A row is its length in bytes as a number, and that much UTF-8 |
//! | places, from 1 | a table, ordered by file, line, column, function |
//! | classes, from 0 | a table, ordered by name, kind, subclass |
//! | gate sets, from 1 | a table, ordered by their gates |
//! | held lists, from 1 | a table, ordered by their locks |
//! | dependencies | a table, ordered by earlier and later class |
//! | checksum | eight bytes, little-endian: see below |
//!
//! A row of the places:
//!
//! | field | content |
//! |---|---|
//! | file | number: how far the index of its string is behind that of the row before, which is 0 for the first |
//! | line | number: how far behind the line of the row before if the file is the same, otherwise the line; 0 unknown, at most 2²⁸−1 |
//! | column | number: 0 unknown, at most 2¹⁶−1 |
//! | function | number: index of its string |
//!
//! A row of the classes:
//!
//! | field | content |
//! |---|---|
//! | name | number: how far the index of its string is behind that of the row before, which is 0 for the first |
//! | kind | one byte: 0 lock, 1 ww acquire context, 2 other pseudo-lock, 3 fence map, 4 timeline, 5 reclaim, 6 MMU notifier, 7 workqueue, 8 work item, 9 event, 10 timer, 11 power reference, 12 reader section |
//! | subclass | one byte: 0 to 7 |
//! | wait types | one byte: outer in the high half, inner in the low; 0 unchecked (outer: as inner), 1 free, 2 spin, 3 config, 4 sleep, 5 no limit |
//! | lock type, instances | one byte. Bits 0 and 1: 0 normal, 1 per CPU, 2 wait-type override. Bits 2 and 3, of locks only: instances met: 0 none, 1 one in each run, 2 the one given below, 3 many |
//! | roles | one byte, bits for its parts in the contract: 1 mmap lock, 2 ww context of reservations, 4 reservation, 8 reclaim, 16 MMU notifier, 32 fence map |
//! | usage | number, bits 0 to 9 as in the kernel: IN-HARDIRQ, IN-HARDIRQ-READ, HARDIRQ-ON, HARDIRQ-ON-READ, the same four for softirqs, used, used for reading; 10 and 11: a hardirq or softirq took it as reader that is not recursive |
//! | places | for each bit of the usage, lowest first, the number of the place where it was first set |
//! | instance | only if instances is 2: its number |
//!
//! A row of the gate sets is the number of its gates (at least 1), and for each, ordered by class, the number
//! 2 × *step* + *shared*: the step from the index of the class before to its own (from 0 for the first), and 1 if the gate
//! was held for reading in some case. A row of the held lists is the number of its locks (at least 1), and for each,
//! oldest first, two numbers: 4 × index of the class + mode (0 exclusive, 1 reader, 2 recursive reader), and the place.
//!
//! A row of the dependencies:
//!
//! | field | content |
//! |---|---|
//! | earlier class | number: how far its index is behind that of the row before, which is 0 for the first |
//! | later class | number: how far behind that of the row before if the earlier class is the same (or 0), otherwise its index |
//! | flags | one byte. Bits 0 to 3: the kinds, 1 shared to recursive, 2 exclusive to recursive, 4 shared to not recursive, 8 exclusive to not recursive; at least one. Bit 4: seen with no lock taken in between. Bit 5: it has gates in at least one kind |
//! | witnesses | one for each kind, lowest bit first: number of the gate set, only with bit 5; numbers of the place where the earlier lock was taken, the place where the later one was, the string with the task's name; one byte why (0 held, 1 declared, 2 before the signal, 3 around the signal, 4 handed off); number of the held list |
//!
//! The checksum is taken of all bytes before it, as little-endian 64-bit words: the whole ones, one with the none to
//! seven bytes that are left and zeros behind them, and one with the number of bytes. It starts as `0xcbf29ce484222325`;
//! for each word it is exclusive-ored with the word and multiplied by `0x100000001b3` modulo 2⁶⁴ (FNV-1a, a word at a
//! time).
//!
//! A reader refuses what is not exactly like this, so equal graphs are equal files. A change of the layout, or of what a
//! code means, takes another version.

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
pub use merge::{Merger, merge_all};
pub use new_findings::{keep_new, new_findings};
pub use roles::Roles;
pub use stats::Stats;
pub use view::{ClassIndex, GraphClass, GraphEdge, GraphHeld, GraphSite, GraphWitness};
