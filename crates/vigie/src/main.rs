//! The program.

/// What one thread decides, others let go of: with the system's allocator that takes longer than
/// deciding. `docs/benchmarks.md` has the figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // A start touches memory here and there: zeroing 2 MiB at each touch takes half of it. Where the
    // kernel says no, it takes longer.
    #[cfg(target_os = "linux")]
    let _slower: Result<(), _> = rustix::thread::disable_transparent_huge_pages(true);
    vigie::cli::main()
}
