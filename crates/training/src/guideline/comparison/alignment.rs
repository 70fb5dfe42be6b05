//! Which line stands beside which: equal lines first, then their neighbours, then the most similar, wherever they stand.

use super::text::{Line, Style, Text, folded};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Shares are counted in thousandths: sums of them are the same in whatever order they are made.
type Share = u64;
const WHOLE: Share = 1000;

/// How often each stretch of three symbols stands in a line, in the order of the stretches.
type Grams = Vec<(u64, u32)>;

/// For each line of the new text its partner in the old one.
pub(super) fn align(old: &Text, new: &Text) -> Vec<Option<usize>> {
    let mut matching = Matching::new(old, new);
    matching.ends();
    matching.equal_and_unique();
    matching.neighbours(600);
    for enough in [900, 700, 500] {
        matching.similar(enough);
        matching.neighbours(600);
    }
    matching.neighbours(400);
    matching.gaps();
    matching.headings();
    matching.under_parents();
    matching.similar(400);
    matching.gaps();
    matching.left_over();
    matching.partner
}

/// Lines that do not stand in the order of the others.
pub(super) fn out_of_order(pairs: &[Option<usize>]) -> Vec<bool> {
    let matched: Vec<(usize, usize)> =
        pairs.iter().enumerate().filter_map(|(new, old)| old.map(|old| (new, old))).collect();
    let kept: BTreeSet<usize> = increasing(&matched).into_iter().map(|index| matched[index].0).collect();
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
    old_grams: Vec<Grams>,
    new_grams: Vec<Grams>,
    /// What a stretch of three weighs: less, the more lines of both texts have it.
    weights: BTreeMap<u64, Share>,
    /// Lines whose words stand in another line of the same text too: boilerplate such as 準用.
    old_common: Vec<bool>,
    new_common: Vec<bool>,
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
    let known: BTreeSet<_> = (0..other.lines.len()).filter_map(|index| article(other, index)).collect();
    (0..text.lines.len()).map(|index| article(text, index).is_some_and(|named| known.contains(&named))).collect()
}

fn grams(said: &[u64]) -> Grams {
    let size = 3.min(said.len().max(1));
    let mut all: Vec<u64> = said.windows(size).map(hash).collect();
    all.sort_unstable();
    let mut grams = Grams::new();
    for gram in all {
        match grams.last_mut() {
            Some((last, count)) if *last == gram => *count += 1,
            _ => grams.push((gram, 1)),
        }
    }
    grams
}

/// What a stretch weighs that stands in so many lines.
fn weight(lines: u32) -> Share {
    (1024.0 / f64::from(lines.max(2) - 1).sqrt()).round() as Share
}

/// For each line: do its words stand in another line of the text too?
fn common(said: &[Vec<u64>]) -> Vec<bool> {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    let keys: Vec<u64> = said.iter().map(hash).collect();
    for key in &keys {
        *counts.entry(*key).or_insert(0) += 1;
    }
    keys.iter().map(|key| counts[key] > 1).collect()
}

impl<'a> Matching<'a> {
    fn new(old: &'a Text, new: &'a Text) -> Matching<'a> {
        let old_said: Vec<Vec<u64>> = old.lines.iter().map(said).collect();
        let new_said: Vec<Vec<u64>> = new.lines.iter().map(said).collect();
        let old_grams: Vec<Grams> = old_said.iter().map(|said| grams(said)).collect();
        let new_grams: Vec<Grams> = new_said.iter().map(|said| grams(said)).collect();
        let mut lines: BTreeMap<u64, u32> = BTreeMap::new();
        for (gram, _) in old_grams.iter().chain(&new_grams).flatten() {
            *lines.entry(*gram).or_insert(0) += 1;
        }
        Matching {
            old_common: common(&old_said),
            new_common: common(&new_said),
            old_said,
            new_said,
            weights: lines.into_iter().map(|(gram, lines)| (gram, weight(lines))).collect(),
            old_grams,
            new_grams,
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

    /// Share of three-symbol stretches two lines have in common; a line wholly contained in another counts for much.
    fn similarity(&self, old: usize, new: usize) -> Share {
        if self.old_said[old] == self.new_said[new] {
            return WHOLE;
        }
        let (a, b) = (&self.old_grams[old], &self.new_grams[new]);
        let weight = |gram: &u64, count: u32| Share::from(count) * self.weights.get(gram).copied().unwrap_or(1);
        let size = |grams: &Grams| grams.iter().map(|(gram, count)| weight(gram, *count)).sum::<Share>();
        let (mut common, mut at) = (0, 0);
        for (gram, count) in a {
            while at < b.len() && b[at].0 < *gram {
                at += 1;
            }
            if let Some((_, other)) = b.get(at).filter(|(other, _)| other == gram) {
                common += weight(gram, (*count).min(*other));
            }
        }
        let (size_a, size_b) = (size(a), size(b));
        let few = size_a.min(size_b).max(1);
        let dice = 2 * WHOLE * common / (size_a + size_b).max(1);
        let contained = WHOLE * common / few;
        if a.len().min(b.len()) >= 20 && contained > 700 { dice.max(contained * 4 / 5) } else { dice }
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
            let mut places: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
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
    fn neighbours(&mut self, enough: Share) {
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

    /// Pairs lines that are each other's most similar, with some favour for those whose surroundings are pairs. Boilerplate that stands
    /// in several places is paired where its surroundings are.
    fn similar(&mut self, enough: Share) {
        let old_free: Vec<usize> = (0..self.taken.len()).filter(|old| !self.taken[*old]).collect();
        let new_free: Vec<usize> = (0..self.partner.len()).filter(|new| self.partner[*new].is_none()).collect();
        let mut places: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for old in &old_free {
            for (gram, _) in &self.old_grams[*old] {
                places.entry(*gram).or_default().push(*old);
            }
        }
        let expected = self.expected();
        let mut candidates: Vec<(Share, usize, usize)> = Vec::new();
        for new in &new_free {
            let mut weights: BTreeMap<usize, u64> = BTreeMap::new();
            for (gram, _) in &self.new_grams[*new] {
                let Some(known) = places.get(gram).filter(|known| known.len() <= 40) else { continue };
                for old in known {
                    *weights.entry(*old).or_default() += 1_000_000 / known.len() as u64;
                }
            }
            let mut best: Vec<(usize, u64)> = weights.into_iter().collect();
            best.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.abs_diff(expected[*new]).cmp(&b.0.abs_diff(expected[*new]))));
            for (old, _) in best.into_iter().take(6) {
                if !self.same_kind(old, *new) {
                    continue;
                }
                let similarity = self.similarity(old, *new);
                let favour = self.favour(old, *new);
                let is_common = self.old_common[old] || self.new_common[*new];
                let enough = if favour == 0 { enough.max(ALONE) } else { enough };
                if similarity >= enough && (!is_common || favour >= SURROUNDED) {
                    candidates.push((similarity + favour + nearness(old, expected[*new]), old, *new));
                }
            }
        }
        candidates.sort_by(|a, b| b.0.cmp(&a.0).then((a.2, a.1).cmp(&(b.2, b.1))));
        for (_, old, new) in candidates {
            if self.free(old, new) {
                self.pair(old, new);
            }
        }
    }

    /// Where each line of the new text would stand in the old one, by the pairs in order around it.
    fn expected(&self) -> Vec<usize> {
        let moved = out_of_order(&self.partner);
        let mut expected = Vec::with_capacity(self.partner.len());
        let mut next = 0;
        for (new, partner) in self.partner.iter().enumerate() {
            if let Some(old) = partner.filter(|_| !moved[new]) {
                next = old;
            }
            expected.push(next.min(self.taken.len().saturating_sub(1)));
            next += 1;
        }
        expected
    }

    /// Up to 200 for a parent that is a pair, a neighbour that is one, and the same label.
    fn favour(&self, old: usize, new: usize) -> Share {
        let (a, b) = (&self.old.lines[old], &self.new.lines[new]);
        let parents = b.parent.is_some_and(|parent| self.partner[parent].is_some() && self.partner[parent] == a.parent);
        let before = new > 0 && old > 0 && self.partner[new - 1] == Some(old - 1);
        let after = self.partner.get(new + 1).copied().flatten() == Some(old + 1);
        let label = a.label_key == b.label_key;
        let counted = [(parents, 80), (before, SURROUNDED), (after, SURROUNDED), (label, 20)];
        counted.into_iter().filter(|(holds, _)| *holds).map(|(_, share)| share).sum()
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
        let mut best = vec![0; (rows + 1) * width];
        for row in 1..=rows {
            for column in 1..=columns {
                let (o, n) = (old.0 + row - 1, new.0 + column - 1);
                let here = row * width + column;
                let value = if self.free(o, n) { self.worth(o, n) } else { 0 };
                best[here] = best[here - 1].max(best[here - width]).max(best[here - width - 1] + value);
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
    fn worth(&self, old: usize, new: usize) -> Share {
        let (a, b) = (&self.old.lines[old], &self.new.lines[new]);
        if a.is_ellipsis() && b.is_ellipsis() {
            return WHOLE;
        }
        let same_label = a.label_key == b.label_key && a.style == b.style;
        let short = self.old_said[old].len().min(self.new_said[new].len()) < 12;
        if !self.same_kind(old, new) {
            return 0;
        }
        if a.is_left_out() && b.is_left_out() {
            return if a.style == b.style { WHOLE } else { 0 };
        }
        let similarity = self.similarity(old, new) + if same_label { 50 } else { 0 };
        let enough = if short { 300 } else { 250 };
        let namesakes = self.old_namesake[old] && self.new_namesake[new] && same_label;
        if similarity >= enough || namesakes { similarity.max(enough) } else { 0 }
    }

    /// A heading goes with its body: it stands beside the heading under which most of its lines' partners stand.
    fn headings(&mut self) {
        let mut votes: BTreeMap<usize, BTreeMap<usize, u32>> = BTreeMap::new();
        for (new, partner) in self.partner.iter().enumerate() {
            let under = partner.and_then(|old| self.old.lines[old].parent);
            if let Some((heading, under)) = self.new.lines[new].parent.zip(under) {
                *votes.entry(heading).or_default().entry(under).or_insert(0) += 1;
            }
        }
        for (new, votes) in votes {
            let all: u32 = votes.values().sum();
            let Some((old, count)) = votes.into_iter().max_by_key(|(old, count)| (*count, usize::MAX - old)) else {
                continue;
            };
            let now = self.partner[new];
            let is_better = now.is_none_or(|now| self.similarity(old, new) >= self.similarity(now, new));
            if now == Some(old) || 2 * count <= all || !self.same_kind(old, new) || !is_better {
                continue;
            }
            if self.similarity(old, new) >= 400 {
                self.pair_anew(old, new);
            }
        }
    }

    /// Pairs two lines, whatever they were paired with.
    fn pair_anew(&mut self, old: usize, new: usize) {
        if let Some(former) = self.partner[new] {
            self.taken[former] = false;
        }
        if let Some(former) = self.partner.iter().position(|known| *known == Some(old)) {
            self.partner[former] = None;
        }
        self.pair(old, new);
    }

    /// A line under a paired heading stands beside a line under its partner rather than beside the like of it elsewhere.
    fn under_parents(&mut self) {
        let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (old, line) in self.old.lines.iter().enumerate() {
            if let Some(parent) = line.parent {
                children.entry(parent).or_default().push(old);
            }
        }
        let mut beside: Vec<Option<usize>> = vec![None; self.old.lines.len()];
        for (new, partner) in self.partner.iter().enumerate() {
            if let Some(old) = partner {
                beside[*old] = Some(new);
            }
        }
        for new in 0..self.partner.len() {
            let Some(heading) = self.new.lines[new].parent else { continue };
            let Some(above) = self.partner[heading] else { continue };
            let now = self.partner[new];
            if now.is_some_and(|old| self.old.lines[old].parent == Some(above)) {
                continue;
            }
            let enough = now.map_or(500, |old| self.similarity(old, new).saturating_sub(150).max(500));
            let is_astray = |other: usize| self.new.lines[other].parent != Some(heading);
            let free =
                children.get(&above).into_iter().flatten().copied().filter(|old| beside[*old].is_none_or(is_astray));
            let rated = free.filter(|old| self.same_kind(*old, new)).map(|old| {
                let same_label = self.old.lines[old].label_key == self.new.lines[new].label_key;
                (self.similarity(old, new), same_label, usize::MAX - old)
            });
            let Some((similarity, _, place)) = rated.max() else { continue };
            if similarity >= enough {
                let old = usize::MAX - place;
                if let Some(former) = now {
                    beside[former] = None;
                }
                beside[old] = Some(new);
                self.pair_anew(old, new);
            }
        }
    }

    /// What is left between two pairs and stands in the same place under the same label is a pair, however unlike its words: one clause
    /// was written anew. So is the paragraph below it.
    fn left_over(&mut self) {
        for new in 0..self.partner.len() {
            let before = new.checked_sub(1).map(|before| self.partner[before]);
            let old = match before {
                None => 0,
                Some(Some(before)) => before + 1,
                Some(None) => continue,
            };
            if !self.free(old, new) {
                continue;
            }
            let (a, b) = (&self.old.lines[old], &self.new.lines[new]);
            let parents = match (a.parent, b.parent) {
                (Some(above), Some(below)) => self.partner[below] == Some(above),
                (above, below) => above == below,
            };
            let is_alike = self.similarity(old, new) >= HARDLY;
            let same_label = !a.label_key.is_empty() && a.label_key == b.label_key && parents && is_alike;
            let below = a.label_key.is_empty() && b.label_key.is_empty() && a.parent.is_some() && {
                let (above, below) = (a.parent.unwrap_or_default(), b.parent);
                above + 1 == old && below == Some(new - 1) && self.partner[new - 1] == Some(above)
            };
            let beside = a.style == b.style && a.is_ellipsis() == b.is_ellipsis() && self.same_kind(old, new);
            if beside && (same_label || below) {
                self.pair(old, new);
            }
        }
    }
}

/// What a pair needs that nothing around it speaks for.
const ALONE: Share = 600;

/// Fewer words in common are by chance.
const HARDLY: Share = 10;

/// What a pair on one side of two lines counts for.
const SURROUNDED: Share = 50;

/// Up to 60 for a line that stands where the order of the others has it.
fn nearness(old: usize, expected: usize) -> Share {
    60u64.saturating_sub(old.abs_diff(expected) as u64 / 5)
}
