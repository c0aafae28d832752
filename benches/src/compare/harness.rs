//! Operations that take turns, so that a machine that slows down slows all of them.

use gingersnap_benches::allocations;
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;

/// How many seconds an operation runs in its turn: much longer than the clock's resolution, and
/// shorter than a machine's speed usually lasts.
const TURN: f64 = 0.003;

/// Measures some work.
type Measure<'m> = &'m mut dyn FnMut(&mut dyn FnMut());

/// An operation that can be repeated. It prepares what it needs, then passes the work of so many times
/// to a function that measures it.
pub(crate) struct Op(Box<dyn FnMut(u32, Measure<'_>)>);

impl Op {
    /// Creates an operation. What `work` returns is not moved, since that is not part of the
    /// operation, and is dropped within the time.
    pub(crate) fn new<T>(mut work: impl FnMut() -> T + 'static) -> Self {
        Self(Box::new(move |times, measure| {
            measure(&mut || {
                for _ in 0..times {
                    black_box(&work());
                }
            });
        }))
    }

    /// Creates an operation on something that is made anew for each turn, outside of the time. `work`
    /// is told how many times it ran in this turn.
    pub(crate) fn on<S, T>(
        mut prepare: impl FnMut() -> S + 'static,
        mut work: impl FnMut(&mut S, usize) -> T + 'static,
    ) -> Self {
        Self(Box::new(move |times, measure| {
            let mut state = prepare();
            measure(&mut || {
                for time in 0..times as usize {
                    black_box(&work(&mut state, time));
                }
            });
        }))
    }

    /// Creates an operation on something that is kept. `work` is told how many times it ran.
    pub(crate) fn on_one<S: 'static, T>(
        mut state: S,
        mut work: impl FnMut(&mut S, usize) -> T + 'static,
    ) -> Self {
        let mut times = 0;
        Self::new(move || {
            times += 1;
            work(&mut state, times)
        })
    }

    /// Creates an operation that is made when it runs first, because it takes long or much memory.
    pub(crate) fn lazily(make: impl FnOnce() -> Self + 'static) -> Self {
        let mut make = Some(make);
        let mut op = None;
        Self(Box::new(move |times, measure| {
            if let Some(make) = make.take() {
                op = Some(make());
            }
            if let Some(Self(run)) = &mut op {
                run(times, measure);
            }
        }))
    }

    fn time(&mut self, times: u32) -> f64 {
        let mut seconds = 0.0;
        (self.0)(times, &mut |work| {
            let start = processor_time();
            work();
            seconds = processor_time() - start;
        });
        seconds / f64::from(times)
    }

    /// Returns how often it allocates.
    fn allocations(&mut self) -> u64 {
        let mut allocations = 0;
        (self.0)(1, &mut |work| allocations = allocations::count(work));
        allocations
    }

    /// Returns how many times it runs in a turn, after a warm-up.
    fn times_in_a_turn(&mut self) -> u32 {
        let mut times = 1;
        loop {
            let turn = self.time(times) * f64::from(times);
            if turn > TURN / 2.0 {
                return times;
            }
            times *= 2;
        }
    }
}

/// A row of the table: one operation of gingersnap, and those that it is compared with.
pub(crate) struct Row {
    pub(crate) label: String,
    ours: Op,
    peers: Vec<Peer>,
    lower_bound: Option<LowerBound>,
    /// The target: at most this many heap allocations.
    most_allocations: Option<u64>,
}

struct Peer {
    name: &'static str,
    op: Op,
    /// The target: at least this many times our time.
    least: Option<f64>,
}

struct LowerBound {
    /// Its name, if it is not the usual one of the operation.
    label: &'static str,
    op: Op,
    /// Its time is multiplied by this, for the same number of bytes or cookies as ours.
    scale: f64,
    /// The target: our time is at most this many times its time.
    most: Option<f64>,
}

impl Row {
    pub(crate) fn new(label: impl Into<String>, ours: Op) -> Self {
        let label = label.into();
        Self { label, ours, peers: vec![], lower_bound: None, most_allocations: None }
    }

    /// Adds a peer without a target.
    pub(crate) fn beside(mut self, name: &'static str, op: Op) -> Self {
        self.peers.push(Peer { name, op, least: None });
        self
    }

    /// Adds a peer that should take at least this many times our time.
    pub(crate) fn against(
        mut self,
        name: &'static str,
        least: impl Into<Option<f64>>,
        op: Op,
    ) -> Self {
        self.peers.push(Peer { name, op, least: least.into() });
        self
    }

    /// Adds a lower bound. We should take at most `most` times as long.
    pub(crate) fn within(mut self, most: impl Into<Option<f64>>, op: Op) -> Self {
        self.lower_bound = Some(LowerBound { label: "", op, scale: 1.0, most: most.into() });
        self
    }

    /// Adds a lower bound for another size.
    pub(crate) fn within_scaled(
        mut self,
        most: impl Into<Option<f64>>,
        label: &'static str,
        scale: f64,
        op: Op,
    ) -> Self {
        self.lower_bound = Some(LowerBound { label, op, scale, most: most.into() });
        self
    }

    /// Sets how many heap allocations are allowed.
    pub(crate) fn allocating(mut self, most: u64) -> Self {
        self.most_allocations = Some(most);
        self
    }

    /// Measures the row.
    pub(crate) fn run(mut self, rounds: usize) -> Figures {
        let mut ops = vec![&mut self.ours];
        ops.extend(self.peers.iter_mut().map(|peer| &mut peer.op));
        ops.extend(self.lower_bound.iter_mut().map(|lower_bound| &mut lower_bound.op));
        let mut times = take_turns(&mut ops, rounds).into_iter();
        let allocations = self.ours.allocations();

        let ours = times.next().unwrap_or_default();
        let peers = self.peers.iter().zip(&mut times).map(|(peer, times)| Ratio {
            name: peer.name,
            seconds: median(times.iter().copied()),
            times: median(times.iter().zip(&ours).map(|(theirs, ours)| theirs / ours)),
            target: peer.least,
        });
        let peers = peers.collect();
        let lower_bound =
            self.lower_bound.iter().zip(&mut times).next().map(|(bound, times)| Ratio {
                name: bound.label,
                seconds: median(times.iter().copied()) * bound.scale,
                times: median(times.iter().zip(&ours).map(|(stick_s, ours)| ours / stick_s))
                    / bound.scale,
                target: bound.most,
            });
        Figures {
            label: self.label,
            seconds: median(ours.iter().copied()),
            peers,
            lower_bound,
            allocations,
            most_allocations: self.most_allocations,
        }
    }
}

/// The result of a row.
pub(crate) struct Figures {
    pub(crate) label: String,
    /// Our median.
    pub(crate) seconds: f64,
    /// How many times our time each peer takes.
    pub(crate) peers: Vec<Ratio>,
    /// How many times the lower bound's time we take.
    pub(crate) lower_bound: Option<Ratio>,
    pub(crate) allocations: u64,
    pub(crate) most_allocations: Option<u64>,
}

/// The median of an operation, and the median of the rounds' ratios.
pub(crate) struct Ratio {
    pub(crate) name: &'static str,
    pub(crate) seconds: f64,
    pub(crate) times: f64,
    pub(crate) target: Option<f64>,
}

/// Returns the times of each operation, one for each round. Every other round runs in reverse order,
/// so that no operation always follows the same one.
fn take_turns(ops: &mut [&mut Op], rounds: usize) -> Vec<Vec<f64>> {
    let times: Vec<u32> = ops.iter_mut().map(|op| op.times_in_a_turn()).collect();
    let mut taken = vec![vec![]; ops.len()];
    for round in 0..rounds {
        for turn in 0..ops.len() {
            let turn = if round % 2 == 0 { turn } else { ops.len() - 1 - turn };
            taken[turn].push(ops[turn].time(times[turn]));
        }
    }
    taken
}

/// Returns the seconds that this thread ran on a processor.
fn processor_time() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "minutes at most, in nanoseconds")]
    let [seconds, nanoseconds] = [time.tv_sec as f64, time.tv_nsec as f64];
    seconds + nanoseconds / 1e9
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}
