//! A network of the run's own: a namespace whose loopback interface answers for 10.0.0.0/8 and
//! 2001:db8::/32 (RFC 1918, RFC 3849), so that peers come from any address and nothing leaves it.

use std::env;
use std::process::{Command, ExitStatus, Stdio};

/// Set in the process that runs inside.
const INSIDE: &str = "CHAOS_INSIDE";

/// Linux without IPv6 has no route for it; the acts that need one are left out there.
const SCRIPT: &str = r#"
ip link set lo up && ip addr add 10.0.0.0/8 dev lo || exit 1
ip -6 route add local 2001:db8::/32 dev lo 2>&1
echo 1024 65535 2>/dev/null >/proc/sys/net/ipv4/ip_local_port_range
exec "$0" "$@"
"#;

/// True in the process that has the network of its own.
pub(crate) fn is_inside() -> bool {
    env::var_os(INSIDE).is_some()
}

/// Runs this program again inside such a network. An error says why the kernel allows none.
pub(crate) fn enter() -> Result<ExitStatus, String> {
    let is_root = rustix::process::geteuid().is_root();
    let inside = |program: &str| {
        let mut command = Command::new("unshare");
        command.arg("--net").args((!is_root).then_some("--map-root-user"));
        command.args(["sh", "-c", SCRIPT, program]).env(INSIDE, "1").stdin(Stdio::null());
        command
    };
    let probe = inside("true").output().map_err(|error| format!("unshare: {error}"))?;
    if !probe.status.success() {
        return Err(String::from_utf8_lossy(&probe.stderr).trim().replace('\n', "; "));
    }
    let program = env::current_exe().map_err(|error| error.to_string())?;
    inside(&program.to_string_lossy()).status().map_err(|error| error.to_string())
}
