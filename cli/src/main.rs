//! The command `gingersnap`: explains what a browser does with a `Set-Cookie` header, and lists, converts
//! and cleans cookie files.
#![forbid(unsafe_code)]

mod explain;
mod jar;
mod json;
mod output;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Explains what a browser does with a `Set-Cookie` header, and lists, converts and cleans cookie files.
#[derive(Parser)]
#[command(name = "gingersnap", version, max_term_width = 100, after_help = COMMON_HELP)]
struct Command {
    #[command(subcommand)]
    subcommand: Subcommands,
}

#[derive(Subcommand)]
#[expect(clippy::large_enum_variant, reason = "only one is ever made")]
enum Subcommands {
    Explain(explain::Explain),
    Jar(jar::Jar),
}

const COMMON_HELP: &str = "\
The output has colors if it goes to a terminal. NO_COLOR=1 turns them off, and CLICOLOR_FORCE=1 on.
Exit codes: 0 if all is well, 1 if a cookie is refused or cannot be read or written, 2 if an
argument is wrong or a whole file cannot be read or written. `gingersnap COMMAND --help` has the details.";

/// What a command found.
enum Outcome {
    /// All is well.
    Complete,
    /// A cookie is refused or not sent, or cannot be read or written.
    Incomplete,
}

impl Outcome {
    const fn from_completeness(is_complete: bool) -> Self {
        if is_complete { Self::Complete } else { Self::Incomplete }
    }
}

fn main() -> ExitCode {
    let outcome = match Command::parse().subcommand {
        Subcommands::Explain(arguments) => explain::run(&arguments),
        Subcommands::Jar(arguments) => jar::run(&arguments),
    };
    match outcome {
        Ok(Outcome::Complete) => ExitCode::SUCCESS,
        Ok(Outcome::Incomplete) => ExitCode::from(1),
        Err(error) => {
            output::print_error(&*error);
            // As for wrong arguments, with which clap exits.
            ExitCode::from(2)
        }
    }
}
