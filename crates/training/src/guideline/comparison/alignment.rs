//! Which line stands beside which: equal lines first, then their neighbours, then the most similar, wherever they stand.

use super::text::{Line, Style, Text, folded};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// For each line of the new text its partner in the old one.
pub(super) fn align(old: &Text, new: &Text) -> Vec<Option<usize>> {
    let mut matching = Matching::new(old, new);
    matching.ends();
    matching.equal_and_unique();
    matching.neighbours(0.6);
    matching.similar(0.5);
    matching.neighbours(0.4);
    matching.gaps();
    matching.similar(0.4);
    matching.gaps();
    matching.partner
}

/// Lines that do not stand in the order of the others.
pub(super) fn out_of_order(pairs: &[Option<usize>]) -> Vec<bool> {
    let matched: Vec<(usize, usize)> =
        pairs.iter().enumerate().filter_map(|(new, old)| old.map(|old| (new, old))).collect();
    let kept: HashSet<usize> = increasing(&matched).into_iter().map(|index| matched[index].0).collect();
    (0..pairs.len()).map(|new| pairs[new].is_some() && !kept.contains(&new)).collect()
}

/// Indices of a longest stretch whose second numbers increase.
pub(super) fn increasing(pairs: &[(usize, usize)]) -> Vec<usize> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (index, (_, value)) in pairs.iter().enumerate() {
        let place = tails.partition_point(|tail| pairs[*tail].1 < *value);
        before[index] = place.checked_sub(1).map(|place| tails[place]);
        if place == tails.len() { tails.push(index) } else { tails[place] = index }
    }
    let mut found = Vec::new();
    let mut at = tails.last().copied();
    while let Some(index) = at {
        found.push(index);
        at = before[index];
    }
    found.reverse();
    found
}

pub(super) fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What a line says, citations aside: they shift when clauses are renumbered.
fn said(line: &Line) -> Vec<u64> {
    line.body.iter().map(|symbol| if symbol.is_citation { 0 } else { hash(&symbol.key) }).collect()
}

struct Matching<'a> {
    old: &'a Text,
    new: &'a Text,
    old_said: Vec<Vec<u64>>,
    new_said: Vec<Vec<u64>>,
    old_grams: Vec<Option<HashMap<u64, u32>>>,
    new_grams: Vec<Option<HashMap<u64, u32>>>,
    /// In how many lines of both texts a stretch of three stands: common phrases say little.
    frequency: HashMap<u64, u32>,
    partner: Vec<Option<usize>>,
    taken: Vec<bool>,
    /// Articles of one number and caption on both sides.
    old_namesake: Vec<bool>,
    new_namesake: Vec<bool>,
}

/// An article's number and caption, where both are printed.
fn article(text: &Text, index: usize) -> Option<(&str, String)> {
    let line = &text.lines[index];
    let caption = text.lines.get(index.checked_sub(1)?).filter(|above| above.style == Style::Caption)?;
    (line.style == Style::Article).then(|| (line.label_key.as_str(), folded(caption.raw.trim())))
}

/// For each line: is it an article that the other text has too, by number and caption?
fn namesakes(text: &Text, other: &Text) -> Vec<bool> {
    let known: HashSet<_> = (0..other.lines.len()).filter_map(|index| article(other, index)).collect();
    (0..text.lines.len()).map(|index| article(text, index).is_some_and(|named| known.contains(&named))).collect()
}

fn grams(said: &[u64]) -> HashMap<u64, u32> {
    let mut grams = HashMap::new();
    let size = 3.min(said.len().max(1));
    for gram in said.windows(size) {
        *grams.entry(hash(gram)).or_insert(0) += 1;
    }
    grams
}

impl<'a> Matching<'a> {
    fn new(old: &'a Text, new: &'a Text) -> Matching<'a> {
        let old_said: Vec<Vec<u64>> = old.lines.iter().map(said).collect();
        let new_said: Vec<Vec<u64>> = new.lines.iter().map(said).collect();
        let mut frequency = HashMap::new();
        for said in old_said.iter().chain(&new_said) {
            for gram in grams(said).into_keys() {
                *frequency.entry(gram).or_insert(0) += 1;
            }
        }
        Matching {
            old_said,
            new_said,
            frequency,
            old_grams: vec![None; old.lines.len()],
            new_grams: vec![None; new.lines.len()],
            partner: vec![None; new.lines.len()],
            taken: vec![false; old.lines.len()],
            old_namesake: namesakes(old, new),
            new_namesake: namesakes(new, old),
            old,
            new,
        }
    }

    fn pair(&mut self, old: usize, new: usize) {
        self.partner[new] = Some(old);
        self.taken[old] = true;
    }

    fn free(&self, old: usize, new: usize) -> bool {
        old < self.taken.len() && new < self.partner.len() && !self.taken[old] && self.partner[new].is_none()
    }

    /// Share of three-symbol stretches two lines have in common, 0 to 1; a line wholly contained in another counts for much.
    fn similarity(&mut self, old: usize, new: usize) -> f64 {
        if self.old_said[old] == self.new_said[new] {
            return 1.0;
        }
        let a = self.old_grams[old].get_or_insert_with(|| grams(&self.old_said[old]));
        let b = self.new_grams[new].get_or_insert_with(|| grams(&self.new_said[new]));
        let (few, many) = if a.len() <= b.len() { (&*a, &*b) } else { (&*b, &*a) };
        // A stretch weighs less the more lines have it.
        let weight = |gram: &u64, count: u32| {
            f64::from(count) / f64::from(self.frequency.get(gram).copied().unwrap_or(1).max(2) - 1).sqrt()
        };
        let size = |grams: &HashMap<u64, u32>| grams.iter().map(|(gram, count)| weight(gram, *count)).sum::<f64>();
        let common: f64 =
            few.iter().map(|(gram, count)| weight(gram, (*count).min(many.get(gram).copied().unwrap_or(0)))).sum();
        let (size_few, size_many) = (size(few), size(many));
        let dice = 2.0 * common / (size_few + size_many).max(f64::MIN_POSITIVE);
        let contained = common / size_few.max(f64::MIN_POSITIVE);
        if few.len() >= 20 && contained > 0.7 { dice.max(contained * 0.8) } else { dice }
    }

    /// An article both texts have is not taken by a line of another kind, however much of its words went there.
    fn same_kind(&self, old: usize, new: usize) -> bool {
        let (a, b) = (&self.old.lines[old], &self.new.lines[new]);
        if (a.style == Style::Article) != (b.style == Style::Article)
            && (self.old_namesake[old] || self.new_namesake[new])
        {
            return false;
        }
        (a.style == b.style || (a.style != Style::Caption && b.style != Style::Caption))
            && a.is_ellipsis() == b.is_ellipsis()
    }

    /// What is the same from the beginning on, and up to the end.
    fn ends(&mut self) {
        let same = |old: &Line, new: &Line| old.raw == new.raw;
        let (olds, news) = (&self.old.lines, &self.new.lines);
        let head = olds.iter().zip(news).take_while(|(old, new)| same(old, new)).count();
        let rest = olds.len().min(news.len()) - head;
        let tail = olds.iter().rev().zip(news.iter().rev()).take(rest).take_while(|(old, new)| same(old, new)).count();
        let (old_count, new_count) = (olds.len(), news.len());
        for index in 0..head {
            self.pair(index, index);
        }
        for index in 1..=tail {
            self.pair(old_count - index, new_count - index);
        }
    }

    /// Lines of some length that say the same and stand once on each side.
    fn equal_and_unique(&mut self) {
        let places = |said: &[Vec<u64>]| {
            let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
            for (index, said) in said.iter().enumerate().filter(|(_, said)| said.len() >= 8) {
                places.entry(hash(said)).or_default().push(index);
            }
            places
        };
        let (in_old, in_new) = (places(&self.old_said), places(&self.new_said));
        for (key, new) in &in_new {
            if let ([new], Some([old])) = (new.as_slice(), in_old.get(key).map(Vec::as_slice))
                && self.free(*old, *new)
            {
                self.pair(*old, *new);
            }
        }
    }

    /// Whoever stands beside a pair is a pair too, if they are equal, or similar enough and of one kind.
    fn neighbours(&mut self, enough: f64) {
        let count = self.partner.len();
        for step in [1isize, -1] {
            let order: Vec<usize> = if step > 0 { (0..count).collect() } else { (0..count).rev().collect() };
            for new in order {
                let Some(old) = self.partner[new] else { continue };
                let (Some(old), Some(new)) = (old.checked_add_signed(step), new.checked_add_signed(step)) else {
                    continue;
                };
                if self.free(old, new) && self.same_kind(old, new) && self.similarity(old, new) >= enough {
                    self.pair(old, new);
                }
            }
        }
    }

    /// Pairs lines that are each other's most similar, with some favour for those whose surroundings are pairs.
    fn similar(&mut self, enough: f64) {
        let old_free: Vec<usize> = (0..self.taken.len()).filter(|old| !self.taken[*old]).collect();
        let new_free: Vec<usize> = (0..self.partner.len()).filter(|new| self.partner[*new].is_none()).collect();
        let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
        for old in &old_free {
            let grams = self.old_grams[*old].get_or_insert_with(|| grams(&self.old_said[*old]));
            for gram in grams.keys() {
                places.entry(*gram).or_default().push(*old);
            }
        }
        let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
        for new in &new_free {
            let mut weights: HashMap<usize, f64> = HashMap::new();
            let grams = self.new_grams[*new].get_or_insert_with(|| grams(&self.new_said[*new]));
            for gram in grams.keys() {
                let Some(known) = places.get(gram).filter(|known| known.len() <= 40) else { continue };
                for old in known {
                    *weights.entry(*old).or_default() += 1.0 / known.len() as f64;
                }
            }
            let mut best: Vec<(usize, f64)> = weights.into_iter().collect();
            best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            for (old, _) in best.into_iter().take(6) {
                if !self.same_kind(old, *new) {
                    continue;
                }
                let similarity = self.similarity(old, *new);
                if similarity >= enough {
                    candidates.push((similarity + self.favour(old, *new), old, *new));
                }
            }
        }
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.2, a.1).cmp(&(b.2, b.1))));
        for (_, old, new) in candidates {
            if self.free(old, new) {
                self.pair(old, new);
            }
        }
    }

    /// Up to 0.2 for a parent that is a pair, a neighbour that is one, and the same label.
    fn favour(&self, old: usize, new: usize) -> f64 {
        let (a, b) = (&self.old.lines[old], &self.new.lines[new]);
        let parents = b.parent.is_some_and(|parent| self.partner[parent].is_some() && self.partner[parent] == a.parent);
        let before = new > 0 && old > 0 && self.partner[new - 1] == Some(old - 1);
        let after = self.partner.get(new + 1).copied().flatten() == Some(old + 1);
        let label = a.label_key == b.label_key;
        0.08 * f64::from(u8::from(parents))
            + 0.05 * f64::from(u8::from(before))
            + 0.05 * f64::from(u8::from(after))
            + 0.02 * f64::from(u8::from(label))
    }

    /// Between two pairs, what is left on both sides is put side by side in order, as far as it is alike.
    fn gaps(&mut self) {
        let mut new = 0;
        while new < self.partner.len() {
            if self.partner[new].is_some() {
                new += 1;
                continue;
            }
            let from = new;
            while new < self.partner.len() && self.partner[new].is_none() {
                new += 1;
            }
            let before = from.checked_sub(1).and_then(|before| self.partner[before]);
            let after = self.partner.get(new).copied().flatten();
            // Forwards from the pair before, and backwards from the pair after.
            if let Some(start) = if from == 0 { Some(0) } else { before.map(|before| before + 1) } {
                let end = (start..self.taken.len()).take_while(|old| !self.taken[*old]).count() + start;
                self.gap((start, end), (from, new));
            }
            let end = if new == self.partner.len() { Some(self.taken.len()) } else { after };
            if let Some(end) = end {
                let start = end - (0..end).rev().take_while(|old| !self.taken[*old]).count();
                self.gap((start, end), (from, new));
            }
        }
    }

    fn gap(&mut self, old: (usize, usize), new: (usize, usize)) {
        let (rows, columns) = (old.1 - old.0, new.1 - new.0);
        let length = |said: &[Vec<u64>]| said.iter().map(Vec::len).sum::<usize>();
        let symbols = length(&self.old_said[old.0..old.1]) + length(&self.new_said[new.0..new.1]);
        if rows == 0 || columns == 0 || rows * columns > 40_000 || symbols * rows.max(columns) > 20_000_000 {
            return;
        }
        let width = columns + 1;
        let mut best = vec![0.0f64; (rows + 1) * width];
        let mut value = vec![0.0f64; (rows + 1) * width];
        for row in 1..=rows {
            for column in 1..=columns {
                let (o, n) = (old.0 + row - 1, new.0 + column - 1);
                let here = row * width + column;
                value[here] = if self.free(o, n) { self.worth(o, n) } else { 0.0 };
                best[here] = best[here - 1].max(best[here - width]).max(best[here - width - 1] + value[here]);
            }
        }
        let (mut row, mut column) = (rows, columns);
        while row > 0 && column > 0 {
            let here = row * width + column;
            if best[here] == best[here - 1] {
                column -= 1;
            } else if best[here] == best[here - width] {
                row -= 1;
            } else {
                self.pair(old.0 + row - 1, new.0 + column - 1);
                (row, column) = (row - 1, column - 1);
            }
        }
    }

    /// What it is worth to put two lines side by side; nothing when they have too little in common.
    fn worth(&mut self, old: usize, new: usize) -> f64 {
        let (a, b) = (&self.old.lines[old], &self.new.lines[new]);
        if a.is_ellipsis() && b.is_ellipsis() {
            return 1.0;
        }
        let same_label = a.label_key == b.label_key && a.style == b.style;
        let short = self.old_said[old].len().min(self.new_said[new].len()) < 12;
        if !self.same_kind(old, new) {
            return 0.0;
        }
        let similarity = self.similarity(old, new) + if same_label { 0.05 } else { 0.0 };
        let enough = if short { 0.3 } else { 0.25 };
        let namesakes = self.old_namesake[old] && self.new_namesake[new] && same_label;
        if similarity >= enough || namesakes { similarity.max(enough) } else { 0.0 }
    }
}
