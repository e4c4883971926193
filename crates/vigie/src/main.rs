//! The program.

/// What one thread decides, others let go of: with the system's allocator that takes longer than
/// deciding. `docs/benchmarks.md` has the figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    vigie::cli::main()
}
