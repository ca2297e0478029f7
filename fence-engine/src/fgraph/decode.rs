//! Bytes as a class graph. The layout is in the documentation of [`super`].
//!
//! Any bytes may come: nothing here panics on them, and memory stays in proportion to their number. Only canonical
//! encodings are accepted, so whatever decodes encodes to the same bytes again.

use alloc::vec::Vec;

use super::class_graph::ClassGraph;
use super::decode_error::{DecodeError, DecodeErrorKind as Kind};
use super::instances::Instances;
use super::roles::Roles;
use super::rows::{ClassRow, EdgeRow, HeldRow, SiteRow, WitnessRow, lock_type, wait_type};
use super::strings::Strings;
use super::wire::{CHECKSUM_BYTES, MAGIC, Reader, VERSION, checksum};
use crate::class::{ClassKind, Instance};
use crate::mode::{DepKinds, Mode};
use crate::site::Site;
use crate::usage::Usage;
use crate::witness::Why;

type Decoded<T> = Result<T, DecodeError>;

impl ClassGraph {
    /// Reads the bytes of a `.fgraph` file.
    ///
    /// # Errors
    /// [`DecodeError`] with the first thing found wrong: bytes of another kind, of a later version, cut off or damaged.
    pub fn decode(bytes: &[u8]) -> Decoded<Self> {
        let fail = |offset, kind| Err(DecodeError { offset, kind });
        if !bytes.starts_with(MAGIC) {
            let offset = bytes
                .iter()
                .zip(MAGIC)
                .take_while(|(byte, magic)| byte == magic)
                .count();
            let cut = offset == bytes.len() && offset > 0;
            return fail(
                offset,
                if cut {
                    Kind::Truncated
                } else {
                    Kind::NotAGraph
                },
            );
        }
        let head = MAGIC.len();
        match bytes.get(head) {
            None => return fail(head, Kind::Truncated),
            Some(0) => return fail(head, Kind::NotAGraph),
            Some(&found) if found > VERSION => {
                return fail(
                    head,
                    Kind::NewerVersion {
                        found,
                        supported: VERSION,
                    },
                );
            }
            Some(_) => {}
        }
        if u32::try_from(bytes.len()).is_err() {
            return fail(u32::MAX as usize, Kind::TooLarge);
        }
        let Some((body, sum)) = bytes.split_last_chunk::<CHECKSUM_BYTES>() else {
            return fail(bytes.len(), Kind::Truncated);
        };
        if body.len() <= head {
            return fail(bytes.len(), Kind::Truncated);
        }
        if checksum(body) != u64::from_le_bytes(*sum) {
            return fail(body.len(), Kind::Checksum);
        }
        let mut reader = Reader::new(body, head + 1);
        let graph = decode_tables(&mut reader)?;
        if reader.left() > 0 {
            return reader.fail(Kind::TrailingBytes);
        }
        if graph.used().is_all() {
            Ok(graph)
        } else {
            reader.fail(Kind::Unused)
        }
    }
}

fn decode_tables(reader: &mut Reader<'_>) -> Decoded<ClassGraph> {
    let whole_thread = match reader.byte()? {
        0 => false,
        1 => true,
        _ => return reader.fail(Kind::Code),
    };
    let mut graph = ClassGraph {
        whole_thread,
        strings: strings(reader)?,
        ..ClassGraph::default()
    };
    graph.decode_sites(reader)?;
    graph.decode_classes(reader)?;
    graph.decode_gates(reader)?;
    graph.decode_held(reader)?;
    graph.decode_edges(reader)?;
    Ok(graph)
}

fn strings(reader: &mut Reader<'_>) -> Decoded<Strings> {
    let count = reader.count(2)?;
    let mut strings = Strings::with_capacity(count + 1, reader.left());
    let mut last = "";
    for _ in 0..count {
        let length = reader.number()? as usize;
        let Ok(string) = core::str::from_utf8(reader.take(length)?) else {
            return reader.fail(Kind::Text);
        };
        if string <= last {
            return reader.fail(Kind::Order);
        }
        strings.push(string);
        last = string;
    }
    Ok(strings)
}

impl ClassGraph {
    fn decode_sites(&mut self, reader: &mut Reader<'_>) -> Decoded<()> {
        let count = reader.count(4)?;
        self.sites.reserve_exact(count);
        let mut last = SiteRow::default();
        for _ in 0..count {
            let file = reader.step(last.file, self.strings.len())?;
            let base = if file == last.file { last.line } else { 0 };
            let Some(line) = base.checked_add(reader.number()?) else {
                return reader.fail(Kind::Number);
            };
            let column = reader.number()?;
            let packed = Site::new(Site::UNKNOWN.source(), u64::from(line), column);
            if (packed.line(), packed.column()) != (line, column) {
                return reader.fail(Kind::Number);
            }
            let function = reader.index(self.strings.len())?;
            let site = SiteRow {
                file,
                line,
                column,
                function,
            };
            if site <= last {
                return reader.fail(Kind::Order);
            }
            self.sites.push(site);
            last = site;
        }
        Ok(())
    }

    fn decode_classes(&mut self, reader: &mut Reader<'_>) -> Decoded<()> {
        let count = reader.count(7)?;
        self.classes.reserve_exact(count);
        let mut name = 0;
        for _ in 0..count {
            name = reader.step(name, self.strings.len())?;
            let class = decode_class(reader, name, self.sites.len())?;
            if self
                .classes
                .last()
                .is_some_and(|last| last.key() >= class.key())
            {
                return reader.fail(Kind::Order);
            }
            self.classes.push(class);
        }
        Ok(())
    }

    fn decode_gates(&mut self, reader: &mut Reader<'_>) -> Decoded<()> {
        for index in 0..reader.count(2)? as u32 {
            let length = reader.count(1)?;
            let mut list = Vec::with_capacity(length);
            let mut last = None;
            for _ in 0..length {
                let number = reader.number()?;
                let Some(class) = last.unwrap_or(0_u32).checked_add(number >> 1) else {
                    return reader.fail(Kind::Number);
                };
                if class as usize >= self.classes.len() {
                    return reader.fail(Kind::Reference);
                }
                if last.is_some_and(|last| class <= last) {
                    return reader.fail(Kind::Order);
                }
                list.push((class, number & 1 == 1));
                last = Some(class);
            }
            if *list <= *self.gates.get(index) {
                return reader.fail(Kind::Order);
            }
            self.gates.push(list);
        }
        Ok(())
    }

    fn decode_held(&mut self, reader: &mut Reader<'_>) -> Decoded<()> {
        let mut list = Vec::new();
        for index in 0..reader.count(3)? as u32 {
            list.clear();
            for _ in 0..reader.count(2)? {
                let number = reader.number()?;
                let (class, mode) = (number >> 2, Mode::from_bits(number));
                if mode as u32 != number & 3 {
                    return reader.fail(Kind::Code);
                }
                if class as usize >= self.classes.len() {
                    return reader.fail(Kind::Reference);
                }
                list.push(HeldRow {
                    class,
                    site: reader.index(self.sites.len())?,
                    mode,
                });
            }
            if *list <= *self.held.get(index) {
                return reader.fail(Kind::Order);
            }
            self.held.push(list.iter().copied());
        }
        Ok(())
    }

    fn decode_edges(&mut self, reader: &mut Reader<'_>) -> Decoded<()> {
        let count = reader.count(8)?;
        self.edges.reserve_exact(count);
        self.witnesses.reserve(count);
        let classes = self.classes.len();
        let mut last = None;
        for _ in 0..count {
            let (earlier, later) = last.unwrap_or((0, 0));
            let from = reader.step(earlier, classes)?;
            let to = reader.step(if from == earlier { later } else { 0 }, classes)?;
            if last.is_some_and(|last| (from, to) <= last) {
                return reader.fail(Kind::Order);
            }
            last = Some((from, to));
            let flags = reader.byte()?;
            let kinds = DepKinds::from_bits(flags);
            if flags >= 1 << 6 || kinds.is_empty() {
                return reader.fail(Kind::Code);
            }
            let first = self.witnesses.len() as u32;
            let edge = EdgeRow {
                from,
                to,
                first,
                kinds,
                direct: flags & 1 << 4 != 0,
            };
            let gated = flags & 1 << 5 != 0;
            let mut ungated = 0;
            for _ in 0..edge.witnesses() {
                let witness = self.decode_witness(reader, gated)?;
                ungated += usize::from(witness.gates == 0);
                self.witnesses.push(witness);
            }
            if gated && ungated == edge.witnesses() {
                return reader.fail(Kind::Code);
            }
            self.edges.push(edge);
        }
        Ok(())
    }

    fn decode_witness(&self, reader: &mut Reader<'_>, gated: bool) -> Decoded<WitnessRow> {
        let gates = if gated {
            reader.index(self.gates.len())?
        } else {
            0
        };
        let from = reader.index(self.sites.len())?;
        let to = reader.index(self.sites.len())?;
        let task = reader.index(self.strings.len())?;
        let code = reader.byte()?;
        let why = Why::from_code(code);
        if why as u8 != code {
            return reader.fail(Kind::Code);
        }
        let held = reader.index(self.held.len())?;
        Ok(WitnessRow {
            gates,
            from,
            to,
            task,
            held,
            why,
        })
    }
}

fn decode_class(reader: &mut Reader<'_>, name: u32, sites: usize) -> Decoded<ClassRow> {
    let [kind_code, subclass, waits, flags, role_bits] = [
        reader.byte()?,
        reader.byte()?,
        reader.byte()?,
        reader.byte()?,
        reader.byte()?,
    ];
    let (kind, roles) = (ClassKind::from_code(kind_code), Roles::from_bits(role_bits));
    let waits = wait_type(waits >> 4).zip(wait_type(waits & 15));
    let (Some((outer, inner)), Some(lock_type)) = (waits, lock_type(flags & 3)) else {
        return reader.fail(Kind::Code);
    };
    let (known, instances) = (
        kind as u8 == kind_code && roles.bits() == role_bits,
        flags >> 2,
    );
    if !known || subclass > 7 || instances > 3 || instances > 0 && !kind.is_lock() {
        return reader.fail(Kind::Code);
    }
    let bits = reader.number()?;
    let usage = Usage::from_bits(bits as u16);
    if u32::from(usage.bits()) != bits {
        return reader.fail(Kind::Number);
    }
    let mut usage_sites = [0; 12];
    for bit in usage.iter() {
        usage_sites[usize::from(bit.0)] = reader.index(sites)?;
    }
    let instances = match instances {
        0 => Instances::None,
        1 => Instances::One,
        2 => Instances::Only(Instance(reader.long()?)),
        _ => Instances::Many,
    };
    Ok(ClassRow {
        name,
        kind,
        subclass,
        outer,
        inner,
        lock_type,
        roles,
        instances,
        usage,
        usage_sites,
    })
}
