//! A limit on the server's threads, where the machine allows one.

use std::fs;
use std::path::PathBuf;
use std::process::{self, Command};

pub(crate) struct ThreadLimit {
    /// Starts the program `$0` with the arguments `$@` under the limit.
    pub(crate) script: String,
    group: Option<PathBuf>,
}

impl ThreadLimit {
    /// By a cgroup of its own (`pids.max`), or else by `RLIMIT_NPROC`, which binds no root: for a
    /// user that has nothing else to run.
    pub(crate) fn new(threads: usize) -> Option<Self> {
        Self::by_group(threads).or_else(|| Self::by_user(threads))
    }

    fn by_group(threads: usize) -> Option<Self> {
        let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
        groups.lines().find_map(|line| {
            // `4:pids:/path` is of version 1, `0::/path` of version 2 (cgroups(7)).
            let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
            let root = match controllers {
                "pids" => "/sys/fs/cgroup/pids",
                "" => "/sys/fs/cgroup",
                _ => return None,
            };
            let group = PathBuf::from(format!("{root}{path}/chatroom-chaos-{}", process::id()));
            fs::create_dir(&group).ok()?;
            let script =
                format!(r#"echo $$ >"{}/cgroup.procs" && exec "$0" "$@""#, group.display());
            let limit = Self { script, group: Some(group.clone()) };
            fs::write(group.join("pids.max"), threads.to_string()).ok()?;
            limit.works().then_some(limit)
        })
    }

    fn by_user(threads: usize) -> Option<Self> {
        let script = format!(
            "exec setpriv --reuid=65534 --regid=65534 --clear-groups prlimit --nproc={threads} \
             \"$0\" \"$@\""
        );
        let limit = Self { script, group: None };
        limit.works().then_some(limit)
    }

    /// Starts the server under it, to see that it can.
    fn works(&self) -> bool {
        let mut server = Command::new("sh");
        server.args(["-c", &self.script, env!("CARGO_BIN_EXE_chatroom-server"), "--version"]);
        server.output().is_ok_and(|output| output.status.success())
    }
}

impl Drop for ThreadLimit {
    fn drop(&mut self) {
        if let Some(group) = &self.group {
            // Fails where the server still ends; an empty group costs nothing.
            let _ = fs::remove_dir(group);
        }
    }
}
