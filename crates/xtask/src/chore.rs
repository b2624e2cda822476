//! Runs the programs that a chore is made of, and says what went wrong.

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    process::Command,
};

/// What went wrong and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    mend: String,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            mend: mend.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.what, self.mend)
    }
}

/// The workspace's folder.
pub(crate) fn root() -> Result<PathBuf, Failure> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    match here.parent().and_then(Path::parent) {
        Some(root) if root.join("Cargo.toml").is_file() => Ok(root.to_path_buf()),
        _ => Err(Failure::new(
            format!(
                "the workspace of {} is not where it was built",
                here.display()
            ),
            "mend: run `cargo clean -p xtask`, then the chore again",
        )),
    }
}

/// The cargo that runs this chore.
pub(crate) fn cargo(root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(root);
    command
}

/// Runs a program that shows its own output.
pub(crate) fn run(command: &mut Command, mend: &str) -> Result<(), Failure> {
    let said = said(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("`{said}` failed ({status})"), mend)),
        Err(error) => Err(Failure::new(
            format!("`{said}` could not be started: {error}"),
            mend,
        )),
    }
}

/// What a program prints, if it can be run and succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    if !output.status.success() {
        return None;
    }
    String::from_utf8(output.stdout).ok()
}

fn said(command: &Command) -> String {
    let mut said = command.get_program().to_string_lossy().into_owned();
    if let Some(name) = Path::new(&said).file_name() {
        said = name.to_string_lossy().into_owned();
    }
    for argument in command.get_args() {
        said.push(' ');
        said.push_str(&argument.to_string_lossy());
    }
    said
}
