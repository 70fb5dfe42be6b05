//! A large part in two halves side by side. While trainees enter, nobody pays more than a bound, so that nobody looks further than what
//! twice the bound buys. Whoever lives further than that from a meridian meets nobody from beyond it: the trainees west of it and east
//! of it enter at the same time, those near it afterwards. The order in which trainees enter does not matter to the optimum; that the
//! same one is found every time follows from the split alone, not from who is quicker.

use crate::candidates::Hosts;
use crate::distance::Position;
use crate::instance::Instance;
use crate::outcome::Part;
use crate::search::Search;

/// A part with fewer trainees is not worth splitting.
const LARGE: usize = 2000;
/// The meridian is looked for between these shares of the trainees from west to east.
const MIDDLE: [usize; 2] = [35, 65];

/// On which side trainees and hosts are.
struct Split {
    /// Degrees × 10⁶.
    meridian: i32,
    west: Vec<u32>,
    east: Vec<u32>,
    between: Vec<u32>,
}

/// Lets everybody enter; `None` when stopped.
pub(crate) fn enter_all<'a>(
    instance: &'a Instance,
    hosts: &'a Hosts<'a>,
    part: &Part,
    bound: i64,
    going: &(impl Fn() -> bool + Sync),
) -> Option<Search<'a>> {
    let enter = |search: &mut Search<'a>, trainees: &[u32]| {
        trainees.iter().all(|trainee| {
            let go = going();
            if go {
                search.enter(*trainee, bound);
            }
            go
        })
    };
    let new = |listed: &[u32]| Search::new(instance, hosts, &part.trainees, &part.hosts, listed);
    let everybody: Vec<u32> = (0..part.trainees.len() as u32).collect();
    let Some(split) = split(instance, hosts, part, bound) else {
        let mut search = new(&everybody);
        return enter(&mut search, &everybody).then_some(search);
    };
    let half = |own: &[u32]| {
        let mut search = new(own);
        enter(&mut search, own).then_some(search)
    };
    let (west, east) = std::thread::scope(|scope| {
        let east = scope.spawn(|| half(&split.east));
        (half(&split.west), east.join().ok().flatten())
    });
    let (mut search, east) = (west?, east?);
    let is_east = |office: &u32| {
        let at = instance.hosts[part.hosts[*office as usize] as usize].at;
        at.is_some_and(|at| at.lon_e6 >= split.meridian)
    };
    let offices: Vec<u32> = (0..part.hosts.len() as u32).filter(is_east).collect();
    search.adopt(east, &split.east, &offices);
    search.list(&part.trainees, &split.between);
    enter(&mut search, &split.between).then_some(search)
}

/// The meridian with the fewest trainees near it; `None` where the part is small or does not fall into two.
fn split(instance: &Instance, hosts: &Hosts<'_>, part: &Part, bound: i64) -> Option<Split> {
    if part.trainees.len() < LARGE {
        return None;
    }
    let mut longitudes: Vec<i32> =
        part.trainees.iter().filter_map(|index| instance.starts(*index as usize)[0]).map(|at| at.lon_e6).collect();
    longitudes.sort_unstable();
    let [first, last] = MIDDLE.map(|share| longitudes.len() * share / 100);
    let candidates = longitudes.get(first..last)?.iter().step_by((last - first).div_ceil(40).max(1));
    // How far a look goes at most: a trainee on the way pays the bound and goes where it costs as much again.
    let reach = hosts.kilometres_costing(2 * bound);
    let starts = part.trainees.iter().flat_map(|index| instance.starts(*index as usize)).flatten();
    let east_e6 = starts.map(|start| Position::of(start).reach_east_e6(reach)).max()?;
    let near = |meridian: i32| {
        let from = longitudes.partition_point(|lon| i64::from(*lon) < i64::from(meridian) - east_e6);
        longitudes.partition_point(|lon| i64::from(*lon) < i64::from(meridian) + east_e6) - from
    };
    let meridian = *candidates.min_by_key(|meridian| (near(**meridian), **meridian))?;
    let mut split = Split { meridian, west: Vec::new(), east: Vec::new(), between: Vec::new() };
    for (number, index) in (0u32..).zip(&part.trainees) {
        let index = *index as usize;
        let starts = instance.starts(index).into_iter().flatten();
        let special = hosts.special_hosts(index);
        let special = special.iter().map(|number| instance.hosts[hosts.index(*number)].at);
        let clear = |east: bool| {
            let beyond = |lon: i32| {
                if east { i64::from(lon) - i64::from(meridian) } else { i64::from(meridian) - i64::from(lon) }
            };
            let mut starts = starts.clone().peekable();
            starts.peek().is_some()
                && starts.all(|at| beyond(at.lon_e6) > east_e6)
                && special.clone().all(|at| at.is_some_and(|at| (at.lon_e6 >= meridian) == east))
        };
        if clear(false) {
            split.west.push(number);
        } else if clear(true) {
            split.east.push(number);
        } else {
            split.between.push(number);
        }
    }
    (!split.west.is_empty() && !split.east.is_empty()).then_some(split)
}
