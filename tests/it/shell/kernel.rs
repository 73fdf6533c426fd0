//! Linux's view of a program, and means to act on it, from outside.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::programs::wait_for;

/// Ticks a second of the times in `/proc` (proc(5), `USER_HZ`).
const TICKS: u64 = 100;

/// The processor time that a program has taken.
pub(crate) fn processor_time(id: u32) -> Duration {
    let stat = stat(id);
    let ticks = |field: usize| stat[field].parse::<u64>().unwrap();
    // utime and stime are fields 14 and 15.
    Duration::from_millis((ticks(11) + ticks(12)) * 1000 / TICKS)
}

/// The number of threads of a program.
pub(crate) fn threads(id: u32) -> usize {
    fs::read_dir(format!("/proc/{id}/task")).unwrap().count()
}

/// Waits until a program that was sent SIGSTOP has stopped.
#[track_caller]
pub(crate) fn has_stopped(id: u32) {
    wait_for("its stop", || (stat(id)[0] == "T").then_some(()));
}

/// The fields behind the name in `/proc/ID/stat`: the state, which is field 3, and so on.
fn stat(id: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    fields.split_whitespace().map(Into::into).collect()
}

/// Where a program listens that cannot say so: waits until it does.
#[track_caller]
pub(crate) fn listens_on(id: u32) -> SocketAddr {
    wait_for("it to listen", || {
        let sockets: Vec<_> = fs::read_dir(format!("/proc/{id}/fd"))
            .unwrap()
            .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
            .filter_map(|link| {
                let link = link.to_str()?.strip_prefix("socket:[")?;
                Some(link.strip_suffix(']')?.to_owned())
            })
            .collect();
        let table = fs::read_to_string(format!("/proc/{id}/net/tcp")).unwrap();
        table.lines().skip(1).find_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let (local, state, inode) = (fields[1], fields[3], fields[9]);
            let listens = state == "0A" && sockets.iter().any(|socket| socket == inode);
            let port = u16::from_str_radix(local.split_once(':')?.1, 16).unwrap();
            listens.then(|| (Ipv4Addr::LOCALHOST, port).into())
        })
    })
}

/// Returns true if this command works here; says what is skipped where it does not.
#[expect(clippy::print_stderr, reason = "it says that a test was skipped")]
pub(crate) fn can_run(command: &[&str]) -> bool {
    let mut run = Command::new(command[0]);
    run.args(&command[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let can = run.status().is_ok_and(|status| status.success());
    if !can {
        eprintln!("skipped: `{}` does not work here", command.join(" "));
    }
    can
}

/// A launcher of a program to which limits of processes apply. They do not to root (getrlimit(2)),
/// for whom it is another user's, who may still execute what only root can reach.
pub(crate) fn as_an_ordinary_user() -> &'static [&'static str] {
    const OTHER: [&str; 7] = [
        "setpriv",
        "--reuid",
        "54321",
        "--inh-caps",
        "+dac_override",
        "--ambient-caps",
        "+dac_override",
    ];
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if is_root { &OTHER } else { &["env"] }
}

/// From now on a program that was launched so may start threads, or may not.
pub(crate) fn may_start_threads(id: u32, may: bool) {
    let (_, most) = rlimit::getrlimit(rlimit::Resource::NPROC).unwrap();
    let limit = match (may, most) {
        (false, _) => "0".into(),
        (true, rlimit::INFINITY) => "unlimited".into(),
        (true, most) => most.to_string(),
    };
    let launcher = as_an_ordinary_user();
    let mut prlimit = Command::new(launcher[0]);
    prlimit.args(&launcher[1..]).args(["prlimit", "--pid", &id.to_string()]);
    // The soft limit alone, which may be raised again.
    assert!(prlimit.arg(format!("--nproc={limit}:")).status().unwrap().success());
}

/// The process that traces a program.
pub(crate) fn tracer(id: u32) -> u32 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:")).unwrap();
    tracer.trim().parse().unwrap()
}

/// From now on a program is traced no more.
pub(crate) fn is_let_go_by(tracer: u32) {
    assert!(Command::new("kill").args(["-KILL", &tracer.to_string()]).status().unwrap().success());
}
