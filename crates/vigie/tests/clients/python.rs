//! Python with the packages that clients need, kept beside what is built.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/requirements.txt");

/// The interpreter; nothing if it or a package cannot be had, which is said aloud.
pub(crate) fn with_packages() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let environment = target.join("clients-venv");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    match installed(&environment, &python) {
        Ok(()) => Some(python),
        Err(why) => {
            assert!(std::env::var_os("VIGIE_REQUIRE_CLIENTS").is_none_or(|it| it != "1"), "{why}");
            eprintln!("\n*** NOT TESTED: clients of other languages ***\n{why}\n");
            None
        }
    }
}

fn installed(environment: &Path, python: &Path) -> Result<(), String> {
    let wanted = std::fs::read_to_string(REQUIREMENTS).map_err(|it| it.to_string())?;
    let mark = environment.join("installed.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|it| it == wanted) {
        return Ok(());
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(environment))?;
    let mut pip = Command::new(python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        REQUIREMENTS,
    ]);
    run(&mut pip)?;
    // Only what is whole is used again.
    std::fs::write(mark, wanted).map_err(|it| it.to_string())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|it| format!("{command:?}: {it}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}: {said}")) }
}
