use std::collections::HashSet;

/// What a client did with one register, and when. Times are on one clock, in any unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// When it was sent.
    pub start: u64,
    /// When it was answered; `None` if it never was, so that it may have its effect at any time
    /// after its start, or never.
    pub end: Option<u64>,
    /// What it was, and what was answered.
    pub action: Action,
}

/// What a call did. A register without a value holds `None`.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// It gave the register this value.
    Write(u64),
    /// It saw this value.
    Read(Option<u64>),
    /// It replaced the first value by the second.
    Swap(Option<u64>, u64),
}

/// What a search for an order says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is an order, in keeping with the times, in which a single register answers like this.
    Linearizable,
    /// There is none.
    Not,
    /// The search was given up.
    Unknown,
}

/// The most states that a search looks at.
const LIMIT: usize = 3_000_000;

/// Whether calls on one register, which is empty at first, are linearizable (Wing and Gong's search,
/// with memory of the states that led nowhere; Lowe, "Testing for linearizability", 2017).
pub fn linearizable(calls: &[Call]) -> Verdict {
    let seen: HashSet<u64> = calls
        .iter()
        .filter_map(|call| match call.action {
            Action::Read(seen) | Action::Swap(seen, _) => seen,
            Action::Write(_) => None,
        })
        .collect();
    // An unanswered read says nothing; an unanswered write that nobody saw need not have happened.
    let tells = |call: &&Call| match call.action {
        _ if call.end.is_some() => true,
        Action::Read(_) => false,
        Action::Write(value) | Action::Swap(_, value) => seen.contains(&value),
    };
    let mut calls: Vec<&Call> = calls.iter().filter(tells).collect();
    calls.sort_by_key(|call| call.start);
    let answered = calls.iter().filter(|call| call.end.is_some()).count();
    let mut search = Search { calls: &calls, seen: HashSet::new(), answered };
    search.run()
}

struct Search<'a> {
    calls: &'a [&'a Call],
    seen: HashSet<(Vec<u64>, Option<u64>)>,
    answered: usize,
}

/// A point of the search: which calls have had their effect, and what the register holds.
#[derive(Clone)]
struct Point {
    done: Vec<u64>,
    value: Option<u64>,
    answered: usize,
}

impl Search<'_> {
    fn run(&mut self) -> Verdict {
        let start = Point { done: vec![0; self.calls.len().div_ceil(64)], value: None, answered: 0 };
        let mut open = vec![start];
        while let Some(point) = open.pop() {
            if point.answered == self.answered {
                return Verdict::Linearizable;
            }
            if self.seen.len() > LIMIT {
                return Verdict::Unknown;
            }
            self.expand(&point, &mut open);
        }
        Verdict::Not
    }

    /// The points after the next effect, which is of a call that began before any open call ended.
    fn expand(&mut self, point: &Point, open: &mut Vec<Point>) {
        let is_done = |i: usize| point.done[i / 64] >> (i % 64) & 1 == 1;
        let mut first_end = u64::MAX;
        let mut possible = Vec::new();
        for (i, call) in self.calls.iter().enumerate().filter(|(i, _)| !is_done(*i)) {
            if call.start > first_end {
                break;
            }
            first_end = first_end.min(call.end.unwrap_or(u64::MAX));
            match call.action {
                // A read that fits now changes nothing, so no other order needs to be tried.
                Action::Read(seen) if seen == point.value => {
                    possible = vec![(i, call, seen)];
                    break;
                }
                Action::Write(value) => possible.push((i, call, Some(value))),
                Action::Swap(from, to) if from == point.value => possible.push((i, call, Some(to))),
                Action::Read(_) | Action::Swap(..) => (),
            }
        }
        // Those that end first are tried first.
        possible.sort_by_key(|(_, call, _)| std::cmp::Reverse(call.end.unwrap_or(u64::MAX)));
        for (i, call, value) in possible {
            let mut next = point.clone();
            next.done[i / 64] |= 1 << (i % 64);
            next.value = value;
            next.answered += usize::from(call.end.is_some());
            if self.seen.insert((next.done.clone(), value)) {
                open.push(next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(start: u64, end: u64, action: Action) -> Call {
        Call { start, end: Some(end), action }
    }

    #[test]
    fn plain_histories_are_judged() {
        use Action::{Read, Swap, Write};
        use Verdict::{Linearizable, Not};
        let table: &[(&str, Vec<Call>, Verdict)] = &[
            ("nothing", vec![], Linearizable),
            ("read back", vec![call(0, 1, Write(1)), call(2, 3, Read(Some(1)))], Linearizable),
            ("stale", vec![call(0, 1, Write(1)), call(2, 3, Write(2)), call(4, 5, Read(Some(1)))], Not),
            (
                "side by side",
                vec![call(0, 9, Write(1)), call(1, 8, Read(None)), call(2, 7, Read(Some(1)))],
                Linearizable,
            ),
            (
                "back in time",
                vec![call(0, 9, Write(1)), call(1, 2, Read(Some(1))), call(3, 4, Read(None))],
                Not,
            ),
            ("lost", vec![call(0, 1, Write(1)), call(2, 3, Read(None))], Not),
            ("two swaps of one value", vec![call(0, 9, Swap(None, 1)), call(0, 9, Swap(None, 2))], Not),
            ("swaps in turn", vec![call(0, 9, Swap(Some(2), 1)), call(0, 9, Swap(None, 2))], Linearizable),
        ];
        for (name, calls, expected) in table {
            assert_eq!(linearizable(calls), *expected, "{name}");
        }
    }

    #[test]
    fn a_write_without_an_answer_may_happen_late_or_never() {
        let lost = Call { start: 0, end: None, action: Action::Write(1) };
        for seen in [None, Some(1)] {
            assert_eq!(linearizable(&[lost.clone(), call(5, 6, Action::Read(seen))]), Verdict::Linearizable);
        }
        let reads = [lost, call(5, 6, Action::Read(Some(1))), call(7, 8, Action::Read(None))];
        assert_eq!(linearizable(&reads), Verdict::Not);
    }

    /// All orders, tried one by one.
    fn by_trying(calls: &[Call], done: u32, value: Option<u64>) -> bool {
        let left: Vec<_> = (0..calls.len()).filter(|i| done >> i & 1 == 0).collect();
        if left.iter().all(|i| calls[*i].end.is_none()) {
            return true;
        }
        left.iter().any(|&i| {
            let first = left.iter().all(|&j| calls[j].end.is_none_or(|end| end >= calls[i].start));
            let next = match calls[i].action {
                Action::Write(value) => Some(Some(value)),
                Action::Read(seen) => (seen == value).then_some(value),
                Action::Swap(from, to) => (from == value).then_some(Some(to)),
            };
            first && next.is_some_and(|value| by_trying(calls, done | 1 << i, value))
        })
    }

    #[test]
    fn the_search_says_what_trying_all_orders_says() {
        // A small generator (Numerical Recipes' LCG) keeps the histories the same in every run.
        let mut seed = 1_u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut found = [0, 0];
        for _ in 0..5_000 {
            let calls: Vec<_> = (0..1 + random(7))
                .map(|_| {
                    let start = random(12);
                    let end = (random(5) > 0).then(|| start + random(6));
                    let value = |n: u64| (n > 0).then_some(n);
                    let action = match random(3) {
                        0 => Action::Write(1 + random(3)),
                        1 => Action::Read(value(random(4))),
                        _ => Action::Swap(value(random(4)), 1 + random(3)),
                    };
                    Call { start, end, action }
                })
                .collect();
            let told: Vec<_> = calls
                .iter()
                .filter(|call| call.end.is_some() || !matches!(call.action, Action::Read(_)))
                .cloned()
                .collect();
            let expected = by_trying(&told, 0, None);
            found[usize::from(expected)] += 1;
            let verdict = if expected { Verdict::Linearizable } else { Verdict::Not };
            assert_eq!(linearizable(&calls), verdict, "{calls:?}");
        }
        assert!(found.iter().all(|count| *count > 500), "{found:?}");
    }
}
