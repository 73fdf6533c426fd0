//! The limits of the machine and of this process, and the seats that they allow.

use std::fs;
use std::path::{Path, PathBuf};

use rlimit::Resource;

use crate::limits;

/// The connections that the machine has room for, and the limit that allows no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Connections at once.
    pub seats: usize,
    /// The limit, for a person.
    pub limited_by: &'static str,
    /// Bytes of memory that the server may take.
    pub memory: usize,
}

/// The limit of each thing that a connection needs.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open files that this process may have.
    pub descriptors: usize,
    /// Threads that it may still start.
    pub threads: usize,
    /// Bytes of memory.
    pub memory: usize,
    /// Bytes of address space.
    pub space: usize,
    /// Memory mappings that this process may have.
    pub mappings: usize,
}

impl Limits {
    /// Those of this process, after its limit of open files was raised as far as it may.
    #[must_use]
    pub fn of_this_process() -> Self {
        let descriptors = super::raise_descriptor_limit();
        let group = Group::of_this_process();
        let threads = group.threads().min(threads_of_this_user());
        let space = address_space();
        // Half of it is for stacks, and what allocators set aside.
        let memory = group.memory().min(space / 2).min(installed());
        Self { descriptors, threads, memory, space, mappings: mappings() }
    }

    /// Returns the connections that these allow, less a reserve.
    #[must_use]
    pub fn room(&self) -> Room {
        let memory = self.memory.saturating_sub(limits::RESERVED_MEMORY) / limits::SEAT_MEMORY;
        let all = [
            (self.descriptors.saturating_sub(limits::RESERVED_DESCRIPTORS), "the open-file limit"),
            (self.threads.saturating_sub(limits::RESERVED_THREADS), "the limit of threads"),
            (memory, "the memory"),
            (self.space.saturating_sub(SPACE) / SEAT_SPACE, "the limit of address space"),
            (self.mappings.saturating_sub(MAPPINGS) / SEAT_MAPPINGS, "vm.max_map_count"),
        ];
        let least = all.into_iter().min_by_key(|(seats, _)| *seats);
        let (seats, limited_by) = least.unwrap_or((1, "the machine"));
        Room { seats: seats.max(1), limited_by, memory: self.memory }
    }
}

/// Address space that members may not take: the programs, and the arenas of the allocator (64 MiB each).
const SPACE: usize = 320 * 1024 * 1024;

/// The address space of one connection: its reader's stacks, and as much as all else of it may come to.
const SEAT_SPACE: usize = 512 * 1024;

/// Mappings that members may not take.
const MAPPINGS: usize = 4096;

/// Those of one thread: its stack, the one for signals, and a guard page each. A thread that finds none
/// for the latter ends the process, before any of our code runs in it.
const SEAT_MAPPINGS: usize = 4;

/// Memory mappings that a process may have (proc(5), max_map_count).
fn mappings() -> usize {
    number(Path::new("/proc/sys/vm/max_map_count")).unwrap_or(usize::MAX)
}

/// Threads that this user may still start (getrlimit(2), RLIMIT_NPROC, which does not hold for root).
fn threads_of_this_user() -> usize {
    let Ok((most, _)) = Resource::NPROC.get() else { return usize::MAX };
    if most == rlimit::INFINITY || rustix::process::geteuid().is_root() {
        return usize::MAX;
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    most.saturating_sub(threads_running(rustix::process::getuid().as_raw()))
}

/// Threads that processes of this user have now (proc(5)).
fn threads_running(user: u32) -> usize {
    let Ok(processes) = fs::read_dir("/proc") else { return 0 };
    let of_user = processes.filter_map(|entry| {
        let status = fs::read_to_string(entry.ok()?.path().join("status")).ok()?;
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
        let owner: u32 = field("Uid:")?.split_whitespace().next()?.parse().ok()?;
        let threads: usize = field("Threads:")?.trim().parse().ok()?;
        (owner == user).then_some(threads)
    });
    of_user.sum()
}

/// Bytes of address space that this process may have (getrlimit(2), RLIMIT_AS).
fn address_space() -> usize {
    let most = Resource::AS.get().map_or(rlimit::INFINITY, |(most, _)| most);
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// Bytes of memory that the machine has (proc(5), meminfo).
fn installed() -> usize {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kibibytes = total.and_then(|total| total.trim().strip_suffix(" kB")?.parse().ok());
    kibibytes.map_or(limits::MEMORY, |kibibytes: usize| kibibytes.saturating_mul(1024))
}

/// The control groups that this process is in, the innermost first (cgroups(7), version 2).
struct Group(Vec<PathBuf>);

impl Group {
    fn of_this_process() -> Self {
        let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let own = groups.lines().find_map(|line| line.strip_prefix("0::/"));
        let root = Path::new("/sys/fs/cgroup");
        let inside = |group: &&Path| group.starts_with(root);
        let own = own.map(|own| root.join(own));
        Self(
            own.iter().flat_map(|own| own.ancestors()).take_while(inside).map(Into::into).collect(),
        )
    }

    /// Threads that may still be started in each of them.
    fn threads(&self) -> usize {
        let left = |group: &PathBuf| {
            let most = number(&group.join("pids.max"))?;
            Some(most.saturating_sub(number(&group.join("pids.current")).unwrap_or(0)))
        };
        self.0.iter().filter_map(left).min().unwrap_or(usize::MAX)
    }

    /// Bytes of memory that all in each of them may have.
    fn memory(&self) -> usize {
        let most = |group: &PathBuf| number(&group.join("memory.max"));
        self.0.iter().filter_map(most).min().unwrap_or(usize::MAX)
    }
}

/// The number in this file; nothing where it says `max`, or there is none.
fn number(file: &Path) -> Option<usize> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Limits, Room};

    const PLENTY: usize = 1 << 40;

    #[test]
    fn the_scarcest_thing_limits_the_seats() {
        let limited = |limits: Limits| {
            let Room { seats, limited_by, .. } = limits.room();
            (seats, limited_by)
        };
        let all = Limits {
            descriptors: PLENTY,
            threads: PLENTY,
            memory: PLENTY,
            space: PLENTY,
            mappings: PLENTY,
        };
        let room =
            |descriptors, threads, memory| limited(Limits { descriptors, threads, memory, ..all });
        assert_eq!(limited(Limits { mappings: 65_530, ..all }), (15_358, "vm.max_map_count"));
        let space = 1024 << 20;
        assert_eq!(limited(Limits { space, ..all }), (1408, "the limit of address space"));
        assert_eq!(room(1024, PLENTY, PLENTY), (960, "the open-file limit"));
        assert_eq!(room(PLENTY, 164, PLENTY), (100, "the limit of threads"));
        assert_eq!(room(PLENTY, PLENTY, 192 << 20), (1024, "the memory"));
        assert_eq!(room(0, 0, 0), (1, "the open-file limit"));
    }

    #[test]
    fn this_process_has_room_for_somebody() {
        let limits = Limits::of_this_process();
        assert!(limits.room().seats > 1, "{limits:?}");
    }
}
