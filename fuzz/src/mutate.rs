//! Changes to text by lines and words, which a fuzzer that changes bytes seldom hits on.
//!
//! Not here: the fuzzer's own changes, which a target goes on to use as often as these.

/// A small generator of numbers that look random; the fuzzer gives the seed.
struct Dice(u64);

impl Dice {
    /// A number below `limit`, which is not 0.
    fn roll(&mut self, limit: usize) -> usize {
        // xorshift64*, by Marsaglia and Vigna.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }
}

/// Changes `data[..size]` by a line or a word and returns the new size; `seeds` are texts to take lines from.
///
/// Gives the fuzzer's own change (`by_bytes`) every second time, and where there is nothing to work on.
pub fn lines(
    data: &mut [u8],
    size: usize,
    seed: u32,
    seeds: &[&[u8]],
    by_bytes: impl FnOnce(&mut [u8]) -> usize,
) -> usize {
    let mut dice = Dice(u64::from(seed) << 1 | 1 << 40);
    if dice.roll(2) == 0 || size == 0 {
        return by_bytes(data);
    }
    let mut text: Vec<Vec<u8>> = data[..size]
        .split_inclusive(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    for _ in 0..=dice.roll(3) {
        change(&mut text, seeds, &mut dice);
    }
    let changed = text.concat();
    let size = changed.len().min(data.len());
    data[..size].copy_from_slice(&changed[..size]);
    size
}

fn change(text: &mut Vec<Vec<u8>>, seeds: &[&[u8]], dice: &mut Dice) {
    if text.is_empty() {
        return text.push(seed_line(seeds, dice));
    }
    let (at, other) = (dice.roll(text.len()), dice.roll(text.len()));
    match dice.roll(8) {
        0 => {
            text.remove(at);
        }
        1 => text.swap(at, other),
        2 => text.insert(at, text[other].clone()),
        3 | 4 => text.insert(at, seed_line(seeds, dice)),
        5 => {
            // Some lines again: brackets that nest, a task that comes back.
            let end = (at + 1 + dice.roll(8)).min(text.len());
            let again = text[at..end].to_vec();
            text.splice(other..other, again);
        }
        _ => {
            let from = if dice.roll(4) == 0 {
                seed_line(seeds, dice)
            } else {
                text[other].clone()
            };
            splice_word(&mut text[at], &from, dice);
        }
    }
}

/// A line of a text, with its end.
fn seed_line(seeds: &[&[u8]], dice: &mut Dice) -> Vec<u8> {
    let Some(seed) = seeds.get(dice.roll(seeds.len().max(1))) else {
        return b"\n".to_vec();
    };
    let from = dice.roll(seed.len().max(1));
    let begin = seed[..from]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |end| end + 1);
    let line = seed[begin..]
        .split_inclusive(|&byte| byte == b'\n')
        .next()
        .unwrap_or(b"\n");
    line.to_vec()
}

/// Puts a word of `from` in the place of the word of `line` that stands as far back in it, or of any.
fn splice_word(line: &mut Vec<u8>, from: &[u8], dice: &mut Dice) {
    let (words, others) = (words(line), words(from));
    if words.is_empty() || others.is_empty() {
        return;
    }
    let at = dice.roll(words.len());
    let other = if dice.roll(4) > 0 {
        at.min(others.len() - 1)
    } else {
        dice.roll(others.len())
    };
    let word = from[others[other].0..others[other].1].to_vec();
    line.splice(words[at].0..words[at].1, word);
}

/// Where the words of a line begin and end.
fn words(line: &[u8]) -> Vec<(usize, usize)> {
    let is_word = |byte: u8| !byte.is_ascii_whitespace();
    let mut words = Vec::new();
    let mut begin = None;
    for (at, &byte) in line.iter().enumerate() {
        match (is_word(byte), begin) {
            (true, None) => begin = Some(at),
            (false, Some(from)) => {
                words.push((from, at));
                begin = None;
            }
            _ => {}
        }
    }
    words.extend(begin.map(|from| (from, line.len())));
    words
}
