//! Every key once: its environment variable and what it means.

/// One setting.
pub(super) struct Key {
    /// Section, empty for the top level.
    pub section: &'static str,
    /// Name within the section.
    pub name: &'static str,
    /// Environment variable.
    pub env: &'static str,
    /// Comment in the printed file.
    pub comment: &'static str,
}

const fn key(section: &'static str, name: &'static str, env: &'static str, comment: &'static str) -> Key {
    Key { section, name, env, comment }
}

/// All keys in the order in which they are printed.
pub(super) const KEYS: &[Key] = &[
    key(
        "",
        "bind",
        "DAS_BIND",
        "Address to listen on. Only loopback: there are no accounts yet. Port 0 picks a free one.",
    ),
    key("", "data", "DAS_DATA", "Folder of the database, the blobs and unfinished uploads."),
    key("", "dist", "DAS_DIST", "Folder of the browser bundle."),
    key("", "static", "DAS_STATIC", "Folder of styles, icons and fonts."),
    key(
        "",
        "allowed_hosts",
        "DAS_ALLOWED_HOSTS",
        "Host names besides localhost under which pages may be asked for (a proxy on this machine). Comma-separated in the environment.",
    ),
    key(
        "",
        "min_free_disk_bytes",
        "DAS_MIN_FREE_DISK_BYTES",
        "Space that uploads must leave free on the disk of `data`; results may use most of it.",
    ),
    key("limits", "max_bytes", "DAS_LIMITS_MAX_BYTES", "Largest file."),
    key("limits", "max_duration_s", "DAS_LIMITS_MAX_DURATION_S", "Longest recording."),
    key("limits", "max_channels", "DAS_LIMITS_MAX_CHANNELS", "Most channels."),
    key("limits", "max_sample_rate_hz", "DAS_LIMITS_MAX_SAMPLE_RATE_HZ", "Highest sample rate."),
    key(
        "calls",
        "max_bytes",
        "DAS_CALLS_MAX_BYTES",
        "Largest file of a one-off call of the engine that is answered at once; a larger one becomes a task.",
    ),
    key(
        "calls",
        "max_duration_s",
        "DAS_CALLS_MAX_DURATION_S",
        "Longest sound of a one-off call that is answered at once; a longer one becomes a task. Windows that overlap more than usual make it shorter.",
    ),
    key("calls", "slots", "DAS_CALLS_SLOTS", "One-off calls that work at the same time; others wait."),
    key(
        "calls",
        "keep_s",
        "DAS_CALLS_KEEP_S",
        "How long the result of a one-off call that was a task is kept after its end.",
    ),
    key("engine", "slots", "DAS_ENGINE_SLOTS", "Engine threads, 1 to 256; leave it out for one per processor."),
    key("engine", "lease_s", "DAS_ENGINE_LEASE_S", "A task whose engine is silent for so long goes to another engine."),
    key(
        "engine",
        "heartbeat_s",
        "DAS_ENGINE_HEARTBEAT_S",
        "How often an engine renews its lease, reports progress and looks whether it is cancelled.",
    ),
    key(
        "engine",
        "max_attempts",
        "DAS_ENGINE_MAX_ATTEMPTS",
        "A task is given up after so many attempts that crashed; a full disk does not count.",
    ),
    key(
        "engine",
        "isolate",
        "DAS_ENGINE_ISOLATE",
        "Every task in a process of its own, so that a crash costs one task; otherwise only those under which the server has died or an engine has hung.",
    ),
    key(
        "engine",
        "accelerator_slots",
        "DAS_ENGINE_ACCELERATOR_SLOTS",
        "Slots for accelerators; without one, tasks of that class are refused.",
    ),
    key("engine", "stall_s", "DAS_ENGINE_STALL_S", "A task that makes no progress for so long goes to another engine."),
    key(
        "engine",
        "memory_bytes",
        "DAS_ENGINE_MEMORY_BYTES",
        "Memory that running tasks may use together; what does not fit waits. 0 means no limit.",
    ),
    key(
        "balancer",
        "policy",
        "DAS_BALANCER_POLICY",
        "Which task is next: fifo, priority, fair_share, shortest_first or affinity. An administrator can change it until the next start.",
    ),
    key(
        "balancer",
        "weights",
        "DAS_BALANCER_WEIGHTS",
        "Weights of users for the fair share, as \"user=weight\"; 1 for all others. Comma-separated in the environment.",
    ),
    key(
        "balancer",
        "max_queued",
        "DAS_BALANCER_MAX_QUEUED",
        "Most tasks that may wait; further ones are refused with 429.",
    ),
    key("balancer", "max_queued_per_user", "DAS_BALANCER_MAX_QUEUED_PER_USER", "Most tasks of one user that may wait."),
];
